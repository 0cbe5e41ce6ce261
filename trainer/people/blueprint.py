"""What all pages of people share: the blueprint, who asks, and 404 for what is not theirs."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, abort
from flask_login import current_user

from trainer.people import queries, rules
from trainer.people.models import Person, Seat
from trainer.people.queries import Viewer

Thing = TypeVar("Thing")
bp = Blueprint("people", __name__)


def viewer() -> Viewer:
    """Return who asks."""
    return queries.viewer_of(current_user)


def found(thing: Thing | None) -> Thing:
    """Return *thing*; what is not there, or not the asker's to see, is answered with 404."""
    if thing is None:
        abort(404)
    return thing


def visible_person(person_id: int) -> Person:
    """Return a person the asker may see, or answer 404."""
    return found(queries.person(viewer(), person_id))


def visible_seat(seat_id: int, *, lock: bool) -> Seat:
    """Return a seat the asker may see, or answer 404."""
    return found(queries.seat(viewer(), seat_id, lock=lock))


@bp.context_processor
def suggestions() -> dict[str, object]:
    """Give the forms the values that people write again and again."""
    return {"peoples": rules.PEOPLES}
