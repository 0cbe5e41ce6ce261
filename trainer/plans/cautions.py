"""What speaks against the dates and the money of a year's plan: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from trainer.almanac.rules import Day, DayKind, Spell
from trainer.core.text import Labelled, noop
from trainer.plans.rules import Audience, ClassLine, audience_of, last_day_of


class Fault(Labelled):
    """Why a planner should look again."""

    HOLIDAY = "holiday", noop("On days off")
    SESSION = "session", noop("During a session of the congress")
    BELOW = "below", noop("During sessions of congresses below")
    BUSY = "busy", noop("In the busy farming season")
    PEOPLE = "people", noop("Two classes for the same people at once")
    AT_ONCE = "at_once", noop("More classes at once than the committee can run")
    BUDGET = "budget", noop("More than the budget of the year")
    UNKNOWN = "unknown", noop("Holidays not announced yet")

    @property
    def grave(self) -> bool:
        """Whether it should not stay so; the others are to be known."""
        return self not in (Fault.BUSY, Fault.UNKNOWN)


@dataclass(frozen=True)
class Run:
    """One run of a planned class that has a date; *line* is its number in the table."""

    line: int
    name: str
    audience: Audience
    text: str
    first: date
    last: date

    def days(self) -> list[date]:
        """Return its days."""
        return [self.first + timedelta(n) for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class Caution:
    """A fault, the lines it is about, its days, and who or what is in the way."""

    fault: Fault
    lines: tuple[int, ...]
    names: tuple[str, ...]
    first: date | None = None
    last: date | None = None
    why: tuple[str, ...] = ()
    amount: Decimal = Decimal(0)


def runs_of(lines: Iterable[tuple[int, ClassLine]]) -> list[Run]:
    """Return the dated runs of a table, given as (number, line)."""
    return [
        Run(
            number,
            line.name,
            line.whom or audience_of(line.audience),
            line.audience,
            start,
            last_day_of(start, line.days),
        )
        for number, line in lines
        for start in line.starts
    ]


_SHARED: dict[Audience, frozenset[Audience]] = {
    Audience.OWN_NEW: frozenset({Audience.OWN_NEW, Audience.OWN, Audience.EVERYBODY}),
    Audience.OWN: frozenset({Audience.OWN_NEW, Audience.OWN, Audience.EVERYBODY}),
    Audience.BELOW_NEW: frozenset({Audience.BELOW_NEW, Audience.BELOW, Audience.EVERYBODY}),
    Audience.BELOW: frozenset({Audience.BELOW_NEW, Audience.BELOW, Audience.EVERYBODY}),
    Audience.EVERYBODY: frozenset(set(Audience) - {Audience.PART}),
    Audience.PART: frozenset(),
}


def same_people(one: Run, other: Run) -> bool:
    """Tell whether two runs may be for the same people; runs of one class are for different."""
    if one.line == other.line:
        return False
    return one.text == other.text or other.audience in _SHARED[one.audience]


def cautions(
    runs: Sequence[Run],
    days: Mapping[date, Day],
    spells: Sequence[Spell] = (),
    below: Sequence[tuple[str, Spell]] = (),
    *,
    at_once: int,
    budget: Decimal = Decimal(0),
    limit: Decimal | None = None,
) -> list[Caution]:
    """Return what speaks against *runs*, the grave first, then by day.

    *days* is the almanac of every day a run may touch, *spells* what is entered in it, *below* the
    sessions of congresses below by name, *at_once* how many classes the committee can run,
    *limit* the yuan of the year.
    """
    found = [warning for run in runs for warning in _of_run(run, days, spells, below)]
    found += _same_people(runs)
    found += _at_once(runs, at_once)
    if limit is not None and budget > limit:
        found.append(Caution(Fault.BUDGET, (), (), amount=budget - limit))
    unknown = [run for run in runs if any(not days[day].known for day in run.days())]
    if unknown:
        lines = tuple(dict.fromkeys(run.line for run in unknown))
        names = tuple(dict.fromkeys(run.name for run in unknown))
        found.append(Caution(Fault.UNKNOWN, lines, names))
    return sorted(
        found, key=lambda one: (not one.fault.grave, one.first or date.min, one.fault.value)
    )


_OFF = frozenset({DayKind.HOLIDAY, DayKind.LOCAL})


def _of_run(
    run: Run,
    days: Mapping[date, Day],
    spells: Sequence[Spell],
    below: Sequence[tuple[str, Spell]],
) -> Iterable[Caution]:
    own = [days[day] for day in run.days()]
    touching = [s for s in spells if s.first_day <= run.last and s.last_day >= run.first]
    for fault, kinds, there in (
        (Fault.HOLIDAY, _OFF, [day for day in own if day.day_off]),
        (Fault.SESSION, {DayKind.CONGRESS}, [d for d in own if DayKind.CONGRESS in d.kinds]),
        (Fault.BUSY, {DayKind.BUSY}, [day for day in own if DayKind.BUSY in day.kinds]),
    ):
        if there:
            official = [day.official for day in there if fault is Fault.HOLIDAY and day.official]
            names = [*official, *(s.name for s in touching if s.kind in kinds)]
            why = tuple(dict.fromkeys(names))
            yield Caution(fault, (run.line,), (run.name,), there[0].day, there[-1].day, why)
    sitting = [
        (name, s) for name, s in below if s.first_day <= run.last and s.last_day >= run.first
    ]
    if sitting:
        first = max(run.first, min(s.first_day for _name, s in sitting))
        last = min(run.last, max(s.last_day for _name, s in sitting))
        why = tuple(dict.fromkeys(name for name, _s in sitting))
        yield Caution(Fault.BELOW, (run.line,), (run.name,), first, last, why)


def _same_people(runs: Sequence[Run]) -> Iterable[Caution]:
    for one, other in combinations(runs, 2):
        first, last = max(one.first, other.first), min(one.last, other.last)
        if first <= last and same_people(one, other):
            lines, names = (one.line, other.line), (one.name, other.name)
            yield Caution(Fault.PEOPLE, lines, names, first, last)


def _at_once(runs: Sequence[Run], most: int) -> Iterable[Caution]:
    """Yield a warning for each stretch of days with the same too many runs."""
    on: dict[date, list[Run]] = {}
    for run in runs:
        for day in run.days():
            on.setdefault(day, []).append(run)
    crowded = [day for day in sorted(on) if len(on[day]) > most]
    start = 0
    for place, day in enumerate(crowded):
        following = crowded[place + 1] if place + 1 < len(crowded) else None
        if following == day + timedelta(1) and on[following] == on[day]:
            continue
        here = on[day]
        lines = tuple(dict.fromkeys(run.line for run in here))
        yield Caution(Fault.AT_ONCE, lines, tuple(run.name for run in here), crowded[start], day)
        start = place + 1
