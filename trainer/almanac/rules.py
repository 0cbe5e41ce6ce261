"""What a day is, for planning: pure decisions over holiday tables and entered days."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from trainer.core.text import Labelled, noop

SATURDAY = 5
ACTIVITY_MONTH = 11  # every November is Deputy Activity Month (人大代表活动月)
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
        """Whether the day lies in Deputy Activity Month."""
        return self.day.month == ACTIVITY_MONTH


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
