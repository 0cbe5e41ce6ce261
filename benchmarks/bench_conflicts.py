"""Conflicts of a year with 60 classes and 2,000 sessions: the sweep against trying every pair."""

from __future__ import annotations

import random
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations

from trainer.core.clock import LOCAL
from trainer.courses.conflicts import Clash, Course, Facts, Slot
from trainer.courses.finding import find

CLASSES, SESSIONS, PEOPLE, LECTURERS, ROOMS = 60, 2_000, 50, 40, 12
LIMIT_MS = 50.0


def a_year() -> Facts:
    """Return a made-up year in which some lecturers, rooms and people are booked twice."""
    chance = random.Random(1)
    courses, slots = {}, []
    for key in range(CLASSES):
        first = date(2017, 1, 5) + timedelta(days=chance.randrange(340))
        people = frozenset(chance.sample(range(1235), PEOPLE))
        courses[key] = Course(
            key, f"班{key}", first, first + timedelta(days=11), PEOPLE, 1, key % 2 == 0, people
        )
    for number in range(SESSIONS):
        own = courses[number % CLASSES]
        place = number // CLASSES
        day = own.first_day + timedelta(days=place // 3)
        start = datetime(day.year, day.month, day.day, (9, 14, 19)[place % 3], tzinfo=LOCAL)
        lecturer, room = chance.randrange(LECTURERS), chance.randrange(ROOMS)
        slots.append(
            Slot(
                number,
                own.id,
                own.name,
                f"课{number}",
                start,
                start + timedelta(hours=3),
                (lecturer, f"师{lecturer}"),
                (room, f"室{room}"),
                hours=Decimal(4),
                seats=60,
            )
        )
    return Facts(courses, slots)


def brute(facts: Facts) -> set[tuple[Clash, frozenset[int | None]]]:
    """Return who and what is booked twice by trying every pair of sessions and of classes."""
    found: set[tuple[Clash, frozenset[int | None]]] = set()
    for one, other in combinations(facts.slots, 2):
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
            ids = frozenset((one.key, other.key))
            if one.class_id == other.class_id:
                found.add((Clash.CLASS, ids))
                continue
            if one.lecturer == other.lecturer:
                found.add((Clash.LECTURER, ids))
            if one.room == other.room:
                found.add((Clash.ROOM, ids))
    return found


def main() -> None:
    """Print the times, their ratio, and that both find the same."""
    facts = a_year()
    times = []
    for _ in range(9):
        began = time.perf_counter()
        found = find(facts)
        times.append((time.perf_counter() - began) * 1000)
    began = time.perf_counter()
    every = brute(facts)
    slow = (time.perf_counter() - began) * 1000
    shared = (Clash.CLASS, Clash.LECTURER, Clash.ROOM)
    same = {(one.clash, frozenset(one.sessions)) for one in found if one.clash in shared} == every
    quick = sorted(times)[len(times) // 2]
    print(
        f"conflicts of {CLASSES} classes, {SESSIONS} sessions: {quick:.1f} ms"
        f" (limit {LIMIT_MS:.0f}),"
        f" every pair {slow:.0f} ms, ratio {slow / quick:.0f}; {len(found)} found, same: {same}"
    )
    assert same
    assert quick < LIMIT_MS


if __name__ == "__main__":
    main()
