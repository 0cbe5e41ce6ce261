"""What a day is, for planning: pure decisions over holiday tables and entered days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trainer.core.text import Labelled, noop

SATURDAY = 5
ACTIVITY_MONTH = 11  # every November is Deputy Activity Month (人大代表活动月)


class DayKind(Labelled):
    """What planners enter in the almanac."""

    HOLIDAY = "holiday", noop("Holiday")
    MAKE_UP = "make_up", noop("Make-up working day")
    CONGRESS = "congress", noop("Congress session")
    LOCAL = "local", noop("Local day")
    BUSY = "busy", noop("Busy farming season")


@dataclass(frozen=True)
class Day:
    """One day of the almanac: whether people work, why, and whether that is known at all."""

    day: date
    working: bool
    known: bool
    notes: tuple[str, ...] = ()


def judge(day: date, *, official: bool | None, entered: set[DayKind]) -> tuple[bool, bool]:
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
