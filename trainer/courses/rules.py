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
    POSTPONED = "postponed", noop("Postponed")
    CANCELLED = "cancelled", noop("Cancelled")

    @property
    def public(self) -> bool:
        """Whether townships, deputies and calendars may see the class."""
        return self is not ClassStatus.DRAFT

    @property
    def editable(self) -> bool:
        """Whether dates, place and participants may still be changed."""
        return self.held or self is ClassStatus.POSTPONED

    @property
    def held(self) -> bool:
        """Whether the class has its days: it stands in the way of others on them."""
        return self in (ClassStatus.DRAFT, ClassStatus.PUBLISHED, ClassStatus.RUNNING)


CLASS_STEPS: dict[ClassStatus, frozenset[ClassStatus]] = {
    ClassStatus.DRAFT: frozenset({ClassStatus.PUBLISHED, ClassStatus.CANCELLED}),
    ClassStatus.PUBLISHED: frozenset(
        {ClassStatus.RUNNING, ClassStatus.POSTPONED, ClassStatus.CANCELLED}
    ),
    ClassStatus.POSTPONED: frozenset({ClassStatus.PUBLISHED, ClassStatus.CANCELLED}),
    ClassStatus.RUNNING: frozenset({ClassStatus.FINISHED, ClassStatus.CANCELLED}),
    ClassStatus.FINISHED: frozenset({ClassStatus.CLOSED}),
    ClassStatus.CLOSED: frozenset(),
    ClassStatus.CANCELLED: frozenset(),
}


def require_step(old: ClassStatus, new: ClassStatus) -> None:
    """Raise Refused unless a class may go from *old* to *new*."""
    if new not in CLASS_STEPS[old]:
        raise Refused(noop("This step is not possible in the class's present state."))


def require_draft(status: ClassStatus) -> None:
    """Raise Refused unless the class is a draft: only that is published; see `postponing`."""
    if status is not ClassStatus.DRAFT:
        raise Refused(noop("This step is not possible in the class's present state."))


def require_postponed(status: ClassStatus) -> None:
    """Raise Refused unless the class is postponed: only then it can go on."""
    if status is not ClassStatus.POSTPONED:
        raise Refused(noop("The class is not postponed."))


def require_undo_of_start(status: ClassStatus) -> None:
    """Raise Refused unless a class was started by hand.

    Of the steps of a class this is the only one that is undone. What was published stands in
    people's calendars: such a class is postponed or cancelled, not taken back. After finishing,
    marks are put right by a correction; after closing, nothing changes any more.
    """
    if status is not ClassStatus.RUNNING:
        raise Refused(noop("The class was not started by hand."))


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


def require_timetable_open(status: ClassStatus) -> None:
    """Raise Refused unless sessions may be put into the timetable or changed."""
    require_editable(status)
    if status is ClassStatus.POSTPONED:
        raise Refused(noop("The class is postponed. Set its new days first."))


def require_not_begun(first_day: date, today: date) -> None:
    """Raise Refused once the first day has come: what people came to is not taken back."""
    if today >= first_day:
        raise Refused(noop("The class has begun; this step is no longer possible."))


class Lack(Labelled):
    """What a class still lacks before it can be published."""

    VENUE = "venue", noop("Choose where the class is held.")
    LINK = "link", noop("Enter the address of the online class.")
    HOST = "host", noop("Enter whose class it is that your deputies join.")
    TIMETABLE = "timetable", noop("Make the timetable.")


def lacks(*, mode: Mode, venue: bool, link: bool, sessions: int, host: bool = True) -> list[Lack]:
    """Return what is missing before publishing.

    An online class needs its address instead of a venue; one that goes to the townships has a
    place for each session; guests in another body's class need to know whose it is, and follow
    that body's timetable.
    """
    needed = {
        Mode.ONLINE: [(Lack.LINK, link)],
        Mode.DELIVERED: [],
        Mode.GUEST: [(Lack.HOST, host), (Lack.VENUE, venue)],
    }.get(mode, [(Lack.VENUE, venue)])
    if mode is not Mode.GUEST:
        needed = [*needed, (Lack.TIMETABLE, sessions > 0)]
    return [lack for lack, there in needed if not there]


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
    if start.hour < NOON.hour:
        return Half.MORNING
    return Half.AFTERNOON if start.hour < EVENING.hour else Half.EVENING


HALF_STARTS = {Half.MORNING: time(0, 0), Half.AFTERNOON: NOON, Half.EVENING: EVENING}

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


# Yuan a class hour after tax where the congress set nothing: the Ministry of Finance's measure for
# training cost of central offices (财行〔2016〕540号, art. 10); below associate professor, as that.
USUAL_CEILINGS = {
    Rank.OTHER: Decimal(500),
    Rank.ASSOCIATE: Decimal(500),
    Rank.FULL: Decimal(1000),
    Rank.ACADEMICIAN: Decimal(1500),
}
