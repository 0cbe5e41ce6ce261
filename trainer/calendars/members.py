"""Which classes a feed shows, each with where it stands there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainer.calendars.rules import CANCELLED_SHOWN, FeedKind, Membership, Step, membership
from trainer.calendars.state import seen_by_calendars
from trainer.courses.models import ClassSession, TrainingClass
from trainer.enrolment.models import Enrolment, EnrolmentStep
from trainer.enrolment.rules import HOLDING
from trainer.people.models import Seat

UNTURNED = Membership(shown=True)


def members(
    session: Session, kind: FeedKind, owner_id: int, now: datetime
) -> dict[int, Membership]:
    """Return the classes that a feed shows at *now*, each with where it stands there."""
    if kind.by_enrolment:
        return _by_enrolment(session, kind, owner_id, now)
    query = sa.select(TrainingClass.id).where(seen_by_calendars()).order_by(TrainingClass.id)
    if kind is FeedKind.CLASS:
        query = query.where(TrainingClass.id == owner_id)
    elif kind is FeedKind.CONGRESS:
        query = query.where(TrainingClass.congress_id == owner_id)
    else:
        taught = sa.select(ClassSession.class_id).where(ClassSession.lecturer_id == owner_id)
        query = query.where(TrainingClass.id.in_(taught))
    return dict.fromkeys(session.scalars(query), UNTURNED)


def _by_enrolment(
    session: Session, kind: FeedKind, owner_id: int, now: datetime
) -> dict[int, Membership]:
    mine = Enrolment.person_id if kind is FeedKind.PERSON else Enrolment.delegation_id
    present = session.execute(
        sa.select(
            Enrolment.class_id,
            Enrolment.id,
            Enrolment.changed_at,
            Enrolment.status,
            mine,
            TrainingClass.published_at,
        )
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .where(
            mine == owner_id,
            seen_by_calendars(),
            sa.or_(Enrolment.status.in_(HOLDING), Enrolment.changed_at > now - CANCELLED_SHOWN),
        )
        .order_by(Enrolment.class_id, Enrolment.id)
    ).all()
    published = {row.class_id: row.published_at for row in present}
    # The present state comes last, so that it is right whatever the history holds.
    rows = [*_steps(session, kind, owner_id, published), *(row[:5] for row in present)]
    steps: defaultdict[int, list[Step]] = defaultdict(list)
    for class_id, enrolment_id, at, status, of in rows:
        holds = status in HOLDING and of == owner_id
        steps[class_id].append(Step(enrolment_id, at, holds))
    return {
        key: membership(steps[key], seen_from=seen_from) for key, seen_from in published.items()
    }


def _steps(
    session: Session, kind: FeedKind, owner_id: int, class_ids: Iterable[int]
) -> Sequence[Any]:
    """Return the history of the owner's enrolments on classes, in order for each class."""
    person = kind is FeedKind.PERSON
    mine = Enrolment.person_id if person else Enrolment.delegation_id
    whose = Enrolment.person_id if person else Seat.delegation_id
    return session.execute(
        sa.select(Enrolment.class_id, Enrolment.id, EnrolmentStep.at, EnrolmentStep.status, whose)
        .join(Enrolment, EnrolmentStep.enrolment_id == Enrolment.id)
        .join(Seat, EnrolmentStep.seat_id == Seat.id)
        .where(mine == owner_id, Enrolment.class_id.in_(class_ids))
        .order_by(EnrolmentStep.id)
    ).all()
