"""Verbs and reads on lecturers' absences, and on the most they may be paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager

from trainer.accounts.audit import Actor, audit
from trainer.core.database import db
from trainer.core.errors import Invalid
from trainer.core.text import noop
from trainer.courses.extra_models import Absence, FeeCeiling
from trainer.courses.models import ClassSession, Lecturer, TrainingClass
from trainer.courses.rules import USUAL_CEILINGS, Half, Rank
from trainer.people.models import Congress
from trainer.people.queries import Viewer, in_subtree


@dataclass(frozen=True)
class AbsenceFacts:
    """When a lecturer cannot teach: days, or one half of each, and why."""

    first_day: date
    last_day: date
    half: Half | None = None
    note: str = ""


def add_absence(lecturer: Lecturer, *, facts: AbsenceFacts, by: Actor) -> Absence:
    """Enter days on which a lecturer cannot teach; timetables then say so. Nothing is moved."""
    if facts.last_day < facts.first_day:
        raise Invalid(noop("The last day is before the first day."), field="last_day")
    row = Absence(lecturer_id=lecturer.id, **asdict(facts))
    db.session.add(row)
    audit("absence.create", row, by=by, name=lecturer.name)
    return row


def remove_absence(absence: Absence, *, by: Actor) -> None:
    """Take an absence back."""
    said = {"first_day": str(absence.first_day), "last_day": str(absence.last_day)}
    audit("absence.delete", absence, by=by, before=said, after={}, name=absence.lecturer.name)
    db.session.delete(absence)
    db.session.flush()


def absences_of(lecturer_id: int) -> Sequence[Absence]:
    """Return the absences of a lecturer, the latest first."""
    return db.session.scalars(
        sa.select(Absence)
        .where(Absence.lecturer_id == lecturer_id)
        .order_by(Absence.first_day.desc(), Absence.id)
    ).all()


def absence_for(viewer: Viewer, absence_id: int) -> Absence:
    """Return an absence of a lecturer in the viewer's subtree, else 404."""
    found: Absence = db.one_or_404(
        sa.select(Absence)
        .join(Absence.lecturer)
        .where(
            Absence.id == absence_id,
            Lecturer.congress_id.in_(sa.select(Congress.id).where(in_subtree(viewer))),
        )
        .options(contains_eager(Absence.lecturer))
    )
    return found


def sessions_taught(lecturer_id: int, since: date) -> Sequence[ClassSession]:
    """Return the sessions that a lecturer teaches from a day on, with their classes."""
    return db.session.scalars(
        sa.select(ClassSession)
        .join(ClassSession.training_class)
        .where(
            ClassSession.lecturer_id == lecturer_id,
            ClassSession.cancelled_at.is_(None),
            TrainingClass.last_day >= since,
        )
        .options(contains_eager(ClassSession.training_class))
        .order_by(ClassSession.starts_at, ClassSession.id)
        .limit(50)
    ).all()


def set_ceiling(
    *, congress_id: int, rank: Rank, from_day: date, yuan: Decimal, by: Actor
) -> FeeCeiling:
    """Set the most that a lecturer of *rank* is paid from a day on: yuan a class hour after tax.

    Raises Invalid when one is set from this day already: an earlier decision is not rewritten.
    """
    row = FeeCeiling(congress_id=congress_id, rank=rank, from_day=from_day, yuan=yuan)
    try:
        with db.session.begin_nested():
            db.session.add(row)
            audit("ceiling.create", row, by=by, name=rank.value)
    except IntegrityError as error:
        raise Invalid(
            noop("There is a ceiling for this rank from this day already."), field="from_day"
        ) from error
    return row


def ceilings_of(congress_id: int) -> Sequence[FeeCeiling]:
    """Return what a congress set, by rank, the newest first."""
    found = db.session.scalars(
        sa.select(FeeCeiling)
        .where(FeeCeiling.congress_id == congress_id)
        .order_by(FeeCeiling.from_day.desc())
    ).all()
    order = list(Rank)
    return sorted(found, key=lambda row: order.index(row.rank))


def ceiling_on(ceilings: Sequence[FeeCeiling], rank: Rank, day: date) -> Decimal:
    """Return the most paid on *day*: what was set last before, else the usual one."""
    set_before = [row for row in ceilings if row.rank is rank and row.from_day <= day]
    newest = max(set_before, key=lambda row: row.from_day, default=None)
    return newest.yuan if newest else USUAL_CEILINGS[rank]
