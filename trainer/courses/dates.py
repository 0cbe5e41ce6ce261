"""Finding dates for classes over a year: pure; OR-Tools CP-SAT chooses, every reason is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ortools.sat.python import cp_model

from trainer.core.text import noop

DAY = timedelta(days=1)
SATURDAY = 5
OUTSIDE, TENDER, WEEKEND, CROWDED = 10, 5, 8, 20  # what a day of each, or one class more, costs
SHOWN = 6  # alternatives told for a class


@dataclass(frozen=True)
class Want:
    """A class that needs its days: how many, the months it is planned for, and for whom it is."""

    key: int
    name: str
    days: int
    first_month: int
    last_month: int
    audience: str


@dataclass(frozen=True)
class Closed:
    """Days on which no class of an audience (of any, when empty) can be held, and why."""

    first_day: date
    last_day: date
    why: str
    audience: str = ""


@dataclass(frozen=True)
class Year:
    """The days that can be chosen, those that cannot, those better left, and what is fixed.

    Two classes of one audience lie at least *gap* days apart; *held* are classes that have their
    days already, with their names as ``why``.
    """

    first_day: date
    last_day: date
    closed: Sequence[Closed] = ()
    tender: Sequence[Closed] = ()
    held: Sequence[Closed] = ()
    gap: int = 14


@dataclass(frozen=True)
class Reason:
    """Why a date is worse, or cannot be: a catalogue text, its parameters, and what it costs."""

    text: str
    params: tuple[tuple[str, object], ...] = ()
    cost: int = 0


@dataclass(frozen=True)
class Verdict:
    """What can be said of holding a class from *start* on; *against* rules it out."""

    start: date
    end: date
    against: tuple[Reason, ...]
    worse: tuple[Reason, ...]

    @property
    def cost(self) -> int:
        """The weight of all that makes it worse."""
        return sum(reason.cost for reason in self.worse)


@dataclass(frozen=True)
class Proposal:
    """The best days of a class, and the best of other weeks with why each is worse."""

    want: Want
    best: Verdict
    others: tuple[Verdict, ...]


def judge(want: Want, start: date, year: Year) -> Verdict:
    """Return what speaks against holding *want* from *start* on, other wishes aside."""
    end = start + (want.days - 1) * DAY
    against = [
        Reason(noop("falls on %(why)s"), (("why", one.why),))
        for one in year.closed
        if one.audience in ("", want.audience) and one.first_day <= end and one.last_day >= start
    ]
    against += [
        Reason(
            noop("is less than %(gap)s days from “%(name)s”"),
            (("gap", year.gap), ("name", one.why)),
        )
        for one in year.held
        if one.audience == want.audience
        and _near(start, end, one.first_day, one.last_day, year.gap)
    ]
    if start < year.first_day or end > year.last_day:
        against.append(Reason(noop("lies outside the year")))
    return Verdict(start, end, tuple(against), tuple(_worse(want, start, end, year)))


def _near(start: date, end: date, first: date, last: date, gap: int) -> bool:
    return start <= last + gap * DAY and first <= end + gap * DAY


def _worse(want: Want, start: date, end: date, year: Year) -> Iterable[Reason]:
    days = [start + n * DAY for n in range(want.days)]
    outside = sum(not want.first_month <= day.month <= want.last_month for day in days)
    if outside:
        far = _days_outside(want, start, end)
        yield Reason(
            noop("lies %(days)s days outside the planned months"), (("days", far),), OUTSIDE * far
        )
    for one in year.tender:
        hit = sum(one.first_day <= day <= one.last_day for day in days)
        if hit and one.audience in ("", want.audience):
            said = (("days", hit), ("why", one.why))
            yield Reason(noop("has %(days)s days in %(why)s"), said, TENDER * hit)
    weekend = sum(day.weekday() >= SATURDAY for day in days)
    if weekend:
        yield Reason(
            noop("takes %(days)s days of a weekend"), (("days", weekend),), WEEKEND * weekend
        )


def _days_outside(want: Want, start: date, end: date) -> int:
    first = date(start.year, want.first_month, 1)
    after = date(start.year + want.last_month // 12, want.last_month % 12 + 1, 1)
    return max((first - start).days, (end - after).days + 1, 1)


def propose(wants: Sequence[Want], year: Year, *, seconds: float = 8.0) -> list[Proposal] | None:
    """Return the best days for all *wants* together, None when there are none.

    Hard: nothing that `judge` has against it, and classes of one audience *gap* days apart. Then
    the sum of costs is least, where a month costs more with every class in it. Reckoned the same
    way each time, by one worker with a fixed seed.
    """
    span = range((year.last_day - year.first_day).days + 1)
    open_days = {
        want.key: [
            verdict
            for verdict in (judge(want, year.first_day + n * DAY, year) for n in span)
            if not verdict.against
        ]
        for want in wants
    }
    starts = _solve(wants, open_days, year, seconds)
    if starts is None:
        return None
    best = {want.key: judge(want, starts[want.key], year) for want in wants}
    return [
        Proposal(want, best[want.key], _others(want, best, wants, open_days[want.key], year))
        for want in wants
    ]


def _solve(
    wants: Sequence[Want],
    open_days: Mapping[int, Sequence[Verdict]],
    year: Year,
    seconds: float,
) -> dict[int, date] | None:
    model = cp_model.CpModel()
    chosen, intervals, months, costs = {}, defaultdict(list), defaultdict(list), []
    for want in wants:
        picks = []
        for verdict in open_days[want.key]:
            pick = model.new_bool_var("")
            picks.append(pick)
            chosen[want.key, verdict.start] = pick
            months[verdict.start.year, verdict.start.month].append(pick)
            costs.append(verdict.cost * pick)
        if not picks:
            return None
        model.add_exactly_one(picks)
        day = model.new_int_var(0, (year.last_day - year.first_day).days, "")
        days = [(one.start - year.first_day).days for one in open_days[want.key]]
        model.add(day == cp_model.LinearExpr.weighted_sum(picks, days))
        size = want.days + year.gap
        intervals[want.audience].append(model.new_fixed_size_interval_var(day, size, ""))
    for together in intervals.values():
        model.add_no_overlap(together)
    for picks in months.values():
        costs += _crowding(model, picks, len(wants))
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return {key: start for (key, start), pick in chosen.items() if solver.boolean_value(pick)}


def _crowding(model: cp_model.CpModel, picks: Sequence[cp_model.IntVar], most: int) -> list[Any]:
    """Return the costs of a month: the second class costs once, the third twice as much again."""
    steps = [model.new_bool_var("") for _ in range(min(len(picks), most))]
    model.add(sum(picks) == sum(steps))
    return [CROWDED * index * step for index, step in enumerate(steps)]


def _others(
    want: Want,
    best: Mapping[int, Verdict],
    wants: Sequence[Want],
    possible: Iterable[Verdict],
    year: Year,
) -> tuple[Verdict, ...]:
    """Return the best of other weeks, the other classes staying where they are proposed."""
    of_week: dict[tuple[int, int], Verdict] = {}
    mine = best[want.key]
    rest = [(one, best[one.key]) for one in wants if one.key != want.key]
    for verdict in possible:
        week = verdict.start.isocalendar()[:2]
        if week == mine.start.isocalendar()[:2]:
            continue
        told = _among(want, verdict, rest, year)
        if week not in of_week or _rank(told) < _rank(of_week[week]):
            of_week[week] = told
    return tuple(sorted(of_week.values(), key=_rank)[:SHOWN])


def _rank(verdict: Verdict) -> tuple[bool, int, date]:
    return bool(verdict.against), verdict.cost, verdict.start


def _among(
    want: Want, verdict: Verdict, rest: Iterable[tuple[Want, Verdict]], year: Year
) -> Verdict:
    against, worse = list(verdict.against), list(verdict.worse)
    start, end, same_month = verdict.start, verdict.end, 0
    for other, at in rest:
        if other.audience == want.audience and _near(start, end, at.start, at.end, year.gap):
            said = (("gap", year.gap), ("name", other.name))
            against.append(Reason(noop("is less than %(gap)s days from “%(name)s”"), said))
        same_month += (at.start.year, at.start.month) == (start.year, start.month)
    if same_month:
        text = noop("has %(count)s other classes in the same month")
        worse.append(Reason(text, (("count", same_month),), CROWDED * same_month))
    return Verdict(start, end, tuple(against), tuple(worse))
