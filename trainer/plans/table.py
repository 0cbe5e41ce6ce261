"""The table of an annual plan: its rows as numbered, filtered and sorted, and its sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _

from trainer.core.listing import Sort, requested_sort
from trainer.core.spreadsheet import Cell
from trainer.plans import wording
from trainer.plans.models import AnnualPlan, PlannedClass
from trainer.plans.rules import Figures, Mode, figures

SORTS = {
    "position": PlannedClass.position,
    "name": PlannedClass.name,
    "persons": PlannedClass.persons,
    "runs": PlannedClass.runs,
    "time": PlannedClass.first_month,
    "days": PlannedClass.days,
    "mode": PlannedClass.mode,
    "budget": PlannedClass.budget,
}


@dataclass(frozen=True)
class Row:
    """One line with its number (序号) in the whole table and the text of its cells."""

    number: int
    planned: PlannedClass
    cells: Mapping[str, str]


def rows(plan: AnnualPlan) -> list[Row]:
    """Return the lines of a plan (whose classes are loaded) in their order."""
    return [
        Row(number, one, wording.cells(one)) for number, one in enumerate(plan.classes, start=1)
    ]


@dataclass(frozen=True)
class Wanted:
    """Which lines of the table the address asks for, and in what order."""

    month: int | None
    mode: Mode | None
    sort: Sort

    @property
    def filtered(self) -> bool:
        """Whether lines may be left out."""
        return self.month is not None or self.mode is not None

    @property
    def in_order(self) -> bool:
        """Whether the lines stand in the order of the document."""
        return not self.filtered and self.sort.key == "position" and not self.sort.descending


def requested() -> Wanted:
    """Return what the address asks for; what it asks wrongly is not asked."""
    month = request.args.get("month", type=int)
    mode = next((one for one in Mode if one.value == request.args.get("mode")), None)
    month = month if month in range(1, 13) else None
    return Wanted(month, mode, requested_sort(SORTS, "position"))


def picked(every: Sequence[Row], wanted: Wanted) -> list[Row]:
    """Return the rows that are *wanted*, in its order."""

    def fits(row: Row) -> bool:
        first, last = row.planned.first_month, row.planned.last_month
        in_month = wanted.month is None or first <= wanted.month <= last
        return in_month and wanted.mode in (None, row.planned.mode)

    def place(row: Row) -> Any:
        if wanted.sort.key == "time":
            return row.planned.first_month, row.planned.last_month
        value = getattr(row.planned, wanted.sort.key)
        return list(Mode).index(value) if wanted.sort.key == "mode" else value

    return sorted(filter(fits, every), key=place, reverse=wanted.sort.descending)


def sums(some: Sequence[Row]) -> Figures:
    """Return the sums over *some* rows."""
    return figures(row.planned for row in some)


def header() -> list[str]:
    """Return the official heads of the columns: 序号 and those of `rules.COLUMNS`."""
    return [_("No."), *wording.headings().values()]


def sheet(every: Sequence[Row]) -> list[list[Cell]]:
    """Return the lines of the official table and its sums, for a spreadsheet."""
    numbers = ("persons", "runs", "days")
    lines: list[list[Cell]] = [
        [
            row.number,
            *(getattr(row.planned, n) if n in numbers else text for n, text in row.cells.items()),
        ]
        for row in every
    ]
    total = wording.sums(sums(every))
    return [*lines, ["", *(total.get(name, "") for name in wording.headings())]]


def word(every: Sequence[Row]) -> list[list[object]]:
    """Return the lines of the official table and its sums, as texts for a paper."""
    total = wording.sums(sums(every))
    lines: list[list[object]] = [[row.number, *row.cells.values()] for row in every]
    return [*lines, ["", *(total.get(name, "") for name in wording.headings())]]
