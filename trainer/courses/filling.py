"""Verbs that make whole timetables: from a template, from another class, at several stops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from trainer.accounts.audit import Actor, audit
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.courses import queries, rules, schedule
from trainer.courses.changes import touch_class
from trainer.courses.extra_models import TimetableTemplate
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.schedule import Draft, Template
from trainer.courses.timetable import require_free
from trainer.plans.rules import Mode


def fill(
    training_class: TrainingClass,
    *,
    template: Template | TimetableTemplate = Template.SIX_DAYS,
    say: schedule.Say = str,
    by: Actor,
) -> list[ClassSession]:
    """Make a full timetable from a template where there is none yet.

    Raises Refused when there are sessions already, or the class has too few days for it.
    """
    require_empty(training_class)
    first, last = training_class.first_day, training_class.last_day
    if isinstance(template, Template):
        drafts = template.drafts(first, last, say=say)
    else:
        schedule.require_days(first, last, least=template.days)
        drafts = schedule.from_lines(template.lines, first)
    return add_all(training_class, sessions_of(training_class, drafts), "timetable.fill", by=by)


def sessions_of(training_class: TrainingClass, drafts: Iterable[Draft]) -> list[ClassSession]:
    """Return *drafts* as sessions of a class, not yet kept."""
    return [
        ClassSession(
            class_id=training_class.id,
            kind=draft.kind,
            title=draft.title,
            starts_at=clock.at(draft.day, draft.start),
            ends_at=clock.at(draft.day, draft.end),
            hours=draft.hours,
        )
        for draft in drafts
    ]


def copy(
    training_class: TrainingClass, *, source: TrainingClass, lecturers: bool = True, by: Actor
) -> list[ClassSession]:
    """Copy the timetable of *source* where there is none yet, moved to the days of the class.

    Rooms come along when both classes are held at the same venue, lecturers when wanted. Raises
    Refused when the other class is longer, Invalid where somebody is booked twice.
    """
    require_empty(training_class)
    shift = training_class.first_day - source.first_day
    originals = queries.sessions_of(source.id, cancelled=False)
    if any(original.day + shift > training_class.last_day for original in originals):
        raise Refused(
            noop("The other timetable does not fit: it runs beyond the last day of this class.")
        )
    rooms = source.venue_id == training_class.venue_id
    copies = [
        ClassSession(
            class_id=training_class.id,
            kind=original.kind,
            title=original.title,
            starts_at=original.starts_at + shift,
            ends_at=original.ends_at + shift,
            hours=original.hours,
            place=original.place if rooms else "",
            presider=original.presider,
            room_id=original.room_id if rooms else None,
            lecturer_id=original.lecturer_id if lecturers else None,
        )
        for original in originals
    ]
    return add_all(training_class, copies, "timetable.copy", by=by)


def require_empty(training_class: TrainingClass) -> None:
    """Raise Refused when the timetable has sessions already."""
    rules.require_timetable_open(training_class.status)
    if queries.sessions_of(training_class.id, cancelled=False):
        raise Refused(noop("The timetable has sessions already; this needs an empty one."))


def add_all(
    training_class: TrainingClass, sessions: list[ClassSession], verb: str, *, by: Actor
) -> list[ClassSession]:
    """Keep new sessions of a class; raises Invalid where somebody or something is booked twice."""
    require_free(training_class, sessions)
    db.session.add_all(sessions)
    audit(verb, training_class, by=by, before={}, after={"sessions": len(sessions)})
    touch_class(training_class.id)
    return sessions


def save_template(training_class: TrainingClass, *, name: str, by: Actor) -> TimetableTemplate:
    """Keep the timetable of a class to be used again: kinds, times, topics and hours.

    Lecturers, rooms and places stay behind: they differ from class to class. Raises Refused for
    an empty timetable, Invalid when the congress has a template of this name.
    """
    sessions = queries.sessions_of(training_class.id, cancelled=False)
    if not sessions:
        raise Refused(noop("The timetable is empty; there is nothing to keep."))
    drafts = [_draft(session) for session in sessions]
    first = training_class.first_day
    template = TimetableTemplate(
        congress_id=training_class.congress_id,
        name=name,
        days=(max(draft.day for draft in drafts) - first).days + 1,
        lines=schedule.to_lines(drafts, first),
    )
    try:
        with db.session.begin_nested():
            db.session.add(template)
            audit("template.create", template, by=by, before={}, after={"sessions": len(drafts)})
    except IntegrityError as error:
        raise Invalid(noop("There is a template of this name already."), field="name") from error
    return template


def _draft(session: ClassSession) -> Draft:
    start, end = clock.local(session.starts_at), clock.local(session.ends_at)
    return Draft(
        session.day,
        start.time().replace(second=0, microsecond=0),
        end.time().replace(second=0, microsecond=0),
        session.kind,
        session.title,
        session.hours,
    )


def delete_template(template: TimetableTemplate, *, by: Actor) -> None:
    """Delete a template; timetables made from it stay."""
    audit("template.delete", template, by=by, before={"name": template.name}, after={})
    db.session.execute(sa.delete(TimetableTemplate).where(TimetableTemplate.id == template.id))


@dataclass(frozen=True)
class Stop:
    """Where and when a class that goes to the townships stops."""

    day: date
    place: str


def add_stops(training_class: TrainingClass, *, stops: Sequence[Stop], by: Actor) -> int:
    """Repeat the sessions of the first day of a class at further stops; return how many are made.

    Rooms stay behind, lecturers come along: where one would be at two stops at once, Invalid is
    raised. Raises Refused for a class that does not go to the townships or has no first stop.
    """
    rules.require_timetable_open(training_class.status)
    if training_class.mode is not Mode.DELIVERED:
        raise Refused(noop("Only a class delivered in the townships has several stops."))
    sessions = queries.sessions_of(training_class.id, cancelled=False)
    if not sessions:
        raise Refused(noop("Make the timetable of the first stop first."))
    pattern = [one for one in sessions if one.day == sessions[0].day]
    pattern = [one for one in pattern if one.place == pattern[0].place]
    for stop in stops:
        if not training_class.first_day <= stop.day <= training_class.last_day:
            raise Invalid(
                noop("%(day)s lies outside the days of the class."), field="stops", day=stop.day
            )
    made = [_at_stop(session, stop) for stop in stops for session in pattern]
    return len(add_all(training_class, made, "timetable.stops", by=by))


def _at_stop(session: ClassSession, stop: Stop) -> ClassSession:
    shift = stop.day - session.day
    return ClassSession(
        class_id=session.class_id,
        kind=session.kind,
        title=session.title,
        starts_at=session.starts_at + shift,
        ends_at=session.ends_at + shift,
        hours=session.hours,
        place=stop.place,
        presider=session.presider,
        lecturer_id=session.lecturer_id,
    )
