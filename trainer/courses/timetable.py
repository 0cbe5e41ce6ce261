"""Verbs on the sessions of a class: add, edit, move, cancel, restore, delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainer.accounts.audit import Actor, audit, changes
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.courses import queries, resources, rules, schedule
from trainer.courses.changes import touch_class, touch_sessions, write
from trainer.courses.conflicts import Slot
from trainer.courses.finding import clashes
from trainer.courses.models import ClassSession, Lecturer, Room, TrainingClass
from trainer.courses.rules import ClassStatus, Half, SessionKind
from trainer.plans.rules import Mode


@dataclass(frozen=True)
class SessionFacts:
    """What a planner enters about a session; *start* and *end* are local times of *day*.

    *new_lecturer* is the name (of *new_unit*) of a lecturer not yet listed; *hours* class hours.
    """

    kind: SessionKind
    title: str
    day: date
    start: time
    end: time
    hours: Decimal = Decimal(0)
    lecturer_id: int | None = None
    new_lecturer: str = ""
    new_unit: str = ""
    room_id: int | None = None
    place: str = ""
    presider: str = ""


def _columns(facts: SessionFacts, congress_id: int, *, by: Actor) -> dict[str, object]:
    if facts.new_lecturer:
        if facts.lecturer_id:
            raise Invalid(
                noop("Choose a lecturer or name a new one, not both."), field="new_lecturer"
            )
        lecturer = resources.lecturer_named(
            facts.new_lecturer, unit=facts.new_unit, congress_id=congress_id, by=by
        )
        facts = replace(facts, lecturer_id=lecturer.id)
    return {
        "kind": facts.kind,
        "title": facts.title,
        "starts_at": clock.at(facts.day, facts.start),
        "ends_at": clock.at(facts.day, facts.end),
        "hours": facts.hours,
        "lecturer_id": facts.lecturer_id,
        "room_id": facts.room_id,
        "place": facts.place,
        "presider": facts.presider,
    }


def _require_facts(training_class: TrainingClass, facts: SessionFacts) -> None:
    rules.require_timetable_open(training_class.status)
    if not training_class.first_day <= facts.day <= training_class.last_day:
        raise Invalid(
            noop("The class lasts from %(first)s to %(last)s."),
            field="day",
            first=training_class.first_day,
            last=training_class.last_day,
        )
    if facts.end <= facts.start:
        raise Invalid(noop("The end must be after the start."), field="end")


def add_session(training_class: TrainingClass, *, facts: SessionFacts, by: Actor) -> ClassSession:
    """Put a session into the timetable.

    Raises Refused when the class is over, Invalid outside its days or where somebody or something
    is booked twice.
    """
    _require_facts(training_class, facts)
    session = ClassSession(
        class_id=training_class.id, **_columns(facts, training_class.congress_id, by=by)
    )
    require_free(training_class, [session])
    db.session.add(session)
    audit("session.add", session, by=by)
    touch_class(training_class.id)
    return session


def edit_session(
    session: ClassSession, *, training_class: TrainingClass, facts: SessionFacts, by: Actor
) -> None:
    """Change a session; raises as `add_session` does, and Refused for a cancelled one."""
    _require_facts(training_class, facts)
    _require_standing(session)
    write(session, _columns(facts, training_class.congress_id, by=by))
    before, after = changes(session)
    if not before and not after:
        return
    with db.session.no_autoflush:
        require_free(training_class, [session])
    audit("session.edit", session, by=by, before=before, after=after)
    touch_sessions(ClassSession.id == session.id)


def _require_standing(session: ClassSession) -> None:
    if session.cancelled_at is not None:
        raise Refused(noop("The session is cancelled. Restore it first."))


def cancel_session(session: ClassSession, *, training_class: TrainingClass, by: Actor) -> None:
    """Call a session off; it stays in the timetable so that calendars can say so."""
    rules.require_timetable_open(training_class.status)
    if session.cancelled_at is not None:
        raise Refused(noop("The session is cancelled already."))
    session.cancelled_at = clock.now()
    audit("session.cancel", session, by=by)
    touch_sessions(ClassSession.id == session.id)


def restore_session(session: ClassSession, *, training_class: TrainingClass, by: Actor) -> None:
    """Let a cancelled session take place after all; raises Invalid where it would clash."""
    rules.require_timetable_open(training_class.status)
    if session.cancelled_at is None:
        raise Refused(noop("The session is not cancelled."))
    if not training_class.first_day <= session.day <= training_class.last_day:
        raise Refused(noop("The session lies outside the days of the class."))
    require_free(training_class, [session])
    session.cancelled_at = None
    audit("session.restore", session, by=by)
    touch_sessions(ClassSession.id == session.id)


def delete_session(session: ClassSession, *, training_class: TrainingClass, by: Actor) -> None:
    """Take a session out of the timetable of a draft.

    Raises Refused once the class was published: a calendar forgets no event that it has seen.
    """
    if training_class.status.public:
        raise Refused(noop("The class was published; cancel the session instead."))
    audit("session.delete", session, by=by, before={"title": session.title}, after={})
    db.session.delete(session)
    db.session.flush()


def move(training_class: TrainingClass, *, by: timedelta) -> bool:
    """Move all sessions along with the first day; tell whether there were any.

    The caller touches them. Raises Invalid where somebody or something would be booked twice.
    """
    with db.session.no_autoflush:
        sessions = moved(training_class, by=by)
        require_free(training_class, [s for s in sessions if s.cancelled_at is None])
    return bool(sessions)


def moved(training_class: TrainingClass, *, by: timedelta) -> list[ClassSession]:
    """Move all sessions without looking where to; return them."""
    sessions = queries.sessions_of(training_class.id)
    for session in sessions:
        session.starts_at += by
        session.ends_at += by
    return sessions


def reschedule(
    session: ClassSession,
    *,
    training_class: TrainingClass,
    day: date,
    half: Half,
    minutes: int = 0,
    by: Actor,
) -> None:
    """Move a session to a half-day, or in place stretch its end by *minutes*.

    On another day it keeps its clock time, in another half it begins at the usual one; where the
    class is taken then, right after. Raises as `edit_session` does.
    """
    start, end = clock.local(session.starts_at), clock.local(session.ends_at)
    if (day, half) == session.half_day:
        start, end = schedule.stretched(start, end, minutes)
    else:
        begin = start.time() if half is session.half else rules.USUAL_TIMES[half][0]
        others = [
            (clock.local(one.starts_at), clock.local(one.ends_at))
            for one in queries.sessions_of(training_class.id, cancelled=False)
            if one.id != session.id
        ]
        wanted = clock.local(clock.at(day, begin))
        start, end = schedule.placed(end - start, wanted, others)
    _put(session, training_class, start, end, by=by)


def _put(
    session: ClassSession,
    training_class: TrainingClass,
    start: datetime,
    end: datetime,
    *,
    by: Actor,
) -> None:
    if end.date() != start.date():
        raise Invalid(noop("The session would run past midnight."), field="end")
    facts = SessionFacts(session.kind, session.title, start.date(), start.time(), end.time())
    _require_facts(training_class, facts)
    _require_standing(session)
    write(session, {"starts_at": start.astimezone(UTC), "ends_at": end.astimezone(UTC)})
    before, after = changes(session)
    if not after:
        return
    with db.session.no_autoflush:
        require_free(training_class, [session])
    audit("session.move", session, by=by, before=before, after=after)
    touch_sessions(ClassSession.id == session.id)


def require_within_days(training_class: TrainingClass) -> None:
    """Raise Invalid unless every session that takes place is within the days of the class."""
    first = clock.at(training_class.first_day, time.min)
    end = clock.at(training_class.last_day + timedelta(days=1), time.min)
    outside = db.session.scalar(
        sa.select(sa.func.count(ClassSession.id)).where(
            ClassSession.class_id == training_class.id,
            ClassSession.cancelled_at.is_(None),
            sa.or_(ClassSession.starts_at < first, ClassSession.ends_at > end),
        )
    )
    if outside:
        raise Invalid(
            noop("%(count)s sessions would lie outside these days. Move or cancel them first."),
            field="last_day",
            count=outside,
        )


def require_free(training_class: TrainingClass, sessions: Sequence[ClassSession]) -> None:
    """Raise Invalid for the first clash of *sessions*, naming both sides.

    Lecturers and rooms are locked until the end of the transaction: of two planners who book one
    of them at once, the second waits and is then told.
    """
    lecturers = _locked(Lecturer, {s.lecturer_id for s in sessions if s.lecturer_id})
    rooms = _locked(Room, {s.room_id for s in sessions if s.room_id})
    own = [_slot(s, training_class, lecturers, rooms) for s in sessions]
    others = [
        _slot(s, s.training_class, lecturers, rooms)
        for s in _at_the_same_time(training_class, sessions, set(lecturers), set(rooms))
    ]
    for found in clashes([*own, *others]):
        if found.one in own or found.other in own:
            raise Invalid(found.clash.label, field=found.clash.field, **found.seen_from(own))


def _locked(kind: type[Lecturer] | type[Room], ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(
        sa.select(kind.id, kind.name).where(kind.id.in_(ids)).order_by(kind.id).with_for_update()
    )
    return {row.id: row.name for row in rows}


def _at_the_same_time(
    training_class: TrainingClass,
    sessions: Sequence[ClassSession],
    lecturers: set[int],
    rooms: set[int],
) -> list[ClassSession]:
    """Return what takes place meanwhile in the class, with the lecturers, or in the rooms."""
    if not sessions:
        return []
    own_ids = [s.id for s in sessions if s.id is not None]
    return list(
        db.session.scalars(
            sa.select(ClassSession)
            .join(TrainingClass)
            .where(
                ClassSession.id.not_in(own_ids),
                ClassSession.cancelled_at.is_(None),
                TrainingClass.status.not_in((ClassStatus.CANCELLED, ClassStatus.POSTPONED)),
                ClassSession.starts_at < max(s.ends_at for s in sessions),
                ClassSession.ends_at > min(s.starts_at for s in sessions),
                sa.or_(
                    ClassSession.class_id == training_class.id,
                    ClassSession.lecturer_id.in_(lecturers),
                    ClassSession.room_id.in_(rooms),
                ),
            )
            .options(joinedload(ClassSession.training_class))
        )
    )


def _slot(
    session: ClassSession,
    training_class: TrainingClass,
    lecturers: dict[int, str],
    rooms: dict[int, str],
) -> Slot:
    def named(key: int | None, names: dict[int, str]) -> tuple[int, str] | None:
        return (key, names[key]) if key in names else None

    return Slot(
        key=session.id,
        class_id=training_class.id,
        class_name=training_class.numbered_name,
        title=session.title,
        starts_at=clock.local(session.starts_at),
        ends_at=clock.local(session.ends_at),
        lecturer=named(session.lecturer_id, lecturers),
        room=named(session.room_id, rooms),
        stop=session.place if training_class.mode is Mode.DELIVERED else "",
    )
