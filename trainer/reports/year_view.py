"""The plan of a year over its twelve months, with what lies behind, and what speaks against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

import sqlalchemy as sa

from trainer.almanac.queries import (
    SessionBelow,
    judged,
    official_known,
    sessions_below,
    spells,
)
from trainer.almanac.rules import Day, DayKind, Spell
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.courses.queries import visible_classes
from trainer.people.queries import Viewer
from trainer.plans import queries as plans
from trainer.plans.cautions import Caution, cautions, runs_of
from trainer.plans.lines import line_of
from trainer.plans.models import AnnualPlan, FiveYearPlan, PlannedClass
from trainer.plans.rules import TargetKind, figures, last_day_of
from trainer.reports import queries
from trainer.reports.coverage import year_period
from trainer.reports.outlook import Reach, Standing, reaches
from trainer.reports.rules import Kind, Period, Scope
from trainer.reports.untrained import groups_in, plan_to_come


@dataclass(frozen=True)
class Band:
    """A stretch of the year, in per cent of it, and its days."""

    first: date
    last: date
    name: str = ""

    @property
    def start(self) -> float:
        """Where it begins, in per cent of its year."""
        return _share(self.first)

    @property
    def width(self) -> float:
        """How wide it is, in per cent of its year."""
        return round(_share(self.last + timedelta(1), self.first.year) - self.start, 2)


def _share(day: date, year: int | None = None) -> float:
    first = date(year or day.year, 1, 1)
    return round((day - first).days * 100 / (date(first.year + 1, 1, 1) - first).days, 2)


@dataclass(frozen=True)
class Layer:
    """One kind of days behind the classes; *kind* names its look."""

    kind: str
    bands: Sequence[Band]


@dataclass(frozen=True)
class Lane:
    """A planned class over the year: its dated runs, and the months of those without a date."""

    number: int
    planned: PlannedClass
    runs: Sequence[Band]
    months: Band | None


@dataclass(frozen=True)
class YearView:
    """All that the page of a plan's year shows."""

    plan: AnnualPlan
    layers: Sequence[Layer]
    lanes: Sequence[Lane]
    cautions: Sequence[Caution]
    reaches: Sequence[Reach] | None
    limit: Decimal | None
    known: bool
    outside: Sequence[TrainingClass]


def year_view(viewer: Viewer, plan: AnnualPlan, today: date) -> YearView:
    """Return the year of a plan whose classes, term and congress are loaded.

    Targets are reckoned for planners and auditors only, and for a year that is not over.
    """
    congress = plan.term.congress
    first, last = date(plan.year, 1, 1), date(plan.year, 12, 31)
    entered = spells(congress.id, first, date(plan.year + 1, 12, 31))
    every = judged(entered, first, date(plan.year + 1, 12, 31))
    by_day = {day.day: day for day in every}
    below = sessions_below(congress, first, last)
    targets, limit = _aims(plans.five_year_in_force(plan.term_id), plan.year)
    budget = figures(plan.classes).budget
    runs = runs_of((n, line_of(row)) for n, row in enumerate(plan.classes, start=1))
    looked = viewer.sees_all and plan.year >= today.year
    return YearView(
        plan,
        list(_layers([day for day in every if day.day <= last], entered, below)),
        [_lane(number, row, plan.year) for number, row in enumerate(plan.classes, start=1)],
        cautions(
            runs,
            by_day,
            entered,
            [(one.congress.short_name, one.spell) for one in below],
            at_once=plans.plan_settings(congress.id).at_once,
            budget=budget,
            limit=limit,
        ),
        _reaches(viewer, plan, today, targets, budget) if looked and targets else None,
        limit,
        official_known(plan.year),
        _outside(viewer, plan),
    )


def _outside(viewer: Viewer, plan: AnnualPlan) -> Sequence[TrainingClass]:
    """Return the classes of the year that no plan foresaw, with their approvals."""
    return db.session.scalars(
        sa.select(TrainingClass)
        .where(
            visible_classes(viewer),
            TrainingClass.term_id == plan.term_id,
            TrainingClass.planned_class_id.is_(None),
            TrainingClass.first_day.between(date(plan.year, 1, 1), date(plan.year, 12, 31)),
        )
        .order_by(TrainingClass.first_day, TrainingClass.id)
    ).all()


