"""Every kind of conflict, and the quick sweep compared with trying everything by brute force."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.core.clock import LOCAL
from trainer.courses.conflicts import Assembly, Clash, Conflict, Course, Facts, Gone, Slot
from trainer.courses.finding import find
from trainer.courses.rules import Half, SessionKind

MONDAY = date(2017, 6, 5)
ZERO = datetime(2017, 6, 5, tzinfo=LOCAL)


def course(key: int = 1, first: int = 0, last: int = 5, **values: Any) -> Course:
    usual: dict[str, Any] = {"places": 50, "congress_id": 1, "name": f"班{key}"}
    days = MONDAY + timedelta(days=first), MONDAY + timedelta(days=last)
    return Course(key, usual.pop("name"), *days, **{**usual, **values})


def slot(key: int, day: int, start: float, end: float, class_id: int = 1, **values: Any) -> Slot:
    begin = ZERO + timedelta(days=day)
    return Slot(
        key,
        class_id,
        f"班{class_id}",
        f"课{key}",
        begin + timedelta(hours=start),
        begin + timedelta(hours=end),
        **values,
    )


def kinds(*slots: Slot, courses: tuple[Course, ...] = (course(),), **facts: Any) -> list[Any]:
    found = find(Facts({one.id: one for one in courses}, slots, **facts))
    return [(one.clash, one.classes, one.sessions) for one in found]


def said(*slots: Slot, courses: tuple[Course, ...] = (course(),), **facts: Any) -> str:
    [one] = find(Facts({each.id: each for each in courses}, slots, **facts))
    return one.clash.label % one.params


WANG, HALL = (7, "王教授"), (9, "报告厅")


def test_a_lecturer_who_is_away_half_a_day() -> None:
    gone = [Gone(7, MONDAY, MONDAY + timedelta(days=1), Half.AFTERNOON, "出差")]
    morning, afternoon = slot(1, 0, 9, 11, lecturer=WANG), slot(2, 1, 14.5, 17, lecturer=WANG)
    assert kinds(morning, gone=gone) == []
    assert said(morning, afternoon, gone=gone) == (
        "王教授 teaches “课2” (2017-06-06 14:30–17:00) but is away 2017-06-05–2017-06-06 (出差). "
        "Choose another time or lecturer."
    )


def test_a_session_outside_the_days_of_its_class() -> None:
    assert kinds(slot(1, 5, 9, 11), slot(2, 6, 9, 11)) == [(Clash.OUTSIDE, (1,), (2,))]


def test_a_room_that_is_too_small() -> None:
    assert kinds(slot(1, 0, 9, 11, room=HALL, seats=50)) == []
    assert said(slot(1, 0, 9, 11, room=HALL, seats=49)) == (
        "报告厅 has 49 seats, but “课1” (2017-06-05 09:00–11:00) is for 50. "
        "Choose a larger room or fewer places."
    )


def test_holidays_and_make_up_days_of_the_own_congress() -> None:
    special = {
        1: {
            MONDAY: (Clash.DAY_OFF, "端午节"),
            MONDAY + timedelta(days=1): (Clash.MAKE_UP, "端午节"),
        },
        2: {MONDAY + timedelta(days=2): (Clash.DAY_OFF, "国庆节")},
    }
    slots = [slot(n, n, 9, 11) for n in range(3)]
    assert kinds(*slots, special=special) == [
        (Clash.DAY_OFF, (1,), (0,)),
        (Clash.MAKE_UP, (1,), (1,)),
    ]


def test_more_than_four_hours_in_a_half_day() -> None:
    four = slot(1, 0, 8, 10, hours=Decimal(2)), slot(2, 0, 10, 11, hours=Decimal(2))
    more = slot(3, 0, 11, 11.5, hours=Decimal("0.5"))
    assert kinds(*four) == []
    assert kinds(*four, more) == [(Clash.HOURS, (1,), (1, 2, 3))]


def test_no_hour_for_lunch() -> None:
    assert kinds(slot(1, 0, 9, 12), slot(2, 0, 13, 15)) == []
    assert kinds(slot(1, 0, 9, 12), slot(2, 0, 12.5, 15)) == [(Clash.LUNCH, (1,), (1, 2))]
    assert kinds(slot(1, 0, 9, 15)) == [(Clash.LUNCH, (1,), (1,))]
    journey = slot(2, 0, 12, 15, kind=SessionKind.TRAVEL)
    assert kinds(slot(1, 0, 9, 12), journey) == []


def test_arriving_after_the_opening() -> None:
    opening = slot(1, 1, 9, 9.5, kind=SessionKind.OPENING)
    late = slot(2, 1, 8, 10, kind=SessionKind.REPORT_IN)
    before = slot(3, 0, 14, 18, kind=SessionKind.REPORT_IN)
    home = slot(4, 5, 14, 18, kind=SessionKind.TRAVEL)
    assert kinds(opening, before, home) == []
    assert kinds(opening, late) == [
        (Clash.ARRIVAL, (1,), (2, 1)),
        (Clash.CLASS, (1,), (2, 1)),
    ]


def test_people_in_two_classes_at_once() -> None:
    both = course(1, people=frozenset({1, 2})), course(2, people=frozenset({2, 3}))
    apart = slot(1, 0, 9, 11, 1), slot(2, 1, 9, 11, 2)
    assert kinds(*apart, courses=both) == []
    text = said(*apart, slot(3, 0, 10, 11, 2), courses=both, names={2: "李生梅"})
    assert text == (
        "李生梅 of 班1 (2017-06-05 09:00–11:00) must be in 班2 (2017-06-05 10:00–11:00) at once. "
        "Move one of the classes, or replace them in one."
    )


def test_people_off_site_are_gone_between_sessions_too() -> None:
    both = course(1, away=True, people=frozenset({1})), course(2, people=frozenset({1}))
    assert kinds(slot(1, 0, 9, 11, 1), slot(2, 1, 9, 11, 2), courses=both) == [
        (Clash.PEOPLE, (1, 2), ())
    ]


def test_a_congress_in_session() -> None:
    tuesday = MONDAY + timedelta(days=1)
    town = Assembly(1, "威远镇人代会", tuesday, tuesday, 5, frozenset({2, 8}))
    county = Assembly(2, "县人代会", tuesday, tuesday, 1)
    one = (course(1, people=frozenset({1, 2})),)
    monday, later = slot(1, 0, 9, 11), slot(2, 1, 9, 11)
    assert kinds(monday, courses=one, assemblies=[town, county]) == []
    assert kinds(monday, later, courses=one, assemblies=[town, county]) == [
        (Clash.OWN_CONGRESS, (1,), ()),
        (Clash.CONGRESS, (1,), ()),
    ]
    assert kinds(later, assemblies=[town]) == []  # nobody of it is in the class


def test_a_class_may_be_at_two_stops_at_once_but_a_lecturer_not() -> None:
    here = slot(1, 0, 9, 11, stop="威远镇", lecturer=WANG)
    assert kinds(here, slot(2, 0, 9, 11, stop="丹麻镇")) == []
    assert kinds(here, slot(2, 0, 9, 11, stop="丹麻镇", lecturer=WANG)) == [
        (Clash.LECTURER, (1,), (1, 2))
    ]


def test_what_was_accepted_is_another_conflict_when_it_changes() -> None:
    def key(seats: int) -> str:
        [one] = find(Facts({1: course()}, [slot(1, 0, 9, 11, room=HALL, seats=seats)]))
        return one.key

    assert key(40) == key(40)
    assert key(40) != key(39)


# Brute force: every pair, every minute; no sorting, no early end.

SPECIAL = {1: {MONDAY + timedelta(days=2): (Clash.DAY_OFF, "端午节")}}


def _overlap(one: Slot, other: Slot) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _pairs(slots: list[Slot]) -> set[Any]:
    found = set()
    for one, other in combinations(slots, 2):
        if not _overlap(one, other):
            continue
        ids = frozenset((one.key, other.key))
        apart = bool(one.stop) and bool(other.stop) and one.stop != other.stop
        if one.class_id == other.class_id and not apart:
            found.add((Clash.CLASS, ids))
            continue
        if one.lecturer and one.lecturer == other.lecturer:
            found.add((Clash.LECTURER, ids))
        if one.room and one.room == other.room:
            found.add((Clash.ROOM, ids))
    return found


def _alone(slots: list[Slot], facts: Facts) -> set[Any]:
    found = set()
    for one in slots:
        own = facts.courses[one.class_id]
        ids = frozenset((one.key,))
        day = one.starts_at.date()
        for gone in facts.gone:
            days = {gone.first_day + timedelta(n) for n in range(40)}
            days = {each for each in days if each <= gone.last_day}
            hour = one.starts_at.hour
            half = Half.MORNING if hour < 12 else Half.AFTERNOON if hour < 18 else Half.EVENING
            fits = gone.half is None or gone.half is half
            if one.lecturer and one.lecturer[0] == gone.lecturer_id and day in days and fits:
                found.add((Clash.AWAY, ids))
        if day < own.first_day or one.ends_at.date() > own.last_day:
            found.add((Clash.OUTSIDE, ids))
        if one.room and one.seats is not None and own.places > one.seats:
            found.add((Clash.SMALL, ids))
        if day in facts.special[1]:
            found.add((Clash.DAY_OFF, ids))
    return found


def _days_together(slots: list[Slot]) -> set[Any]:
    found = set()
    halves: defaultdict[Any, list[Slot]] = defaultdict(list)
    days: defaultdict[Any, list[Slot]] = defaultdict(list)
    for one in slots:
        noon = 0 if one.starts_at.hour < 12 else 1 if one.starts_at.hour < 18 else 2
        if one.hours:
            halves[one.class_id, one.starts_at.date(), noon, one.stop].append(one)
        if one.kind is not SessionKind.TRAVEL:
            days[one.class_id, one.starts_at.date(), one.stop].append(one)
    for group in halves.values():
        if sum(one.hours for one in group) > 4:
            found.add((Clash.HOURS, frozenset(one.key for one in group)))
    for (_class, day, _stop), group in days.items():
        if not _has_lunch(day, group):
            eleven, two = (
                datetime(day.year, day.month, day.day, h, tzinfo=LOCAL) for h in (11, 14)
            )
            near = [one for one in group if one.ends_at > eleven and one.starts_at < two]
            near.sort(key=lambda one: (one.starts_at, one.ends_at))
            found.add((Clash.LUNCH, frozenset({near[0].key, near[-1].key})))
    return found


def _has_lunch(day: date, group: list[Slot]) -> bool:
    eleven = datetime(day.year, day.month, day.day, 11, tzinfo=LOCAL)
    for start in range(0, 121, 30):
        begin = eleven + timedelta(minutes=start)
        end = begin + timedelta(hours=1)
        if not any(one.starts_at < end and begin < one.ends_at for one in group):
            return True
    return False


def _arrivals(slots: list[Slot]) -> set[Any]:
    found = set()
    for key in {one.class_id for one in slots}:
        own = sorted(
            (o for o in slots if o.class_id == key), key=lambda o: (o.starts_at, o.ends_at)
        )
        openings = [one for one in own if one.kind is SessionKind.OPENING]
        for one in own if openings else ():
            begins = openings[0].starts_at
            arriving = one.kind is SessionKind.REPORT_IN or (
                one.kind is SessionKind.TRAVEL and one.starts_at < begins
            )
            if arriving and one.ends_at > begins:
                found.add((Clash.ARRIVAL, frozenset({one.key, openings[0].key})))
    return found


MINUTES = [ZERO + timedelta(minutes=30 * n) for n in range(48 * 8)]


def _taken(own: Course, slots: list[Slot]) -> set[datetime]:
    """The half-hours in which the people of a class are taken."""
    mine = [slot for slot in slots if slot.class_id == own.id]
    if own.away and mine:
        return {minute for minute in MINUTES if own.first_day <= minute.date() <= own.last_day}
    return {m for m in MINUTES if any(s.starts_at <= m < s.ends_at for s in mine)}


def _gathered(slots: list[Slot], facts: Facts) -> set[Any]:
    found: set[Any] = set()
    taken = {own.id: _taken(own, slots) for own in facts.courses.values()}
    for one, other in combinations(facts.courses.values(), 2):
        if one.people & other.people and taken[one.id] & taken[other.id]:
            found.add((Clash.PEOPLE, frozenset({one.id, other.id})))
    for own, meeting in product(facts.courses.values(), facts.assemblies):
        days = {minute.date() for minute in taken[own.id]}
        if not any(meeting.first_day <= day <= meeting.last_day for day in days):
            continue
        if meeting.congress_id == own.congress_id:
            found.add((Clash.OWN_CONGRESS, frozenset({own.id})))
        elif own.people & meeting.people:
            found.add((Clash.CONGRESS, frozenset({own.id})))
    return found


def brute(facts: Facts) -> set[Any]:
    slots = list(facts.slots)
    parts = (
        _pairs(slots),
        _alone(slots, facts),
        _days_together(slots),
        _arrivals(slots),
        _gathered(slots, facts),
    )
    return set().union(*parts)


def named(found: list[Conflict]) -> set[Any]:
    return {(one.clash, frozenset(one.sessions or one.classes)) for one in found}


people = st.frozensets(st.integers(1, 6), max_size=3)
halves_of_hours = st.integers(0, 47).map(lambda n: n / 2)
some_slots = st.builds(
    lambda key, day, start, length, class_id, lecturer, room, seats, kind, hours, stop: slot(
        key,
        day,
        start,
        min(start + length, 23.5),
        class_id,
        lecturer=(lecturer, "师") if lecturer else None,
        room=(room, "室") if room else None,
        seats=seats if room else None,
        kind=kind,
        hours=Decimal(hours),
        stop=stop,
    ),
    st.integers(1, 10**6),
    st.integers(0, 5),
    st.integers(14, 44).map(lambda n: n / 2),
    st.integers(1, 8).map(lambda n: n / 2),
    st.integers(1, 3),
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(48, 51),
    st.sampled_from(
        [SessionKind.LECTURE, SessionKind.OPENING, SessionKind.TRAVEL, SessionKind.REPORT_IN]
    ),
    st.integers(0, 4),
    st.sampled_from(["", "", "威远镇", "丹麻镇"]),
)
some_courses = st.builds(
    lambda spans, groups, aways: {
        key: course(key, min(span), max(span), people=group, away=away)
        for key, (span, group, away) in enumerate(zip(spans, groups, aways, strict=True), start=1)
    },
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=3),
    st.lists(people, min_size=3, max_size=3),
    st.lists(st.booleans(), min_size=3, max_size=3),
)
some_gone = st.builds(
    lambda who, first, length, half: Gone(
        who, MONDAY + timedelta(first), MONDAY + timedelta(first + length), half
    ),
    st.integers(1, 2),
    st.integers(0, 5),
    st.integers(0, 2),
    st.sampled_from([None, *Half]),
)
some_assemblies = st.builds(
    lambda key, first, length, congress, members: Assembly(
        key, "会", MONDAY + timedelta(first), MONDAY + timedelta(first + length), congress, members
    ),
    st.integers(1, 9),
    st.integers(0, 5),
    st.integers(0, 2),
    st.integers(1, 2),
    people,
)


@settings(max_examples=150, deadline=None)
@given(
    some_courses,
    st.lists(some_slots, max_size=9, unique_by=lambda s: s.key),
    st.lists(some_gone, max_size=2),
    st.lists(some_assemblies, max_size=2),
)
def test_the_same_as_brute_force(
    courses: dict[int, Course], slots: list[Slot], gone: list[Gone], meetings: list[Assembly]
) -> None:
    facts = Facts(courses, slots, gone, meetings, SPECIAL)
    found = find(facts)
    assert named(found) == brute(facts)
    assert [one.hard for one in found] == sorted((one.hard for one in found), reverse=True)
