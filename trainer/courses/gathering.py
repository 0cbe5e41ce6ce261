"""Reading from the database what conflicts are found in, and finding those of a class or a year."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, time, timedelta

import sqlalchemy as sa

from trainer.almanac import queries as almanac
from trainer.almanac.models import AlmanacEntry
from trainer.almanac.rules import DayKind
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.attendees import attendees
from trainer.courses.conflicts import Assembly, Clash, Conflict, Course, Facts, Gone, Slot
from trainer.courses.extra_models import Absence
from trainer.courses.finding import find
from trainer.courses.models import ClassSession, Lecturer, Room, TrainingClass
from trainer.courses.queries import visible_classes
from trainer.courses.rules import ClassStatus
from trainer.people.models import Congress, Delegation, Seat, Term
from trainer.people.queries import Viewer, unfinished
from trainer.plans.rules import Mode

HELD = tuple(status for status in ClassStatus if status.held)
DAY = timedelta(days=1)


def of_class(training_class: TrainingClass) -> list[Conflict]:
    """Return the conflicts that concern a class, hard ones first."""
    path = db.session.scalar(
        sa.select(Congress.path).where(Congress.id == training_class.congress_id)
    )
    first, last = _extent(training_class)
    meanwhile = _meanwhile(path or "", training_class.id, first, last)
    return [one for one in find(facts(meanwhile)) if training_class.id in one.classes]


def of_slot(training_class: TrainingClass, slot: Slot, *, instead_of: int | None) -> list[Conflict]:
    """Return the conflicts that a session not yet saved would have, *instead_of* the saved one."""
    path = db.session.scalar(
        sa.select(Congress.path).where(Congress.id == training_class.congress_id)
    )
    first, last = _extent(training_class)
    day = slot.starts_at.date()
    which = _meanwhile(path or "", training_class.id, min(first, day), max(last, day))
    known = facts(sa.or_(which, _using(slot)))
    own = known.courses.get(training_class.id)
    if own is None:
        return []
    others = [one for one in known.slots if one.key != instead_of]
    found = find(replace(known, slots=[*others, replace(slot, class_name=own.name)]))
    return [one for one in found if slot.key in one.sessions and own.id in one.classes]


def _using(slot: Slot) -> sa.ColumnElement[bool]:
    """Return the condition that a class uses the lecturer or room of *slot* about its time."""
    return TrainingClass.id.in_(
        sa.select(ClassSession.class_id).where(
            sa.or_(
                ClassSession.lecturer_id == (slot.lecturer[0] if slot.lecturer else None),
                ClassSession.room_id == (slot.room[0] if slot.room else None),
            ),
            ClassSession.starts_at < slot.ends_at,
            ClassSession.ends_at > slot.starts_at,
        )
    )


def of_year(viewer: Viewer, year: int) -> list[Conflict]:
    """Return the conflicts between all classes of a year that the viewer may see."""
    in_year = (
        TrainingClass.first_day <= date(year, 12, 31),
        TrainingClass.last_day >= date(year, 1, 1),
    )
    return find(facts(sa.and_(visible_classes(viewer), *in_year)))


def _extent(training_class: TrainingClass) -> tuple[date, date]:
    """Return the first and last day on which the class, or a session of it, takes place."""
    start, end = db.session.execute(
        sa.select(sa.func.min(ClassSession.starts_at), sa.func.max(ClassSession.ends_at)).where(
            ClassSession.class_id == training_class.id, ClassSession.cancelled_at.is_(None)
        )
    ).one()
    days = [training_class.first_day, training_class.last_day]
    days += [clock.local(moment).date() for moment in (start, end) if moment]
    return min(days), max(days)


def _meanwhile(path: str, own: int, first: date, last: date) -> sa.ColumnElement[bool]:
    """Return the condition that a class takes place meanwhile and may share anything with *own*.

    That is a class of the same congress or one above or below it, and any whose sessions use the
    same lecturer or room.
    """
    begin, end = clock.at(first, time.min), clock.at(last + DAY, time.min)
    mine = sa.alias(ClassSession.__table__)
    theirs = sa.alias(ClassSession.__table__)
    same = sa.or_(mine.c.lecturer_id == theirs.c.lecturer_id, mine.c.room_id == theirs.c.room_id)
    sharing = (
        sa.select(theirs.c.class_id)
        .join(mine, same)
        .where(mine.c.class_id == own, theirs.c.starts_at < end, theirs.c.ends_at > begin)
    )
    return sa.or_(
        TrainingClass.id == own,
        sa.and_(
            TrainingClass.congress_id.in_(sa.select(Congress.id).where(_related(path))),
            TrainingClass.first_day <= last,
            TrainingClass.last_day >= first,
        ),
        TrainingClass.id.in_(sharing),
    )


def _related(path: str) -> sa.ColumnElement[bool]:
    codes = path.strip("/").split("/")
    above = ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]
    return sa.or_(Congress.path.startswith(path, autoescape=True), Congress.path.in_(above))


def facts(which: sa.ColumnElement[bool]) -> Facts:
    """Return all that conflicts between the classes *which* are found in.

    Drafts count: what is being planned stands in the way too. The number of statements does not
    grow with the classes, only with the congresses that have any.
    """
    people = {}
    classes = _classes(which)
    if classes:
        people = attendees([row.id for row in classes])
    courses = {row.id: _course(row, people.get(row.id, {})) for row in classes}
    slots = _slots(courses)
    days = {slot.starts_at.date() for slot in slots}
    days |= {day for course in courses.values() for day in (course.first_day, course.last_day)}
    if not days:
        return Facts(courses, slots)
    first, last = min(days), max(days)
    meetings = _meetings({row.path for row in classes}, first, last)
    names = {key: name for of_class in people.values() for key, name in of_class.items()}
    return Facts(
        courses,
        slots,
        gone=_gone(slots, first, last),
        assemblies=_assemblies(meetings, names),
        special={
            congress_id: _special(congress_id, first, last)
            for congress_id in {row.congress_id for row in classes}
        },
        names=names,
    )


def _classes(which: sa.ColumnElement[bool]) -> Sequence[sa.Row]:  # type: ignore[type-arg]
    return db.session.execute(
        sa.select(
            TrainingClass.id,
            TrainingClass.name,
            TrainingClass.run,
            TrainingClass.planned_class_id,
            TrainingClass.mode,
            TrainingClass.first_day,
            TrainingClass.last_day,
            TrainingClass.capacity,
            TrainingClass.congress_id,
            Congress.path,
        )
        .join(Congress, TrainingClass.congress_id == Congress.id)
        .where(which, TrainingClass.status.in_(HELD))
    ).all()


def _course(row: sa.Row, people: Collection[int]) -> Course:  # type: ignore[type-arg]
    return Course(
        id=row.id,
        name=f"{row.name}（{row.run}）" if row.planned_class_id else row.name,
        first_day=row.first_day,
        last_day=row.last_day,
        places=row.capacity,
        congress_id=row.congress_id,
        away=row.mode in (Mode.OFF_SITE, Mode.GUEST),
        people=frozenset(people),
    )


def _slots(courses: dict[int, Course]) -> list[Slot]:
    rows = db.session.execute(
        sa.select(
            ClassSession.id,
            ClassSession.class_id,
            ClassSession.title,
            ClassSession.starts_at,
            ClassSession.ends_at,
            ClassSession.kind,
            ClassSession.hours,
            ClassSession.place,
            TrainingClass.mode,
            Lecturer.id,
            Lecturer.name,
            Room.id,
            Room.name,
            Room.seats,
        )
        .join(TrainingClass, ClassSession.class_id == TrainingClass.id)
        .outerjoin(Lecturer, ClassSession.lecturer_id == Lecturer.id)
        .outerjoin(Room, ClassSession.room_id == Room.id)
        .where(ClassSession.class_id.in_(list(courses)), ClassSession.cancelled_at.is_(None))
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    return [
        Slot(
            key=key,
            class_id=class_id,
            class_name=courses[class_id].name,
            title=title,
            starts_at=clock.local(start),
            ends_at=clock.local(end),
            kind=kind,
            hours=hours,
            lecturer=(lecturer[0], lecturer[1]) if lecturer[0] else None,
            room=(room[0], room[1]) if room[0] else None,
            seats=room[2],
            stop=place if mode is Mode.DELIVERED else "",
        )
        for key, class_id, title, start, end, kind, hours, place, mode, *more in rows
        for lecturer, room in [(more[:2], more[2:])]
    ]


def _gone(slots: Iterable[Slot], first: date, last: date) -> list[Gone]:
    return gone_of({slot.lecturer[0] for slot in slots if slot.lecturer}, first, last)


def gone_of(lecturers: Collection[int], first: date, last: date) -> list[Gone]:
    """Return when lecturers (ids) are away between two days."""
    rows = db.session.scalars(
        sa.select(Absence).where(
            Absence.lecturer_id.in_(lecturers),
            Absence.first_day <= last,
            Absence.last_day >= first,
        )
    )
    return [Gone(row.lecturer_id, row.first_day, row.last_day, row.half, row.note) for row in rows]


def _special(congress_id: int, first: date, last: date) -> dict[date, tuple[Clash, str]]:
    """Return which days are holidays or make-up days for a congress."""
    found = {}
    for one in almanac.days(congress_id, first, last):
        why = "、".join(one.notes) or one.official
        if one.day_off:
            found[one.day] = Clash.DAY_OFF, why
        elif one.make_up:
            found[one.day] = Clash.MAKE_UP, why
    return found


def _meetings(paths: set[str], first: date, last: date) -> Sequence[AlmanacEntry]:
    """Return the sessions of congresses of these paths, and of those above and below them."""
    related = sa.or_(*(_related(path) for path in sorted(paths)))
    return db.session.scalars(
        sa.select(AlmanacEntry)
        .join(Congress, AlmanacEntry.congress_id == Congress.id)
        .where(
            related,
            AlmanacEntry.kind == DayKind.CONGRESS,
            AlmanacEntry.first_day <= last,
            AlmanacEntry.last_day >= first,
        )
        .order_by(AlmanacEntry.first_day, AlmanacEntry.id)
    ).all()


def _assemblies(meetings: Sequence[AlmanacEntry], people: Iterable[int]) -> list[Assembly]:
    """Return the sessions of congresses, each with those of *people* who have a seat there."""
    if not meetings:
        return []
    rows = db.session.execute(
        sa.select(Term.congress_id, Seat.person_id)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .join(Term, Delegation.term_id == Term.id)
        .where(
            Term.congress_id.in_({entry.congress_id for entry in meetings}),
            Seat.person_id.in_(list(people)),
            unfinished(min(entry.first_day for entry in meetings)),
        )
    )
    members: dict[int, set[int]] = {}
    for congress_id, person_id in rows:
        members.setdefault(congress_id, set()).add(person_id)
    return [
        Assembly(
            id=entry.id,
            name=entry.name,
            first_day=entry.first_day,
            last_day=entry.last_day,
            congress_id=entry.congress_id,
            people=frozenset(members.get(entry.congress_id, ())),
        )
        for entry in meetings
    ]
