"""Files for phones that cannot subscribe: one session, or all that are to come."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask import abort
from flask_babel import force_locale
from flask_babel import gettext as _

from trainer.accounts.rules import Role
from trainer.calendars import events, ical, queries
from trainer.calendars.events import Showing
from trainer.calendars.rules import FeedKind
from trainer.calendars.site import Site
from trainer.calendars.state import seen_by_calendars
from trainer.calendars.texts import load_sessions
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.queries import visible_classes
from trainer.enrolment.models import Enrolment
from trainer.enrolment.rules import HOLDING
from trainer.people.queries import Viewer


def held_by(person_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a person holds a seat on a class that calendars show."""
    on = sa.select(Enrolment.class_id).where(
        Enrolment.person_id == person_id, Enrolment.status.in_(HOLDING)
    )
    return sa.and_(TrainingClass.id.in_(on), seen_by_calendars())


def showing_of(person_id: int) -> Showing:
    """Return how a deputy's own feed shows events, by default where there is no feed yet."""
    feed = queries.feed_of(FeedKind.PERSON, person_id)
    if feed is None:
        return Showing()
    return Showing(feed.choices, feed.sequence_base, feed.chosen_at)


def of_session(viewer: Viewer, session_id: int, site: Site) -> bytes:
    """Return the calendar of one session that the viewer may see, else 404."""
    person_id = viewer.person_id
    mine = viewer.role is Role.DEPUTY and person_id is not None
    allowed = held_by(person_id or 0) if mine else visible_classes(viewer)
    found = db.session.scalar(
        sa.select(ClassSession.id)
        .join(TrainingClass, ClassSession.class_id == TrainingClass.id)
        .where(ClassSession.id == session_id, allowed)
    )
    if found is None:
        abort(404)
    showing = showing_of(person_id) if mine and person_id is not None else Showing()
    return _calendar([found], site, showing)


def of_person(person_id: int, site: Site) -> bytes:
    """Return the calendar of all sessions of a person that are not over and take place."""
    ids = db.session.scalars(
        sa.select(ClassSession.id)
        .join(TrainingClass, ClassSession.class_id == TrainingClass.id)
        .where(
            held_by(person_id),
            ClassSession.ends_at > clock.now(),
            ClassSession.cancelled_at.is_(None),
        )
        .order_by(ClassSession.starts_at, ClassSession.id)
    ).all()
    return _calendar(ids, site, showing_of(person_id))


def _calendar(ids: Sequence[int], site: Site, showing: Showing) -> bytes:
    language = showing.choices.language
    rows = sorted(
        load_sessions(db.session(), ids),
        key=lambda row: (row.starts_at, row.id),
    )
    texts = [ical.vevent(events.session_event(row, site, showing)) for row in rows]
    if not texts:
        at = clock.now().replace(hour=0, minute=0, second=0)
        texts.append(ical.vevent(events.empty_event(0, at, site, language)))
    with force_locale(language):
        return ical.calendar(name=str(_("Training")), language=language, events=texts)
