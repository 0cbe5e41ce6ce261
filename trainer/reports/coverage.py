"""The report of a term: totals, plan against actual, and a line for each delegation or township."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trainer.people.models import Term
from trainer.people.queries import Viewer
from trainer.plans.rules import Figures as Planned
from trainer.plans.rules import TargetKey, TargetKind, plan_years
from trainer.reports import queries
from trainer.reports.queries import Facts
from trainer.reports.rules import Figures, Kind, Level, Period, Scope


@dataclass(frozen=True)
class Line:
    """One line of figures; *key* names its people in addresses, empty for everybody."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True)
class YearLine:
    """One year: what was planned and aimed at, and what came of it (None: still to come)."""

    year: int
    planned: Planned | None
    targets: Mapping[TargetKind, Decimal]
    classes: int
    figures: Figures | None


@dataclass(frozen=True)
class TargetLine:
    """A target of the five-year plan, of the present year and of the whole term, with actuals."""

    kind: TargetKind
    year_target: Decimal | None
    year_actual: Decimal | None
    term_target: Decimal | None
    term_actual: Decimal | None


@dataclass(frozen=True)
class Report:
    """All figures of a term on a day."""

    facts: Facts
    total: Figures
    classes: int
    levels: Sequence[Line]
    lines: Mapping[Level, Sequence[Line]]
    years: Sequence[YearLine]
    targets: Sequence[TargetLine]
    term_targets: Mapping[TargetKind, Decimal]

    @property
    def seats_twice(self) -> int:
        """How many people are counted in more than one level."""
        return sum(line.figures.in_office for line in self.levels) - self.total.in_office


def scope_of(facts: Facts, key: str) -> Scope | None:
    """Return the scope that *key* names: all, a level, or a group; None when there is none."""
    if not key:
        return Scope(facts.mandates, facts.attended)
    if key in {level.value for level in Level}:
        return Scope([m for m in facts.mandates if m.level == key], facts.attended)
    if key in facts.groups:
        return Scope([m for m in facts.mandates if m.group == key], facts.attended)
    return None


def year_period(year: int, day: date) -> Period:
    """Return the part of a year that has passed by *day*."""
    return Period(min(day, date(year, 12, 31)), date(year, 1, 1))


def report(viewer: Viewer, term: Term, day: date) -> Report:
    """Return the report of a term of the viewer's own congress as of *day*."""
    facts = queries.facts(viewer, term, day)
    everybody = Scope(facts.mandates, facts.attended)
    total = everybody.figures(Period(day))
    targets = queries.targets(term, day)
    years = list(_years(facts, everybody, targets))
    return Report(
        facts=facts,
        total=total,
        classes=len(facts.classes),
        levels=list(_levels(facts)),
        lines={level: list(_lines(facts, level)) for level in Level},
        years=years,
        targets=list(_targets(facts, years, total, targets)),
        term_targets={kind: value for (kind, year), value in targets.items() if year is None},
    )


def _levels(facts: Facts) -> Iterator[Line]:
    for level in Level:
        scope = scope_of(facts, level.value)
        if scope is not None and scope.mandates:
            yield Line(level.value, "", scope.figures(Period(facts.day)))


def _lines(facts: Facts, level: Level) -> Iterator[Line]:
    for group in facts.groups.values():
        scope = scope_of(facts, group.key)
        if scope is not None and group.level is level:
            yield Line(group.key, group.name, scope.figures(Period(facts.day)))


def _years(
    facts: Facts, everybody: Scope, targets: Mapping[TargetKey, Decimal]
) -> Iterator[YearLine]:
    planned = queries.planned_years(facts.term, facts.day)
    held = [each.last_day.year for each in facts.classes]
    years = {
        *plan_years(facts.term.first_day, facts.term.last_day),
        *planned,
        *(year for _kind, year in targets if year),
        *held,
    }
    for year in sorted(years):
        begun = date(year, 1, 1) <= facts.day
        yield YearLine(
            year,
            planned.get(year),
            {kind: value for (kind, of_year), value in targets.items() if of_year == year},
            held.count(year),
            everybody.figures(year_period(year, facts.day)) if begun else None,
        )


def _targets(
    facts: Facts, years: Sequence[YearLine], total: Figures, targets: Mapping[TargetKey, Decimal]
) -> Iterator[TargetLine]:
    present = next((line for line in years if line.year == facts.day.year), None)
    for kind in TargetKind:
        of_year = present.targets.get(kind) if present else None
        whole = targets.get((kind, None))
        if of_year is None and whole is None:
            continue
        reached = None
        if present and present.figures:
            reached = actual(kind, present.figures, present.classes)
        yield TargetLine(kind, of_year, reached, whole, actual(kind, total, len(facts.classes)))


def actual(kind: TargetKind, figures: Figures, classes: int) -> Decimal | None:
    """Return what was reached of a target of *kind*, None where nothing is recorded of it."""
    values = {
        TargetKind.NEW_COVERAGE: figures.new_coverage,
        TargetKind.COVERAGE: figures.coverage,
        TargetKind.HOURS: figures.average_hours,
        TargetKind.CLASSES: Decimal(classes),
        TargetKind.PERSON_TIMES: Decimal(figures.person_times),
        TargetKind.PEOPLE: Decimal(figures.people),
    }
    return values.get(kind)


@dataclass(frozen=True)
class PersonLine:
    """A deputy behind a figure."""

    person_id: int
    name: str
    sort_name: str
    delegations: str
    in_office: bool
    new: bool
    completed: int
    hours: Decimal


def people(scope: Scope, kind: Kind, period: Period) -> list[PersonLine]:
    """Return the deputies behind a figure, in the order of the report."""
    day = period.last
    wanted = scope.people(kind, period)
    known = queries.names(wanted)
    office, new = scope.in_office(day), scope.newly_elected(day)
    delegations: dict[int, list[str]] = {}
    for mandate in scope.mandates:
        if mandate.person_id in wanted:
            names = delegations.setdefault(mandate.person_id, [])
            if mandate.delegation not in names:
                names.append(mandate.delegation)
    return [
        PersonLine(
            person_id,
            *known[person_id],
            "、".join(names),
            person_id in office,
            person_id in new,
            scope.completed(person_id, period),
            scope.hours(person_id, period),
        )
        for person_id, names in delegations.items()
    ]


@dataclass(frozen=True)
class TimesLine:
    """One person-time: a deputy on a class."""

    person_id: int
    name: str
    sort_name: str
    delegation: str
    class_id: int
    class_name: str
    first_day: date
    hours: Decimal
    completed: bool


def person_times(scope: Scope, period: Period) -> list[TimesLine]:
    """Return the person-times of *period*, by class."""
    times = scope.person_times(period)
    known = queries.names({each.mandate.person_id for each in times})
    return [
        TimesLine(
            each.mandate.person_id,
            *known[each.mandate.person_id],
            each.mandate.delegation,
            each.class_id,
            each.class_name,
            each.first_day,
            each.hours,
            each.completed,
        )
        for each in times
    ]
