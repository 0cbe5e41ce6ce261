"""Verbs that put a class off, let it go on, and undo a start that was too early."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid
from trainer.core.text import noop
from trainer.courses import accepting, rules, timetable
from trainer.courses.changes import of_class, touch_class, touch_sessions
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus


def postpone(training_class: TrainingClass, *, reason: str, by: Actor) -> None:
    """Put a published class off with a reason, its new days not yet known.

    Its sessions are called off until it goes on; seats stay with those who hold them. Raises
    Refused once the class has begun: people who came are not put off.
    """
    rules.require_step(training_class.status, ClassStatus.POSTPONED)
    rules.require_not_begun(training_class.first_day, clock.today())
    if not reason:
        raise Invalid(noop("Say why the class is postponed."), field="reason")
    now = clock.now()
    training_class.reason = reason
    training_class.status = ClassStatus.POSTPONED
    training_class.postponed_at = now
    audit("class.postpone", training_class, by=by)
    db.session.execute(
        sa.update(ClassSession)
        .where(of_class(training_class.id), ClassSession.cancelled_at.is_(None))
        .values(cancelled_at=now),
        execution_options={"synchronize_session": "fetch"},
    )
    _tell_calendars(training_class)


def go_on(training_class: TrainingClass, *, first_day: date, by: Actor) -> None:
    """Let a postponed class take place, from its new *first_day* on and as long as planned.

    The sessions that postponing called off take place again, moved by as many days; those that
    were cancelled before stay so. Raises Invalid for a day gone by, Refused where a conflict
    on the new days cannot be accepted; the others are shown and can be.
    """
    rules.require_postponed(training_class.status)
    today = clock.today()
    if first_day < today:
        raise Invalid(noop("This day is over. Choose a later one."), field="first_day")
    shift = first_day - training_class.first_day
    training_class.first_day += shift
    training_class.last_day += shift
    _bring_back(training_class, by=shift)
    nominate_by = training_class.nominate_by
    if nominate_by is not None:
        training_class.nominate_by = min(nominate_by + shift, first_day)
    training_class.status = ClassStatus.PUBLISHED
    training_class.reason = ""
    training_class.postponed_at = None
    audit("class.go_on", training_class, by=by)
    accepting.require_clear(training_class, soft=False)
    _tell_calendars(training_class)


def _bring_back(training_class: TrainingClass, *, by: timedelta) -> None:
    called_off = training_class.postponed_at
    for session in timetable.moved(training_class, by=by):
        if session.cancelled_at == called_off:
            session.cancelled_at = None
    db.session.flush()


def undo_start(training_class: TrainingClass, *, by: Actor) -> None:
    """Take a start by hand back; raises Refused once the first day has come."""
    rules.require_undo_of_start(training_class.status)
    rules.require_not_begun(training_class.first_day, clock.today())
    training_class.status = ClassStatus.PUBLISHED
    audit("class.undo_start", training_class, by=by)


def _tell_calendars(training_class: TrainingClass) -> None:
    touch_class(training_class.id)
    touch_sessions(of_class(training_class.id))
