"""What can be wrong with timetables: kinds of conflicts, what they are told of, how they read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b

from trainer.core.text import Labelled, noop
from trainer.courses.rules import Half, SessionKind, half_of


class Clash(Labelled):
    """A kind of conflict; its label names both sides and what would solve it."""

    CLASS = (
        "class",
        noop(
            "At this time the class already has “%(title)s” (%(when)s). "
            "Choose another time, or move the other one first."
        ),
    )
    LECTURER = (
        "lecturer",
        noop(
            "%(who)s cannot teach “%(own)s” (%(own_when)s) and “%(title)s” in %(name)s "
            "(%(when)s) at once. Choose another time or lecturer."
        ),
    )
    ROOM = (
        "room",
        noop(
            "%(who)s cannot hold “%(own)s” (%(own_when)s) and “%(title)s” in %(name)s "
            "(%(when)s) at once. Choose another time or room."
        ),
    )
    AWAY = (
        "away",
        noop(
            "%(who)s teaches “%(own)s” (%(own_when)s) but is away %(period)s%(note)s. "
            "Choose another time or lecturer."
        ),
    )
    OUTSIDE = (
        "outside",
        noop(
            "“%(own)s” (%(own_when)s) lies outside the days of the class, %(period)s. "
            "Move it, or change the days of the class."
        ),
    )
    ARRIVAL = (
        "arrival",
        noop(
            "“%(own)s” (%(own_when)s) ends after “%(title)s” begins (%(when)s). "
            "Bring the arrival forward or begin later."
        ),
    )
    PEOPLE = (
        "people",
        noop(
            "%(who)s of %(own)s (%(own_when)s) must be in %(name)s (%(when)s) at once. "
            "Move one of the classes, or replace them in one."
        ),
    )
    CONGRESS = (
        "congress",
        noop(
            "%(who)s of %(own)s (%(own_when)s) belong to “%(name)s” (%(when)s). "
            "Move the class, or replace them."
        ),
    )
    OWN_CONGRESS = (
        "own_congress",
        noop(
            "“%(name)s” (%(when)s) is in session during %(own)s (%(own_when)s), and all of its "
            "people belong there. Move the class."
        ),
    )
    SMALL = (
        "small",
        noop(
            "%(who)s has %(seats)s seats, but “%(own)s” (%(own_when)s) is for %(places)s. "
            "Choose a larger room or fewer places."
        ),
    )
    DAY_OFF = (
        "day_off",
        noop("“%(own)s” (%(own_when)s) falls on a holiday: %(note)s. Choose a working day."),
    )
    MAKE_UP = (
        "make_up",
        noop(
            "“%(own)s” (%(own_when)s) falls on a make-up working day (%(note)s): "
            "employers need their people. Choose another day."
        ),
    )
    HOURS = (
        "hours",
        noop(
            "%(own_when)s has %(hours)s class hours; at most %(most)s count in a half-day. "
            "Shorten a session, or move it to another half-day."
        ),
    )
    LUNCH = (
        "lunch",
        noop(
            "From “%(own)s” (%(own_when)s) to “%(title)s” (%(when)s) nobody has an hour for lunch "
            "between 11:00 and 14:00. End the first sooner or begin the last later."
        ),
    )

    @property
    def field(self) -> str:
        """The field of a session's form that would solve it."""
        return _FIELDS.get(self, "start")


_FIELDS = {
    Clash.LECTURER: "lecturer_id",
    Clash.AWAY: "lecturer_id",
    Clash.ROOM: "room_id",
    Clash.SMALL: "room_id",
    Clash.OUTSIDE: "day",
    Clash.DAY_OFF: "day",
    Clash.MAKE_UP: "day",
    Clash.HOURS: "hours",
}
# Nobody can answer for these: they cannot be. The others can be accepted by name and reason.
HARD = frozenset(
    {
        Clash.CLASS,
        Clash.LECTURER,
        Clash.ROOM,
        Clash.AWAY,
        Clash.OUTSIDE,
        Clash.ARRIVAL,
        Clash.OWN_CONGRESS,
    }
)


