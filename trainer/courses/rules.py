"""States of a class, what publishing needs, kinds of sessions, half-days: pure decisions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from decimal import Decimal

from trainer.core.errors import Invalid, Refused
from trainer.core.text import Labelled, noop
from trainer.plans.rules import Mode

NOON = time(12, 0)
EVENING = time(18, 0)
LONGEST_CLASS = 366  # days; longer is a slip of the pen
MOST_HOURS_A_HALF_DAY = Decimal(4)
# What calendars show of a class: a change of these is a change of all its sessions.
SHOWN_OF_CLASS = frozenset(
    {"name", "run", "mode", "venue_id", "head", "head_phone", "gathering", "bring", "link"}
)


class ClassStatus(Labelled):
    """The life of a class."""

    DRAFT = "draft", noop("Draft")
    PUBLISHED = "published", noop("Published")
    RUNNING = "running", noop("Running")
    FINISHED = "finished", noop("Finished")
    CLOSED = "closed", noop("Closed")
    CANCELLED = "cancelled", noop("Cancelled")

    @property
    def public(self) -> bool:
        """Whether townships, deputies and calendars may see the class."""
        return self is not ClassStatus.DRAFT

    @property
    def editable(self) -> bool:
        """Whether dates, place and timetable may still be changed."""
        return self in (ClassStatus.DRAFT, ClassStatus.PUBLISHED, ClassStatus.RUNNING)


CLASS_STEPS: dict[ClassStatus, frozenset[ClassStatus]] = {
    ClassStatus.DRAFT: frozenset({ClassStatus.PUBLISHED, ClassStatus.CANCELLED}),
    ClassStatus.PUBLISHED: frozenset({ClassStatus.RUNNING, ClassStatus.CANCELLED}),
    ClassStatus.RUNNING: frozenset({ClassStatus.FINISHED, ClassStatus.CANCELLED}),
    ClassStatus.FINISHED: frozenset({ClassStatus.CLOSED}),
    ClassStatus.CLOSED: frozenset(),
    ClassStatus.CANCELLED: frozenset(),
}


def require_step(old: ClassStatus, new: ClassStatus) -> None:
    """Raise Refused unless a class may go from *old* to *new*."""
    if new not in CLASS_STEPS[old]:
        raise Refused(noop("This step is not possible in the class's present state."))


def status_on(status: ClassStatus, *, first_day: date, today: date) -> ClassStatus:
    """Return the state a class is in on *today*: published and begun counts as running.

    Nobody has to press a button in the morning of the first day: the state is derived when it is
    read. The stored state follows when a planner starts or finishes the class by hand.
    """
    begun = status is ClassStatus.PUBLISHED and first_day <= today
    return ClassStatus.RUNNING if begun else status


def require_editable(status: ClassStatus) -> None:
    """Raise Refused unless dates, place and timetable may still be changed."""
    if not status.editable:
        raise Refused(noop("The class is over or cancelled; it is not changed any more."))


class Lack(Labelled):
    """What a class still lacks before it can be published."""

    VENUE = "venue", noop("Choose where the class is held.")
    LINK = "link", noop("Enter the address of the online class.")
    TIMETABLE = "timetable", noop("Make the timetable.")


def lacks(*, mode: Mode, venue: bool, link: bool, sessions: int) -> list[Lack]:
    """Return what is missing before publishing.

    An online class needs its address instead of a venue; one that goes to the townships has a
    place for each session.
    """
    missing = []
    if mode is Mode.ONLINE:
        missing += [] if link else [Lack.LINK]
    elif mode is not Mode.DELIVERED and not venue:
        missing.append(Lack.VENUE)
    return missing if sessions else [*missing, Lack.TIMETABLE]


def require_publishable(missing: Collection[Lack]) -> None:
    """Raise Refused while something is missing before publishing."""
    if missing:
        raise Refused(noop("The class cannot be published yet: see what is still missing."))


def require_over(last_day: date, today: date) -> None:
    """Raise Refused while the last day of a class lies ahead."""
    if today < last_day:
        raise Refused(
            noop("The class lasts until %(day)s. Finish it then, or bring its last day forward."),
            day=last_day,
        )


def next_run(numbers: Collection[int]) -> int:
    """Return the lowest run number that is not yet in *numbers*."""
    return min(set(range(1, len(numbers) + 2)) - set(numbers))


def require_run(*, live: int, planned: int) -> None:
    """Raise Refused when a planned class has as many runs as planned (cancelled ones aside)."""
    if live >= planned:
        raise Refused(
            noop("The plan has %(planned)s runs of this class, and all of them are made."),
            planned=planned,
        )


def require_days(first_day: date, last_day: date) -> None:
    """Raise Invalid unless the days of a class are in order and not absurdly far apart."""
    if last_day < first_day:
        raise Invalid(noop("The last day is before the first day."), field="last_day")
    if (last_day - first_day).days >= LONGEST_CLASS:
        raise Invalid(noop("A class lasts at most a year."), field="last_day")


class SessionKind(Labelled):
    """What happens in a session of the timetable."""

    REPORT_IN = "report_in", noop("Report-in")
    OPENING = "opening", noop("Opening")
    LECTURE = "lecture", noop("Lecture")
    ON_SITE = "on_site", noop("On-site teaching")
    DISCUSSION = "discussion", noop("Group discussion")
    EXCHANGE = "exchange", noop("Exchange of views")
    CLOSING = "closing", noop("Closing")
    TRAVEL = "travel", noop("Journey")
    OTHER = "other", noop("Other")

    @property
    def on_roll(self) -> bool:
        """Whether the roll is taken; nobody signs in for a journey."""
        return self is not SessionKind.TRAVEL


class Half(Labelled):
    """The part of a day in which the roll is taken."""

    MORNING = "morning", noop("Morning")
    AFTERNOON = "afternoon", noop("Afternoon")
    EVENING = "evening", noop("Evening")


def half_of(start: datetime) -> Half:
    """Return the half-day of a session that begins at *start*, a local time."""
    clock = start.timetz().replace(tzinfo=None)
    if clock < NOON:
        return Half.MORNING
    return Half.AFTERNOON if clock < EVENING else Half.EVENING


# Times offered for a new session of a half-day.
USUAL_TIMES: dict[Half, tuple[time, time]] = {
    Half.MORNING: (time(9, 0), time(12, 0)),
    Half.AFTERNOON: (time(14, 30), time(17, 30)),
    Half.EVENING: (time(19, 0), time(20, 30)),
}


class Rank(Labelled):
    """Rank of a lecturer, by which fees are limited."""

    OTHER = "other", noop("Other lecturer")
    ASSOCIATE = "associate", noop("Associate professor")
    FULL = "full", noop("Professor")
    ACADEMICIAN = "academician", noop("Academician or nationally known")
