"""Attendance, class hours (学时) and completion: pure decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from trainer.core.text import Labelled, noop
from trainer.courses.rules import ClassStatus, Half

MOST_HOURS_A_HALF_DAY = Decimal(4)  # cadre training rule; a setting per congress
MOST_LEAVE = Fraction(1, 7)  # share of the class hours beyond which there is no completion
HELD = frozenset({ClassStatus.FINISHED, ClassStatus.CLOSED})


class Mark(Labelled):
    """What the roll says of one deputy in one session, from the best to the gravest."""

    PRESENT = "present", noop("Present")
    LATE = "late", noop("Late")
    LEFT_EARLY = "left_early", noop("Left early")
    EXCUSED = "excused", noop("On leave")
    ABSENT = "absent", noop("Absent")

    @property
    def counts(self) -> bool:
        """Whether the hours of the session count."""
        return self in (Mark.PRESENT, Mark.LATE, Mark.LEFT_EARLY)


_GRAVITY = {mark: order for order, mark in enumerate(Mark)}


class Source(Labelled):
    """How a mark came in."""

    QR = "qr", noop("QR check-in")
    STAFF = "staff", noop("Staff")
    PAPER = "paper", noop("Paper sheet")
    IMPORT = "import", noop("Import")
    API = "api", noop("Other system")


class Result(Labelled):
    """Whether a deputy completed a class, or why not (yet)."""

    COMPLETED = "completed", noop("Completed")
    OPEN = "open", noop("Roll not complete")
    ABSENT = "absent", noop("Absent without leave")
    TOO_MUCH_LEAVE = "too_much_leave", noop("Leave beyond the limit")


@dataclass(frozen=True)
class Policy:
    """How a congress counts: hours at most in a half-day, share that may be missed on leave."""

    most_a_half_day: Decimal = MOST_HOURS_A_HALF_DAY
    most_leave: Fraction = MOST_LEAVE


DEFAULT_POLICY = Policy()


@dataclass(frozen=True)
class Held:
    """One session held, and the mark of one deputy in it (None: not recorded)."""

    day: date
    half: Half
    hours: Decimal
    mark: Mark | None


@dataclass(frozen=True)
class Outcome:
    """What one deputy's marks on one class come to; hours in class hours, the rest half-days."""

    offered: Decimal
    earned: Decimal
    half_days: int
    present: int
    excused: int
    absent: int
    attended: bool
    result: Result

    @property
    def open(self) -> int:
        """Half-days without any mark."""
        return self.half_days - self.present - self.excused - self.absent

    @property
    def completed(self) -> bool:
        """Whether the deputy completed the class."""
        return self.result is Result.COMPLETED


def gravest(marks: Iterable[Mark | None]) -> Mark | None:
    """Return the mark of a half-day: the gravest of its sessions, None when none is recorded."""
    return max((m for m in marks if m is not None), key=_GRAVITY.__getitem__, default=None)


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


def result_of(sessions: Sequence[Held], policy: Policy = DEFAULT_POLICY) -> Result:
    """Return whether a deputy completed a class of *sessions*, or why not.

    Not with a session missed without leave, nor when the hours missed are more than the share
    that *policy* allows (both are said as soon as they are certain), nor with one not recorded.
    """
    if any(s.mark is Mark.ABSENT for s in sessions):
        return Result.ABSENT
    offered = hours_offered(sessions, most_a_half_day=policy.most_a_half_day)
    still_possible = _capped(
        (s for s in sessions if s.mark is None or s.mark.counts), policy.most_a_half_day
    )
    if Fraction(offered - still_possible) > policy.most_leave * Fraction(offered):
        return Result.TOO_MUCH_LEAVE
    if not sessions or any(s.mark is None for s in sessions):
        return Result.OPEN
    return Result.COMPLETED


def outcome(sessions: Iterable[Held], policy: Policy = DEFAULT_POLICY) -> Outcome:
    """Return what one deputy's marks in all *sessions* of a class come to."""
    held = list(sessions)
    halves: defaultdict[tuple[date, Half], list[Mark | None]] = defaultdict(list)
    for session in held:
        halves[session.day, session.half].append(session.mark)
    marks = [gravest(each) for each in halves.values()]
    return Outcome(
        offered=hours_offered(held, most_a_half_day=policy.most_a_half_day),
        earned=hours_earned(held, most_a_half_day=policy.most_a_half_day),
        half_days=len(marks),
        present=sum(mark is not None and mark.counts for mark in marks),
        excused=marks.count(Mark.EXCUSED),
        absent=marks.count(Mark.ABSENT),
        attended=any(s.mark is not None and s.mark.counts for s in held),
        result=result_of(held, policy),
    )


def roll_closed(status: ClassStatus, *, first_day: date, today: date) -> str | None:
    """Return why no roll can be taken *today*, or None: from the first day until finished."""
    if status is ClassStatus.DRAFT:
        return noop("Publish the class first; then the roll can be taken.")
    if status is ClassStatus.CANCELLED:
        return noop("The class is cancelled; no roll is taken.")
    if status is ClassStatus.POSTPONED:
        return noop("The class is postponed; no roll is taken until it goes on.")
    if status in HELD:
        return noop("The class is finished and its roll is closed.")
    if today < first_day:
        return noop("The roll opens on the first day of the class.")
    return None


@dataclass(frozen=True)
class Span:
    """A half-day of a class: when it begins and ends, and whether its roll is whole."""

    starts_at: datetime
    ends_at: datetime
    whole: bool


def half_day_to_take(spans: Sequence[Span], now: datetime) -> int | None:
    """Return the index of the half-day whose roll is likely taken *now*.

    The present or next one; after the last, the first whose roll is not whole, else the last.
    """
    for index, span in enumerate(spans):
        if now <= span.ends_at:
            return index
    for index, span in enumerate(spans):
        if not span.whole:
            return index
    return len(spans) - 1 if spans else None


class Step(Enum):
    """What to do with one deputy's mark when a roll is saved."""

    KEEP = "keep"
    WRITE = "write"
    CONFLICT = "conflict"


def step_of(*, now: Mark | None, whole: bool, seen: Mark | None, mine: Mark | None) -> Step:
    """Decide on one mark: *now* recorded, *seen* when the page was opened, *mine* as typed.

    *whole* tells whether every session of the half-day has a mark. What the user did not touch
    stays; what somebody else changed meanwhile to another mark is a conflict.
    """
    if mine is None or (mine is seen and mine is not now):
        return Step.KEEP
    if mine is now:
        return Step.KEEP if whole else Step.WRITE
    return Step.WRITE if now is seen else Step.CONFLICT
