"""States of a class, kinds of sessions, half-days: pure decisions."""

from __future__ import annotations

from datetime import datetime, time

from trainer.core.errors import Refused
from trainer.core.text import Labelled, noop

NOON = time(12, 0)
EVENING = time(18, 0)


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


class Rank(Labelled):
    """Rank of a lecturer, by which fees are limited."""

    OTHER = "other", noop("Other lecturer")
    ASSOCIATE = "associate", noop("Associate professor")
    FULL = "full", noop("Professor")
    ACADEMICIAN = "academician", noop("Academician or nationally known")
