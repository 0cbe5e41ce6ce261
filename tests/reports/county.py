"""Generated counties in plain values: two township terms beside the county's, classes, marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

FIRST = date(2016, 10, 1)
LAST = date(2021, 9, 30)
HALVES = (("09:00", "11:30"), ("14:00", "17:00"))
# The county's two delegations, then one for each of two townships.
DELEGATIONS = ("county", "county", "town1", "town2")


@dataclass(frozen=True)
class PlainSeat:
    """A seat: person and delegation by number, days from the term's first."""

    person: int
    delegation: int
    newly: bool
    elected: int
    ended: int | None
    suspended: tuple[tuple[int, int | None], ...]


@dataclass(frozen=True)
class PlainClass:
    """A class of the county: day of the term, sessions as (day, half, hours, counts)."""

    starts: int
    days: int
    status: str
    sessions: tuple[tuple[int, int, int, str], ...]
    # by number of the seat: status of the enrolment, and a mark for each session
    people: dict[int, tuple[str, tuple[str, ...]]] = field(hash=False)


@dataclass(frozen=True)
class County:
    """Seats, classes, and the day of the report (days from the term's first)."""

    seats: tuple[PlainSeat, ...]
    classes: tuple[PlainClass, ...]
    day: int

    @property
    def date(self) -> date:
        """The day of the report."""
        return FIRST + timedelta(self.day)


days = st.integers(0, (LAST - FIRST).days)
MARKS = ("", "present", "present", "present", "late", "left_early", "excused", "absent")


@st.composite
def seats(draw: st.DrawFn) -> PlainSeat:
    """A seat that may have ended and may have been suspended."""
    elected = draw(st.sampled_from([-3, 0, 0, 0, 200, 900]))
    ended = draw(st.none() | st.integers(max(0, elected), 1825))
    begins = draw(st.lists(st.integers(0, 1500), max_size=2, unique=True))
    suspended = tuple(
        (begin, draw(st.none() | st.integers(begin, begin + 400))) for begin in sorted(begins)
    )
    return PlainSeat(
        person=draw(st.integers(0, 5)),
        delegation=draw(st.integers(0, 3)),
        newly=draw(st.booleans()),
        elected=elected,
        ended=ended,
        suspended=suspended,
    )


@st.composite
def classes(draw: st.DrawFn, seat_count: int) -> PlainClass:
    """A class with sessions, people on it and their marks."""
    length = draw(st.integers(1, 3))
    sessions = tuple(
        draw(
            st.lists(
                st.tuples(
                    st.integers(0, length - 1),
                    st.integers(0, 1),
                    st.integers(0, 6),
                    st.sampled_from(["held", "held", "held", "cancelled", "journey"]),
                ),
                max_size=5,
            )
        )
    )
    mark = st.sampled_from(MARKS)
    people = draw(
        st.dictionaries(
            st.integers(0, seat_count - 1),
            st.tuples(
                st.sampled_from(["confirmed", "confirmed", "nominated", "withdrawn"]),
                st.one_of(
                    st.just(("present",) * len(sessions)),
                    st.tuples(*[mark for _ in sessions]),
                ),
            ),
        )
    )
    return PlainClass(
        starts=draw(st.integers(0, 1500) | st.sampled_from([90, 91, 92])),  # about New Year
        days=length,
        status=draw(st.sampled_from(["finished", "finished", "closed", "running", "published"])),
        sessions=sessions,
        people=people,
    )


@st.composite
def counties(draw: st.DrawFn) -> County:
    """A county; nobody has two seats from the same day in one delegation."""
    found = draw(
        st.lists(
            seats(),
            min_size=1,
            max_size=8,
            unique_by=lambda s: (s.person, s.delegation, s.elected),
        )
    )
    held = draw(st.lists(classes(len(found)), max_size=4))
    turning = [course.starts + course.days - 1 for course in held]
    for seat in found:
        turning += [seat.elected, seat.ended or 0]
        turning += [day for span in seat.suspended for day in span if day is not None]
    # The days on which something changes are where a reckoning goes wrong.
    near = st.sampled_from(turning).flatmap(lambda day: st.sampled_from([day - 1, day, day + 1]))
    day = draw(near | days)
    return County(tuple(found), tuple(held), min(max(day, 0), (LAST - FIRST).days))