def _aims(
    five_year: FiveYearPlan | None, year: int
) -> tuple[dict[TargetKind, Decimal], Decimal | None]:
    """Return the targets of a year, and how much it may cost: its budget, else the target."""
    if five_year is None:
        return {}, None
    targets = {row.kind: row.value for row in five_year.targets if row.year == year}
    budgets = [row.amount for row in five_year.budgets if row.year == year]
    return targets, sum(budgets, Decimal(0)) if budgets else targets.get(TargetKind.COST)


def _lane(number: int, row: PlannedClass, year: int) -> Lane:
    runs = [
        Band(start, min(last_day_of(start, row.days), date(year, 12, 31))) for start in row.starts
    ]
    months = None
    if len(runs) < row.runs:
        end = date(year + (row.last_month == 12), row.last_month % 12 + 1, 1) - timedelta(1)
        months = Band(date(year, row.first_month, 1), end)
    return Lane(number, row, runs, months)


def _layers(
    every: Sequence[Day], entered: Sequence[Spell], below: Sequence[SessionBelow]
) -> Iterator[Layer]:
    """Yield what lies behind the classes, from the back to the front."""
    edge = every[0].day, every[-1].day

    def spell_bands(spells: Iterable[Spell]) -> list[Band]:
        inside = (s for s in spells if s.first_day <= edge[1] and s.last_day >= edge[0])
        return [
            Band(max(s.first_day, edge[0]), min(s.last_day, edge[1]), s.name)
            for s in sorted(inside, key=lambda s: s.first_day)
        ]

    def of_kind(kind: DayKind) -> Layer:
        return Layer(kind.value, spell_bands(s for s in entered if s.kind is kind))

    sitting: dict[tuple[date, date], list[str]] = {}
    for one in below:
        span = one.spell.first_day, one.spell.last_day
        sitting.setdefault(span, []).append(one.congress.short_name)
    yield Layer("unknown", list(_bands(every, [not day.known for day in every])))
    yield of_kind(DayKind.ACTIVITY)
    yield of_kind(DayKind.BUSY)
    together = (Spell(DayKind.CONGRESS, "、".join(who), *span) for span, who in sitting.items())
    yield Layer("below", spell_bands(together))
    yield of_kind(DayKind.CONGRESS)
    yield of_kind(DayKind.LOCAL)
    yield Layer("off", list(_bands(every, [day.day_off for day in every])))
    yield Layer("make_up", list(_bands(every, [day.make_up for day in every])))


def _bands(every: Sequence[Day], wanted: Sequence[bool]) -> Iterator[Band]:
    """Yield the stretches of neighbouring days that are *wanted*, with the holiday they are for."""
    pairs = zip(every, wanted, strict=True)
    for (yes, official), group in groupby(pairs, lambda one: (one[1], one[1] and one[0].official)):
        if yes:
            found = [day for day, _yes in group]
            yield Band(found[0].day, found[-1].day, str(official or ""))


def _reaches(
    viewer: Viewer,
    plan: AnnualPlan,
    today: date,
    targets: dict[TargetKind, Decimal],
    budget: Decimal,
) -> list[Reach]:
    day = max(plan.term.first_day, min(today, plan.term.last_day))
    facts = queries.facts(viewer, plan.term, day)
    everybody = Scope(facts.mandates, facts.attended)
    now = everybody.figures(Period(day))
    year = everybody.figures(year_period(plan.year, day)) if plan.year == day.year else None
    waiting = everybody.people(Kind.UNTRAINED, Period(day))
    standing = Standing(
        in_office=now.in_office,
        new=now.new,
        trained=now.trained,
        new_trained=now.new_trained,
        untrained=Counter(groups_in(everybody, day, waiting).values()),
        people=year.people if year else 0,
        person_times=year.person_times if year else 0,
        classes=sum(each.last_day.year == plan.year for each in facts.classes),
        hours=year.hours if year else Decimal(0),
    )
    return reaches(standing, plan_to_come(plan), targets, budget)
