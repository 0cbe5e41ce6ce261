"""Finding conflicts: pure sweeps over sorted times, quick enough to run at every change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from trainer.courses.conflicts import Assembly, Clash, Conflict, Course, Facts, Found, Slot
from trainer.courses.rules import MOST_HOURS_A_HALF_DAY, SessionKind

NAMED = 3  # people named in a sentence; the others are counted
LUNCH = timedelta(hours=1)
LUNCH_FROM, LUNCH_UNTIL = time(11, 0), time(14, 0)
DAY = timedelta(days=1)

Span = tuple[datetime, datetime]


def find(facts: Facts) -> list[Conflict]:
    """Return every conflict in *facts*, those that block first, then in order of time."""
    slots = sorted(facts.slots, key=lambda slot: (slot.starts_at, slot.ends_at))
    of_class: defaultdict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        of_class[slot.class_id].append(slot)
    found = [
        *_booked_twice(slots),
        *_lecturers_away(slots, facts),
        *_single(slots, facts),
        *(one for own in of_class.values() for one in _within_class(own)),
        *_people(facts, of_class),
        *_congresses(facts, of_class),
    ]
    return sorted(found, key=lambda one: (not one.hard, str(one.params["own_when"]), one.clash))


def clashes(slots: Iterable[Slot]) -> list[Found]:
    """Return every pair of *slots* that overlaps and shares its class, lecturer or room.

    Two sessions of one class are reported once, as a clash of the class, and not at all where
    they take place side by side at two stops. Slots that only touch do not overlap.
    """
    shared: defaultdict[tuple[Clash, int], list[Slot]] = defaultdict(list)
    for slot in slots:
        for what in slot.shares():
            shared[what].append(slot)
    return [
        Found(clash, one, other)
        for (clash, _), group in shared.items()
        for one, other in _overlapping(group)
        if (clash is Clash.CLASS) is _exclude_each_other(one, other)
    ]


def _exclude_each_other(one: Slot, other: Slot) -> bool:
    """Whether two overlapping sessions are a clash of their class, whatever else they share."""
    side_by_side = one.stop and other.stop and one.stop != other.stop
    return one.class_id == other.class_id and not side_by_side


def _overlapping(group: list[Slot]) -> Iterator[tuple[Slot, Slot]]:
    running: list[Slot] = []
    for slot in sorted(group, key=lambda s: (s.starts_at, s.ends_at)):
        running = [earlier for earlier in running if earlier.ends_at > slot.starts_at]
        for earlier in running:
            yield earlier, slot
        running.append(slot)


def _conflict(clash: Clash, own: Slot, other: Slot | None = None, **params: object) -> Conflict:
    both = (own,) if other in (None, own) else (own, other)
    theirs = {"title": other.title, "when": other.when} if other else {}
    return Conflict(
        clash,
        tuple(dict.fromkeys(slot.class_id for slot in both if slot)),
        tuple(slot.key for slot in both if slot),
        {"own": own.title, "own_when": own.when, **theirs, **params},
    )


def _booked_twice(slots: Sequence[Slot]) -> Iterator[Conflict]:
    for found in clashes(slots):
        said = found.seen_from([found.one])
        yield _conflict(found.clash, found.one, found.other, name=said["name"], who=said["who"])


def _lecturers_away(slots: Sequence[Slot], facts: Facts) -> Iterator[Conflict]:
    gone = defaultdict(list)
    for absence in facts.gone:
        gone[absence.lecturer_id].append(absence)
    for slot in slots:
        if slot.lecturer is None or slot.lecturer[0] not in gone:
            continue
        day, half = slot.half_day
        for absence in gone[slot.lecturer[0]]:
            if absence.first_day <= day <= absence.last_day and absence.half in (None, half):
                yield _conflict(
                    Clash.AWAY,
                    slot,
                    who=slot.lecturer[1],
                    period=_period(absence.first_day, absence.last_day),
                    note=f" ({absence.note})" if absence.note else "",
                )


def _period(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first}–{last}"


def _single(slots: Sequence[Slot], facts: Facts) -> Iterator[Conflict]:
    """What is wrong with a session by itself: its day, its room, the days of its class."""
    for slot in slots:
        course = facts.courses[slot.class_id]
        day = slot.starts_at.date()
        if not course.first_day <= day <= course.last_day or slot.ends_at.date() > course.last_day:
            period = _period(course.first_day, course.last_day)
            yield _conflict(Clash.OUTSIDE, slot, period=period)
        if slot.seats is not None and slot.seats < course.places and slot.room:
            yield _conflict(
                Clash.SMALL, slot, who=slot.room[1], seats=slot.seats, places=course.places
            )
        special = facts.special.get(course.congress_id, {}).get(day)
        if special:
            yield _conflict(special[0], slot, note=special[1])


def _within_class(own: Sequence[Slot]) -> Iterator[Conflict]:
    """What is wrong with the sessions of one class together, in order of time."""
    yield from _too_many_hours(own)
    yield from _late_arrivals(own)
    by_day: defaultdict[tuple[date, str], list[Slot]] = defaultdict(list)
    for slot in own:
        by_day[slot.starts_at.date(), slot.stop].append(slot)
    for together in by_day.values():
        yield from _no_lunch(together)


def _too_many_hours(own: Sequence[Slot]) -> Iterator[Conflict]:
    halves: defaultdict[tuple[object, str], list[Slot]] = defaultdict(list)
    for slot in own:
        if slot.hours:
            halves[slot.half_day, slot.stop].append(slot)
    for slots in halves.values():
        hours = sum((slot.hours for slot in slots), Decimal(0))
        if hours > MOST_HOURS_A_HALF_DAY:
            yield Conflict(
                Clash.HOURS,
                (slots[0].class_id,),
                tuple(slot.key for slot in slots),
                {
                    "own_when": f"{slots[0].starts_at:%Y-%m-%d %H:%M}–{slots[-1].ends_at:%H:%M}",
                    "hours": f"{hours.normalize():f}",
                    "most": f"{MOST_HOURS_A_HALF_DAY:f}",
                },
            )


def _late_arrivals(own: Sequence[Slot]) -> Iterator[Conflict]:
    """Report-in, or a journey begun before, that ends after the opening has begun."""
    opening = next((slot for slot in own if slot.kind is SessionKind.OPENING), None)
    if opening is None:
        return
    for slot in own:
        there = slot.kind is SessionKind.TRAVEL and slot.starts_at < opening.starts_at
        arrival = there or slot.kind is SessionKind.REPORT_IN
        if arrival and slot.ends_at > opening.starts_at:
            yield _conflict(Clash.ARRIVAL, slot, opening)


def _no_lunch(day: Sequence[Slot]) -> Iterator[Conflict]:
    """A day on which no hour from 11:00 to 14:00 is free; people eat on a journey."""
    zone, today = day[0].starts_at.tzinfo, day[0].starts_at.date()
    free = datetime.combine(today, LUNCH_FROM, tzinfo=zone)
    end = datetime.combine(today, LUNCH_UNTIL, tzinfo=zone)
    near = [
        slot
        for slot in day
        if slot.kind is not SessionKind.TRAVEL and slot.ends_at > free and slot.starts_at < end
    ]
    for slot in near:
        if slot.starts_at - free >= LUNCH:
            return
        free = max(free, slot.ends_at)
    if near and end - free < LUNCH:
        yield _conflict(Clash.LUNCH, near[0], near[-1])


def _spans(course: Course, slots: Sequence[Slot]) -> list[Span]:
    """Return when the people of a class are taken: all its days where it is away."""
    if not course.away:
        return [(slot.starts_at, slot.ends_at) for slot in slots]
    zone = slots[0].starts_at.tzinfo if slots else None
    first = datetime.combine(course.first_day, time.min, tzinfo=zone)
    return [(first, datetime.combine(course.last_day + DAY, time.min, tzinfo=zone))]


def _people(facts: Facts, of_class: Mapping[int, Sequence[Slot]]) -> Iterator[Conflict]:
    """Two classes that share people at the same time, once for a pair of classes."""
    spans = {key: _spans(facts.courses[key], slots) for key, slots in of_class.items()}
    # A session may lie outside the days of its class: what counts is when people are taken.
    courses = sorted(
        (
            (min(span[0] for span in spans[key]), max(span[1] for span in spans[key]), key)
            for key in of_class
            if facts.courses[key].people
        ),
    )
    for index, (_start, end, own) in enumerate(courses):
        for begin, _end, key in courses[index + 1 :]:
            if begin >= end:
                break
            one, other = facts.courses[own], facts.courses[key]
            both = one.people & other.people
            met = _meeting(spans[one.id], spans[other.id]) if both else None
            if met:
                yield Conflict(
                    Clash.PEOPLE,
                    (one.id, other.id),
                    (),
                    {
                        "who": _who(both, facts.names),
                        "ids": tuple(sorted(both)),
                        "own": one.name,
                        "own_when": _shown(met[0], one),
                        "name": other.name,
                        "when": _shown(met[1], other),
                    },
                )


def _meeting(ours: Sequence[Span], theirs: Sequence[Span]) -> tuple[Span, Span] | None:
    """Return the first two overlapping spans of two sorted lists, None when there are none."""
    theirs = list(theirs)
    for mine in ours:
        theirs = [other for other in theirs if other[1] > mine[0]]
        for other in theirs:
            if other[0] < mine[1]:
                return mine, other
    return None


def _shown(span: Span, course: Course) -> str:
    if course.away:
        return _period(course.first_day, course.last_day)
    return f"{span[0]:%Y-%m-%d %H:%M}–{span[1]:%H:%M}"


def _who(people: frozenset[int], names: Mapping[int, str]) -> str:
    """Return the first names and how many people there are: 李生梅、祁永福 (5)."""
    shown = [names.get(person, str(person)) for person in sorted(people)[:NAMED]]
    text = "、".join(shown)
    return f"{text}（{len(people)}）" if len(people) > NAMED else text


def _congresses(facts: Facts, of_class: Mapping[int, Sequence[Slot]]) -> Iterator[Conflict]:
    """Classes on days on which the congress of their people, or their own, is in session."""
    assemblies = list(facts.assemblies)
    for key, slots in of_class.items():
        course = facts.courses[key]
        days = _days(course, slots)
        for assembly in assemblies:
            hit = [day for day in days if assembly.first_day <= day <= assembly.last_day]
            if hit:
                yield from _in_session(course, assembly, hit, facts.names)


def _days(course: Course, slots: Sequence[Slot]) -> list[date]:
    if not course.away:
        return sorted({slot.starts_at.date() for slot in slots})
    return [
        course.first_day + n * DAY for n in range((course.last_day - course.first_day).days + 1)
    ]


def _in_session(
    course: Course, assembly: Assembly, hit: Sequence[date], names: Mapping[int, str]
) -> Iterator[Conflict]:
    both = course.people & assembly.people
    said: dict[str, object] = {
        "own": course.name,
        "own_when": _period(hit[0], hit[-1]),
        "name": assembly.name,
        "when": _period(assembly.first_day, assembly.last_day),
    }
    if assembly.congress_id == course.congress_id:
        yield Conflict(Clash.OWN_CONGRESS, (course.id,), (), said)
    elif both:
        said |= {"who": _who(both, names), "ids": tuple(sorted(both))}
        yield Conflict(Clash.CONGRESS, (course.id,), (), said)
