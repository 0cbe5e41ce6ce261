"""What a day is, for planning: pure decisions over holiday tables and entered days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date

from trainer.core.errors import Invalid
from trainer.core.text import Labelled, noop

SATURDAY = 5
LONGEST_ENTRY = 366  # days

# The names under which the State Council's notices know the holidays.
HOLIDAYS = {
    "New Year's Day": noop("New Year's Day"),
    "Spring Festival": noop("Spring Festival"),
    "Tomb-sweeping Day": noop("Tomb-sweeping Day"),
    "Labour Day": noop("Labour Day"),
    "Dragon Boat Festival": noop("Dragon Boat Festival"),
    "National Day": noop("National Day"),
    "Mid-autumn Festival": noop("Mid-autumn Festival"),
    "Anti-Fascist 70th Day": noop("Victory Day (70 years)"),
}


class DayKind(Labelled):
    """What planners enter in the almanac."""

    HOLIDAY = "holiday", noop("Holiday")
    MAKE_UP = "make_up", noop("Make-up working day")
    CONGRESS = "congress", noop("Congress session")
    LOCAL = "local", noop("Local day")
    BUSY = "busy", noop("Busy farming season")
    ACTIVITY = "activity", noop("Deputy Activity Month")


@dataclass(frozen=True)
class Day:
    """One day of the almanac: whether people work, why, and whether that is known at all.

    ``official`` is the message of the holiday that the State Council gives the day off, or moves
    work to this day, for; ``kinds`` and ``notes`` are what staff entered: the kinds of the
    entries, and their names.
    """

    day: date
    working: bool
    known: bool
    official: str = ""
    kinds: frozenset[DayKind] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def weekend(self) -> bool:
        """Whether it is a Saturday or Sunday."""
        return self.day.weekday() >= SATURDAY

    @property
    def make_up(self) -> bool:
        """Whether people work although it is a weekend (调休)."""
        return self.working and self.weekend

    @property
    def day_off(self) -> bool:
        """Whether people have a day off that is no ordinary weekend."""
        given = self.official or self.kinds & {DayKind.HOLIDAY, DayKind.LOCAL}
        return not self.working and (not self.weekend or bool(given))

    @property
    def activity_month(self) -> bool:
        """Whether the day lies in Deputy Activity Month (人大代表活动月)."""
        return DayKind.ACTIVITY in self.kinds


def judge(day: date, *, official: bool | None, entered: Set[DayKind]) -> tuple[bool, bool]:
    """Return (working, known) of *day*.

    *official* is the State Council's word, None for a year whose notice is not out. What staff
    entered for the county goes before it.
    """
    if DayKind.MAKE_UP in entered:
        return True, True
    if entered & {DayKind.HOLIDAY, DayKind.LOCAL}:
        return False, True
    if official is not None:
        return official, True
    return day.weekday() < SATURDAY, False


@dataclass(frozen=True)
class Spell:
    """Days of one year with a meaning for planning, entered or given by a rule."""

    kind: DayKind
    name: str
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Yearly:
    """Days of every year, as 1 to 30 November; a day past the end of its month is that end.

    A span whose end lies before its beginning goes over New Year.
    """

    first_month: int
    first_day: int
    last_month: int
    last_day: int

    def in_year(self, year: int) -> tuple[date, date]:
        """Return the first and last day of the span that begins in *year*."""
        first = _day(year, self.first_month, self.first_day)
        last = _day(year, self.last_month, self.last_day)
        return first, last if last >= first else _day(year + 1, self.last_month, self.last_day)

    def between(self, first: date, last: date) -> list[tuple[date, date]]:
        """Return the spans that touch the days from *first* to *last*."""
        spans = (self.in_year(year) for year in range(first.year - 1, last.year + 1))
        return [(begin, end) for begin, end in spans if begin <= last and end >= first]


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def require_yearly(span: Yearly, *, deadline: bool) -> None:
    """Raise Invalid unless *span* names days of the calendar; a deadline lies within its year."""
    for part, month, day in (
        ("first_day", span.first_month, span.first_day),
        ("last_day", span.last_month, span.last_day),
    ):
        if not 1 <= day <= monthrange(2000, month)[1]:
            raise Invalid(noop("This month has no such day."), field=part)
    if deadline and (span.last_month, span.last_day) < (span.first_month, span.first_day):
        raise Invalid(noop("The last day is before the first day."), field="last_day")


def held_within(spells: Iterable[Spell], first: date, last: date) -> bool:
    """Tell whether a congress session among *spells* begins from *first* to *last*."""
    return any(s.kind is DayKind.CONGRESS and first <= s.first_day <= last for s in spells)
