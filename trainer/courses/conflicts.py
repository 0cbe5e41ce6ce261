"""Who or what is booked twice at the same time: pure decisions over slots of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from trainer.core.text import Labelled, noop


class Clash(Labelled):
    """What two sessions at the same time share; the value names the form field to change."""

    CLASS = (
        "start",
        noop(
            "At this time the class already has “%(title)s” (%(when)s). "
            "Choose another time, or move the other one first."
        ),
    )
    LECTURER = (
        "lecturer_id",
        noop(
            "%(who)s cannot teach “%(own)s” (%(own_when)s) and “%(title)s” in %(name)s "
            "(%(when)s) at once. Choose another time or lecturer."
        ),
    )
    ROOM = (
        "room_id",
        noop(
            "%(who)s cannot hold “%(own)s” (%(own_when)s) and “%(title)s” in %(name)s "
            "(%(when)s) at once. Choose another time or room."
        ),
    )


@dataclass(frozen=True)
class Slot:
    """A session as far as it can clash; *lecturer* and *room* are (id, name).

    *starts_at* and *ends_at* are local wall-clock times; *key* is None for a session not yet kept.
    """

    key: int | None
    class_id: int
    class_name: str
    title: str
    starts_at: datetime
    ends_at: datetime
    lecturer: tuple[int, str] | None = None
    room: tuple[int, str] | None = None

    @property
    def when(self) -> str:
        """Day and times, as 2017-06-05 09:00–12:00."""
        return f"{self.starts_at:%Y-%m-%d %H:%M}–{self.ends_at:%H:%M}"

    def shares(self) -> Iterator[tuple[Clash, int]]:
        """Return what no other session may use at the same time."""
        yield Clash.CLASS, self.class_id
        if self.lecturer:
            yield Clash.LECTURER, self.lecturer[0]
        if self.room:
            yield Clash.ROOM, self.room[0]


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


def clashes(slots: Iterable[Slot]) -> list[Found]:
    """Return every pair of *slots* that overlaps and shares its class, lecturer or room.

    Two sessions of one class are reported once, as a clash of the class. Slots that only touch do
    not overlap.
    """
    shared: defaultdict[tuple[Clash, int], list[Slot]] = defaultdict(list)
    for slot in slots:
        for what in slot.shares():
            shared[what].append(slot)
    return [
        Found(clash, one, other)
        for (clash, _), group in shared.items()
        for one, other in _overlapping(group)
        if clash is Clash.CLASS or one.class_id != other.class_id
    ]


def _overlapping(group: list[Slot]) -> Iterator[tuple[Slot, Slot]]:
    running: list[Slot] = []
    for slot in sorted(group, key=lambda s: (s.starts_at, s.ends_at)):
        running = [earlier for earlier in running if earlier.ends_at > slot.starts_at]
        for earlier in running:
            yield earlier, slot
        running.append(slot)
