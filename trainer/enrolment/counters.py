"""The places of a class and the seats of its delegations, taken and given back atomically.

Each is one UPDATE that counts up only while something is free: whether it found its row decides,
whatever runs at the same time, and CHECK constraints stand behind it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.courses.models import TrainingClass
from trainer.enrolment import rules
from trainer.enrolment.models import SeatQuota
from trainer.people.models import Delegation, Person

_READ_AFRESH = ["status", "capacity", "taken", "first_day", "last_day", "nominate_by", "version"]


def lock(training_class: TrainingClass, person_ids: set[int], waiting: sa.Select[Any]) -> None:
    """Take the locks of a change to the list of participants, and read the class afresh.

    The order is the same everywhere: the class, then persons by id (the given ones and those
    *waiting*, who may move up), then quotas and enrolments. SQLite has locked all at its BEGIN.
    """
    db.session.execute(
        sa.select(TrainingClass.id)
        .where(TrainingClass.id == training_class.id)
        .with_for_update(key_share=True)
    )
    db.session.expire(training_class, _READ_AFRESH)
    db.session.execute(
        sa.select(Person.id)
        .where(sa.or_(Person.id.in_(person_ids), Person.id.in_(waiting)))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    )


def _changed(statement: sa.Update) -> bool:
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _quota(training_class: TrainingClass, delegation_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        SeatQuota.class_id == training_class.id, SeatQuota.delegation_id == delegation_id
    )


def take_seat(training_class: TrainingClass, delegation_id: int) -> Refused | None:
    """Take one of the delegation's seats, or return why there is none."""
    quota = _quota(training_class, delegation_id)
    if _changed(
        sa.update(SeatQuota)
        .where(quota, SeatQuota.taken < SeatQuota.seats)
        .values(taken=SeatQuota.taken + 1)
    ):
        return None
    name, seats, taken = db.session.execute(
        sa.select(Delegation.name, SeatQuota.seats, SeatQuota.taken)
        .outerjoin(SeatQuota, sa.and_(quota, SeatQuota.delegation_id == Delegation.id))
        .where(Delegation.id == delegation_id)
    ).one()
    return rules.delegation_full(name, seats, taken) if seats else rules.NoQuota(name)


def give_seat_back(training_class: TrainingClass, delegation_id: int) -> None:
    """Give back one of the delegation's seats."""
    _changed(
        sa.update(SeatQuota)
        .where(_quota(training_class, delegation_id))
        .values(taken=SeatQuota.taken - 1)
    )


def take(training_class: TrainingClass, delegation_id: int) -> Refused | None:
    """Take a seat of the delegation and a place of the class, or neither and return why."""
    refusal = take_seat(training_class, delegation_id)
    if refusal is not None:
        return refusal
    if _changed(
        sa.update(TrainingClass)
        .where(TrainingClass.id == training_class.id, TrainingClass.taken < TrainingClass.capacity)
        .values(taken=TrainingClass.taken + 1)
    ):
        db.session.expire(training_class, ["taken"])
        return None
    give_seat_back(training_class, delegation_id)
    return rules.class_full(training_class.capacity, training_class.taken)


def give_back(training_class: TrainingClass, delegation_id: int) -> None:
    """Give back a place of the class and a seat of the delegation."""
    _changed(
        sa.update(TrainingClass)
        .where(TrainingClass.id == training_class.id)
        .values(taken=TrainingClass.taken - 1)
    )
    db.session.expire(training_class, ["taken"])
    give_seat_back(training_class, delegation_id)


def set_seats(training_class: TrainingClass, delegation_id: int, seats: int) -> int | None:
    """Set the delegation's seats; return how many are taken when that is more, else None."""
    quota = _quota(training_class, delegation_id)
    if _changed(sa.update(SeatQuota).where(quota, SeatQuota.taken <= seats).values(seats=seats)):
        return None
    taken = db.session.scalar(sa.select(SeatQuota.taken).where(quota))
    if taken is not None:
        return taken
    db.session.add(SeatQuota(class_id=training_class.id, delegation_id=delegation_id, seats=seats))
    db.session.flush()
    return None
