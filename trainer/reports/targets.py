"""Planned against actual for every target: by year and for the whole term, on any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from trainer.plans.rules import TargetKind
from trainer.reports.coverage import Report, actual
from trainer.reports.rules import Figures, Kind

LISTS = {
    TargetKind.NEW_COVERAGE: Kind.NEW_TRAINED,
    TargetKind.COVERAGE: Kind.TRAINED,
    TargetKind.HOURS: Kind.IN_OFFICE,
    TargetKind.PERSON_TIMES: Kind.PERSON_TIMES,
    TargetKind.PEOPLE: Kind.PEOPLE,
}
"""The list of people behind the actual figure of a target; classes stand behind the others."""


@dataclass(frozen=True)
class Cell:
    """A target and what came of it; *year* None is the whole term.

    ``begun`` is whether the year has begun by the day of the report; ``actual`` None is what
    nothing is recorded of. ``part`` and ``whole`` are the people a rate is made of.
    """

    kind: TargetKind
    year: int | None
    target: Decimal | None
    actual: Decimal | None
    begun: bool = True
    part: int | None = None
    whole: int | None = None

    @property
    def behind(self) -> Kind | None:
        """The list of people behind the actual figure."""
        return LISTS.get(self.kind)

    @property
    def scale(self) -> Decimal:
        """What a whole bar stands for."""
        if self.kind.rate:
            return Decimal(100)
        return max(self.target or Decimal(0), self.actual or Decimal(0)) or Decimal(1)

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached, None when there is none or nothing to compare.

        A cost is a ceiling: it is kept as long as it is not passed.
        """
        if self.target is None or self.actual is None:
            return None
        if self.kind is TargetKind.COST:
            return self.actual <= self.target
        return self.actual >= self.target


@dataclass(frozen=True)
class Row:
    """One target over the years of the term and for the whole of it."""

    kind: TargetKind
    cells: Sequence[Cell]


Recorded = Mapping[tuple[TargetKind, int | None], Decimal]
"""What other rooms of the house record, by target and year: satisfaction and cost."""


def matrix(report: Report, recorded: Recorded | None = None) -> list[Row]:
    """Return every target of the term against what came of it.

    Kinds that neither have a target nor anything recorded are left out.
    """
    known = recorded or {}
    rows = []
    for kind in TargetKind:
        cells = [
            _cell(kind, line.year, line.targets.get(kind), line.figures, line.classes, known)
            for line in report.years
        ]
        term = report.term_targets.get(kind)
        cells.append(_cell(kind, None, term, report.total, report.classes, known))
        if any(cell.target is not None or cell.actual for cell in cells):
            rows.append(Row(kind, cells))
    return rows


def _cell(
    kind: TargetKind,
    year: int | None,
    target: Decimal | None,
    figures: Figures | None,
    classes: int,
    recorded: Recorded,
) -> Cell:
    if figures is None:
        return Cell(kind, year, target, None, begun=False)
    value = actual(kind, figures, classes)
    value = recorded.get((kind, year)) if value is None else value
    part, whole = {
        TargetKind.NEW_COVERAGE: (figures.new_trained, figures.new),
        TargetKind.COVERAGE: (figures.trained, figures.in_office),
    }.get(kind, (None, None))
    return Cell(kind, year, target, value, part=part, whole=whole)