@dataclass(frozen=True)
class Slot:
    """A session as far as it can clash; *lecturer* and *room* are (id, name).

    *starts_at* and *ends_at* are local wall-clock times; *key* is None for a session not yet kept.
    *hours* are class hours; *seats* those of the room, None without one. Sessions of one class may
    run side by side at different *stops*, the places of a class delivered in the townships.
    """

    key: int | None
    class_id: int
    class_name: str
    title: str
    starts_at: datetime
    ends_at: datetime
    lecturer: tuple[int, str] | None = None
    room: tuple[int, str] | None = None
    kind: SessionKind = SessionKind.LECTURE
    hours: Decimal = Decimal(0)
    seats: int | None = None
    stop: str = ""

    @property
    def when(self) -> str:
        """Day and times, as 2017-06-05 09:00–12:00."""
        return f"{self.starts_at:%Y-%m-%d %H:%M}–{self.ends_at:%H:%M}"

    @property
    def half_day(self) -> tuple[date, Half]:
        """The day and the half of it in which the session begins."""
        return self.starts_at.date(), half_of(self.starts_at)

    def shares(self) -> Iterator[tuple[Clash, int]]:
        """Return what no other session may use at the same time."""
        yield Clash.CLASS, self.class_id
        if self.lecturer:
            yield Clash.LECTURER, self.lecturer[0]
        if self.room:
            yield Clash.ROOM, self.room[0]


@dataclass(frozen=True)
class Course:
    """A class as far as it can clash: its days, places, and the ids of the people who hold a seat.

    *away* says that people are gone from the first day to the last (off-site), not only during
    sessions.
    """

    id: int
    name: str
    first_day: date
    last_day: date
    places: int
    congress_id: int
    away: bool = False
    people: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Gone:
    """Days, or one *half* of each, on which a lecturer cannot teach, and why."""

    lecturer_id: int
    first_day: date
    last_day: date
    half: Half | None = None
    note: str = ""


@dataclass(frozen=True)
class Assembly:
    """A session of a congress: its days, and the ids of the people who belong to it."""

    id: int
    name: str
    first_day: date
    last_day: date
    congress_id: int
    people: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Facts:
    """All that conflicts are found in.

    *special* says per congress which days are holidays (DAY_OFF) or make-up days (MAKE_UP), and
    the name of the holiday; *names* are those of people by id.
    """

    courses: Mapping[int, Course]
    slots: Iterable[Slot]
    gone: Iterable[Gone] = ()
    assemblies: Iterable[Assembly] = ()
    special: Mapping[int, Mapping[date, tuple[Clash, str]]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """A conflict: of which classes and sessions (ids), and the parameters of its sentence.

    ``key`` stays the same as long as all that matters of both sides does: what somebody accepted
    is no longer accepted once it has become another conflict.
    """

    clash: Clash
    classes: tuple[int, ...]
    sessions: tuple[int | None, ...]
    params: Mapping[str, object]

    @property
    def hard(self) -> bool:
        """Whether it blocks publishing."""
        return self.clash in HARD

    @property
    def key(self) -> str:
        """Kind and a digest of everything that the sentence says."""
        said = repr((self.classes, self.sessions, sorted(self.params.items())))
        return f"{self.clash.value}:{blake2b(said.encode(), digest_size=12).hexdigest()}"


@dataclass(frozen=True)
class Found:
    """Two sessions that clash, the earlier one first."""

    clash: Clash
    one: Slot
    other: Slot

    def seen_from(self, own: Iterable[Slot]) -> dict[str, str]:
        """Return the parameters of the clash's sentence, told from the side of *own*."""
        mine, theirs = (self.one, self.other) if self.one in own else (self.other, self.one)
        who = mine.room if self.clash is Clash.ROOM else mine.lecturer
        return {
            "own": mine.title,
            "own_when": mine.when,
            "title": theirs.title,
            "when": theirs.when,
            "name": theirs.class_name,
            "who": who[1] if who else "",
        }
