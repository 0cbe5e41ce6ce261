"""Tells the timetables who takes part in a class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa

from trainer.core.database import db
from trainer.courses.attendees import provide
from trainer.enrolment.models import Enrolment
from trainer.enrolment.rules import HOLDING
from trainer.people.models import Person


@provide
def holders(class_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """Return who holds a seat on each of the classes: names by person id; one statement."""
    rows = db.session.execute(
        sa.select(Enrolment.class_id, Enrolment.person_id, Person.name)
        .join(Person, Enrolment.person_id == Person.id)
        .where(Enrolment.class_id.in_(class_ids), Enrolment.status.in_(HOLDING))
    )
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for class_id, person_id, name in rows:
        found[class_id][person_id] = name
    return dict(found)