def once(people: dict[int, tuple[str, tuple[str, ...]]], county: County) -> list[int]:
    """The seats enrolled: of a person with several only the first."""
    chosen: dict[int, int] = {}
    for seat in sorted(people):
        chosen.setdefault(county.seats[seat].person, seat)
    return sorted(chosen.values())


@dataclass(frozen=True)
class PlainFigures:
    """What is reported, in plain numbers."""

    in_office: int
    new: int
    trained: int
    new_trained: int
    people: int
    person_times: int
    hours: Decimal


def _sits(seat: PlainSeat, day: int) -> bool:
    if day < seat.elected or (seat.ended is not None and day >= seat.ended):
        return False
    return not any(begin <= day and (end is None or day <= end) for begin, end in seat.suspended)


def _outcome(course: PlainClass, marks: tuple[str, ...]) -> tuple[bool, Decimal, bool]:
    """Whether somebody came at all, the class hours earned, and whether the class is completed."""
    halves: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for (day, half, hours, kind), mark in zip(course.sessions, marks, strict=True):
        if kind == "held":
            halves.setdefault((day, half), []).append((hours, mark))
    came = {"present", "late", "left_early"}
    every = [mark for half in halves.values() for _hours, mark in half]
    offered = sum(min(4, sum(h for h, _ in half)) for half in halves.values())
    earned = sum(min(4, sum(h for h, m in half if m in came)) for half in halves.values())
    whole = bool(every) and "" not in every and "absent" not in every
    return bool(came & set(every)), Decimal(earned), whole and (offered - earned) * 7 <= offered


@dataclass(frozen=True)
class Came:
    """Somebody who came to a class that was held: the seat, the day it ended, what came of it."""

    seat: PlainSeat
    ends: int
    hours: Decimal
    completed: bool


def came(county: County, last: int) -> list[Came]:
    """Who came to which class held by day *last*."""
    found = []
    for course in county.classes:
        ends = course.starts + course.days - 1
        if course.status not in ("finished", "closed") or ends > last:
            continue
        for number in once(course.people, county):
            status, marks = course.people[number]
            attended, earned, completed = _outcome(course, marks)
            if status != "withdrawn" and attended:
                found.append(Came(county.seats[number], ends, earned, completed))
    return found


def untrained(county: County, delegations: set[int]) -> set[int]:
    """The persons in office on the day under a county seat who completed no class under one."""
    done = {
        one.seat.person
        for one in came(county, county.day)
        if one.completed and DELEGATIONS[one.seat.delegation] == "county"
    }
    sitting = (s for s in county.seats if s.delegation in delegations and _sits(s, county.day))
    return {seat.person for seat in sitting} - done


def reckon(
    county: County, places: set[str], delegations: set[int], year: int | None
) -> PlainFigures:
    """The figures of some delegations, straight from the plain values.

    *places* are the congresses whose seats make somebody trained.
    """
    first, last = 0, county.day
    if year is not None:
        first = (date(year, 1, 1) - FIRST).days
        last = min(last, (date(year, 12, 31) - FIRST).days)
    sitting = [s for s in county.seats if s.delegation in delegations and _sits(s, last)]
    office = {seat.person for seat in sitting}
    new = {seat.person for seat in sitting if seat.newly}
    trained, people, times, hours = set(), set(), 0, Decimal(0)
    for one in came(county, last):
        if DELEGATIONS[one.seat.delegation] in places:
            if one.completed:
                trained.add(one.seat.person)
            if one.ends >= first and one.seat.person in office:
                hours += one.hours
        if one.seat.delegation in delegations and one.ends >= first:
            people.add(one.seat.person)
            times += 1
    return PlainFigures(
        len(office), len(new), len(office & trained), len(new & trained), len(people), times, hours
    )
