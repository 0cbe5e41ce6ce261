"""Verbs on what classes use: venues with their rooms, and lecturers."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from trainer.accounts.audit import Actor, audit, changes
from trainer.core.database import Model, db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.courses.changes import at_venue, in_room, of_lecturer, touch_sessions, write
from trainer.courses.models import Lecturer, Room, TrainingClass, Venue
from trainer.courses.rules import Rank


@dataclass(frozen=True)
class VenueFacts:
    """What is entered about a venue; coordinates in degrees (WGS 84), both or none."""

    name: str
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class RoomFacts:
    """What is entered about a room."""

    name: str
    seats: int


@dataclass(frozen=True)
class LecturerFacts:
    """What is entered about a lecturer."""

    name: str
    unit: str = ""
    rank: Rank = Rank.OTHER


def venue_named(name: str, *, congress_id: int, by: Actor) -> Venue:
    """Return the venue of a congress with this name, made now when there is none."""
    found = db.session.scalar(
        sa.select(Venue).where(Venue.congress_id == congress_id, Venue.name == name)
    )
    return found or create_venue(facts=VenueFacts(name), congress_id=congress_id, by=by)


def lecturer_named(name: str, *, unit: str, congress_id: int, by: Actor) -> Lecturer:
    """Return the lecturer of a congress with this name and unit, made now when there is none."""
    found = db.session.scalar(
        sa.select(Lecturer).where(
            Lecturer.congress_id == congress_id, Lecturer.name == name, Lecturer.unit == unit
        )
    )
    return found or create_lecturer(facts=LecturerFacts(name, unit), congress_id=congress_id, by=by)


def create_venue(*, facts: VenueFacts, congress_id: int, by: Actor) -> Venue:
    """Enter a venue; raises Invalid when the congress has one of this name."""
    _require_coordinates(facts)
    venue = Venue(congress_id=congress_id, **asdict(facts))
    _save(venue, "venue.create", noop("There is a venue of this name already."), by=by)
    return venue


def edit_venue(venue: Venue, *, facts: VenueFacts, by: Actor) -> None:
    """Change a venue; the calendars of all classes held there notice."""
    _require_coordinates(facts)
    if _edit(venue, facts, "venue.edit", noop("There is a venue of this name already."), by=by):
        touch_sessions(at_venue(venue.id))


def _require_coordinates(facts: VenueFacts) -> None:
    if (facts.latitude is None) != (facts.longitude is None):
        raise Invalid(
            noop("Enter latitude and longitude, or neither."),
            field="latitude" if facts.latitude is None else "longitude",
        )


def create_room(venue: Venue, *, facts: RoomFacts, by: Actor) -> Room:
    """Enter a room of a venue; raises Invalid when it has one of this name."""
    room = Room(venue_id=venue.id, **asdict(facts))
    _save(room, "room.create", noop("The venue has a room of this name already."), by=by)
    return room


def edit_room(room: Room, *, facts: RoomFacts, by: Actor) -> None:
    """Change a room; the calendars of the sessions there notice a new name."""
    message = noop("The venue has a room of this name already.")
    if "name" in _edit(room, facts, "room.edit", message, by=by):
        touch_sessions(in_room(room.id))


def create_lecturer(*, facts: LecturerFacts, congress_id: int, by: Actor) -> Lecturer:
    """Enter a lecturer; raises Invalid when the congress has one of this name and unit."""
    lecturer = Lecturer(congress_id=congress_id, **asdict(facts))
    message = noop("There is a lecturer of this name and unit already.")
    _save(lecturer, "lecturer.create", message, by=by)
    return lecturer


def edit_lecturer(lecturer: Lecturer, *, facts: LecturerFacts, by: Actor) -> None:
    """Change a lecturer; the calendars of the sessions notice a new name or unit."""
    message = noop("There is a lecturer of this name and unit already.")
    if {"name", "unit"} & _edit(lecturer, facts, "lecturer.edit", message, by=by):
        touch_sessions(of_lecturer(lecturer.id))


def _save(row: Model, verb: str, taken: str, *, by: Actor) -> None:
    """Add *row* with its audit line; raises Invalid with *taken* when its name is."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            audit(verb, row, by=by)
    except IntegrityError as error:
        raise Invalid(taken, field="name") from error


def _edit(
    row: Venue | Room | Lecturer,
    facts: VenueFacts | RoomFacts | LecturerFacts,
    verb: str,
    taken: str,
    *,
    by: Actor,
) -> set[str]:
    """Write *facts* into *row* with an audit line; return the names of what changed."""
    try:
        with db.session.begin_nested():
            write(row, asdict(facts))
            before, after = changes(row)
            if after or before:
                audit(verb, row, by=by, before=before, after=after)
    except IntegrityError as error:
        raise Invalid(taken, field="name") from error
    return set(after) | set(before)


def delete_venue(venue: Venue, *, by: Actor) -> None:
    """Delete a venue that was never used, with its rooms; raises Refused when it was."""
    used = sa.or_(
        sa.exists().where(TrainingClass.venue_id == venue.id),
        sa.exists().where(at_venue(venue.id)),
    )
    _require_unused(used)
    _delete(venue, "venue.delete", by=by)


def delete_room(room: Room, *, by: Actor) -> None:
    """Delete a room that was never used; raises Refused when it was."""
    _require_unused(sa.exists().where(in_room(room.id)))
    _delete(room, "room.delete", by=by)


def delete_lecturer(lecturer: Lecturer, *, by: Actor) -> None:
    """Delete a lecturer who never taught; raises Refused when they did."""
    _require_unused(sa.exists().where(of_lecturer(lecturer.id)))
    _delete(lecturer, "lecturer.delete", by=by)


def _require_unused(used: sa.ColumnElement[bool]) -> None:
    if db.session.scalar(sa.select(used)):
        raise Refused(noop("Classes use this entry, so it is kept."))


def _delete(row: Venue | Room | Lecturer, verb: str, *, by: Actor) -> None:
    audit(verb, row, by=by, before={"name": row.name}, after={})
    if isinstance(row, Venue):
        db.session.execute(sa.delete(Room).where(Room.venue_id == row.id))
    db.session.execute(sa.delete(type(row)).where(type(row).id == row.id))
