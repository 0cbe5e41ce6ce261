"""Attendance, class hours (学时) and completion: pure decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from trainer.core.text import Labelled, noop
from trainer.courses.rules import Half

MOST_HOURS_A_HALF_DAY = Decimal(4)  # cadre training rule; a setting per congress
MOST_LEAVE = Fraction(1, 7)  # share of the class hours beyond which there is no completion


class Mark(Labelled):
    """What the roll says of one deputy in one session."""

    PRESENT = "present", noop("Present")
    LATE = "late", noop("Late")
    LEFT_EARLY = "left_early", noop("Left early")
    EXCUSED = "excused", noop("On leave")
    ABSENT = "absent", noop("Absent")

    @property
    def counts(self) -> bool:
        """Whether the hours of the session count."""
        return self in (Mark.PRESENT, Mark.LATE, Mark.LEFT_EARLY)


class Source(Labelled):
    """How a mark came in."""

    QR = "qr", noop("QR check-in")
    STAFF = "staff", noop("Staff")
    PAPER = "paper", noop("Paper sheet")
    IMPORT = "import", noop("Import")
    API = "api", noop("Other system")


@dataclass(frozen=True)
class Held:
    """One session held, and the mark of one deputy in it (None: not recorded)."""

    day: date
    half: Half
    hours: Decimal
    mark: Mark | None


def hours_earned(
    sessions: Iterable[Held], *, most_a_half_day: Decimal = MOST_HOURS_A_HALF_DAY
) -> Decimal:
    """Return the class hours earned: those attended, at most *most_a_half_day* each half-day."""
    return _capped((s for s in sessions if s.mark and s.mark.counts), most_a_half_day)


def hours_offered(
    sessions: Iterable[Held], *, most_a_half_day: Decimal = MOST_HOURS_A_HALF_DAY
) -> Decimal:
    """Return the class hours of the whole timetable under the same cap."""
    return _capped(sessions, most_a_half_day)


def _capped(sessions: Iterable[Held], most: Decimal) -> Decimal:
    halves: defaultdict[tuple[date, Half], Decimal] = defaultdict(Decimal)
    for session in sessions:
        halves[session.day, session.half] += session.hours
    return sum((min(hours, most) for hours in halves.values()), Decimal(0))


def completed(
    sessions: Iterable[Held],
    *,
    most_a_half_day: Decimal = MOST_HOURS_A_HALF_DAY,
    most_leave: Fraction = MOST_LEAVE,
) -> bool:
    """Tell whether a deputy completed a class.

    Not with a session missed without leave, nor with one not recorded, nor when the hours missed
    are more than *most_leave* of the class hours.
    """
    held = list(sessions)
    if not held or any(s.mark in (None, Mark.ABSENT) for s in held):
        return False
    offered = hours_offered(held, most_a_half_day=most_a_half_day)
    missed = offered - hours_earned(held, most_a_half_day=most_a_half_day)
    return Fraction(missed) <= most_leave * Fraction(offered)
