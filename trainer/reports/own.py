"""What a deputy sees of the own training: classes to come, and class hours of every class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from trainer.attendance.queries import PersonHours, hours_of_person
from trainer.core.database import db
from trainer.courses.models import ClassSession, Room, TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment.models import Enrolment
from trainer.enrolment.queries import enrolments_of
from trainer.people.models import Person


@dataclass(frozen=True)
class OwnClass:
    """A class that is not over, how the deputy stands on it, and its sessions day by day."""

    training_class: TrainingClass
    enrolment: Enrolment
    days: Sequence[tuple[date, Sequence[ClassSession]]]

    @property
    def arrival(self) -> ClassSession | None:
        """The session with which the class begins."""
        return self.days[0][1][0] if self.days else None


@dataclass(frozen=True)
class OwnPage:
    """A deputy's own page on a day."""

    person: Person
    today: date
    classes: Sequence[OwnClass]
    hours: PersonHours


def own_page(person_id: int, today: date) -> OwnPage:
    """Return the page of a person; a fixed number of statements.

    A class is shown until its last day has passed. A cancelled one is shown too: who packed the
    bag must be told. Who was declined, withdrawn or replaced does not see it any more.
    """
    enrolments = [
        each
        for each in db.session.scalars(
            enrolments_of(person_id)
            .where(TrainingClass.last_day >= today, TrainingClass.status != ClassStatus.CLOSED)
            .options(contains_eager(Enrolment.training_class).joinedload(TrainingClass.venue))
        )
        if not each.status.ended
    ]
    sessions = _sessions([each.class_id for each in enrolments])
    classes = [OwnClass(e.training_class, e, sessions[e.class_id]) for e in enrolments]
    person = db.session.get_one(Person, person_id)
    return OwnPage(person, today, classes, hours_of_person(person_id))


def _sessions(class_ids: Sequence[int]) -> dict[int, list[tuple[date, list[ClassSession]]]]:
    found: defaultdict[int, defaultdict[date, list[ClassSession]]]
    found = defaultdict(lambda: defaultdict(list))
    rows = db.session.scalars(
        sa.select(ClassSession)
        .where(ClassSession.class_id.in_(class_ids), ClassSession.cancelled_at.is_(None))
        .options(
            joinedload(ClassSession.lecturer),
            joinedload(ClassSession.room).joinedload(Room.venue),
        )
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    for session in rows:
        found[session.class_id][session.day].append(session)
    return defaultdict(list, {number: list(days.items()) for number, days in found.items()})
