"""How calendars learn of a change: the numbers of the sessions and classes concerned are raised."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from trainer.core import clock
from trainer.core.database import Model, db
from trainer.courses.models import ClassSession, Room, TrainingClass


def touch_sessions(which: sa.ColumnElement[bool]) -> None:
    """Raise the sequence of the sessions that fulfil *which* by one and note the time of change.

    Every verb that changes what a calendar shows ends with it: RFC 5545 section 3.8.7.4. Counting
    is left to the database, so that no raise is lost between two planners. Versions stay: a
    rename elsewhere is no conflict for somebody who edits the session.
    """
    now = clock.now()
    _note(TrainingClass.id.in_(sa.select(ClassSession.class_id).where(which)))
    db.session.execute(
        sa.update(ClassSession)
        .where(which)
        .values(sequence=ClassSession.sequence + 1, changed_at=now),
        execution_options={"synchronize_session": "fetch"},
    )


def touch_class(class_id: int) -> None:
    """Note a change of a class that no session shows yet: one was added, or there is none.

    Every change that calendars show goes through here or through `touch_sessions`: calendars know
    by the class's revision alone whether there is anything new.
    """
    _note(TrainingClass.id == class_id)


def _note(which: sa.ColumnElement[bool]) -> None:
    db.session.flush()
    db.session.execute(
        sa.update(TrainingClass)
        .where(which)
        .values(revision=TrainingClass.revision + 1, changed_at=clock.now()),
        execution_options={"synchronize_session": "fetch"},
    )


def write(row: Model, values: Mapping[str, object]) -> None:
    """Set those *values* of *row* that differ, so that what stays the same counts as no change."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def of_class(class_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a session belongs to the class."""
    return ClassSession.class_id == class_id


def of_lecturer(lecturer_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a session is taught by the lecturer."""
    return ClassSession.lecturer_id == lecturer_id


def in_room(room_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a session takes place in the room."""
    return ClassSession.room_id == room_id


def at_venue(venue_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a session is in a room of the venue or in a class held there."""
    return sa.or_(
        ClassSession.room_id.in_(sa.select(Room.id).where(Room.venue_id == venue_id)),
        ClassSession.class_id.in_(
            sa.select(TrainingClass.id).where(TrainingClass.venue_id == venue_id)
        ),
    )
