"""Whole feeds as bytes: each session's VEVENT is made once per change, kept, and then joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from trainer.calendars import events, ical
from trainer.calendars.models import EventText
from trainer.calendars.rules import CANCELLED_SHOWN, FeedKind, Membership, Step, membership
from trainer.calendars.site import LANGUAGE, Site
from trainer.calendars.state import FeedState, seen_by_calendars
from trainer.courses.models import ClassSession, Room, TrainingClass
from trainer.enrolment.models import Enrolment, EnrolmentStep
from trainer.enrolment.rules import HOLDING
from trainer.people.models import Seat

_AT_ONCE = 500  # rows of one statement, within every engine's limit of parameters
_UNTURNED = Membership(shown=True)


def render(
    session: Session, state: FeedState, *, now: datetime, site: Site
) -> tuple[bytes, list[EventText]]:
    """Return the bytes of a feed, and the event texts that had to be made for it.

    *state* was read in the transaction of *session*, so that its ETag belongs to these bytes.
    """
    if state.retired_at is not None:
        ended = events.ended_event(state.feed_id, state.version, state.retired_at, site)
        return _calendar(session, state, [ical.vevent(ended)]), []
    members = _members(session, state, now)
    plain = [key for key, member in members.items() if member == _UNTURNED]
    texts, made = _stored(session, plain, now=now, site=site)
    for key, member in members.items():
        if member != _UNTURNED:
            texts += _own(session, state.kind, key, member, now=now, site=site)
    if not texts:
        empty = events.empty_event(state.feed_id, state.created_at, site)
        return _calendar(session, state, [ical.vevent(empty)]), made
    return _calendar(session, state, (text for *_, text in sorted(texts))), made


def _calendar(session: Session, state: FeedState, texts: Iterable[str]) -> bytes:
    with force_locale(LANGUAGE):
        return ical.calendar(name=_name(session, state), language=LANGUAGE, events=texts)


def _name(session: Session, state: FeedState) -> str:
    if state.kind is FeedKind.CLASS:
        return events.class_title(session.get_one(TrainingClass, state.owner_id))
    return str(_("Training: %(name)s", name=state.name))


def _members(session: Session, state: FeedState, now: datetime) -> dict[int, Membership]:
    """Return the classes that a feed shows, each with where it stands there."""
    if not state.kind.by_enrolment:
        by_class = state.kind is FeedKind.CLASS
        owner = TrainingClass.id if by_class else TrainingClass.congress_id
        classes = sa.select(TrainingClass.id).where(owner == state.owner_id, seen_by_calendars())
        return dict.fromkeys(session.scalars(classes.order_by(TrainingClass.id)), _UNTURNED)
    person = state.kind is FeedKind.PERSON
    mine = Enrolment.person_id if person else Enrolment.delegation_id
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
            mine == state.owner_id,
            seen_by_calendars(),
            sa.or_(Enrolment.status.in_(HOLDING), Enrolment.changed_at > now - CANCELLED_SHOWN),
        )
        .order_by(Enrolment.class_id, Enrolment.id)
    ).all()
    published = {row.class_id: row.published_at for row in present}
    # The present state comes last, so that it is right whatever the history holds.
    rows = [*_steps(session, state, published), *(row[:5] for row in present)]
    steps: defaultdict[int, list[Step]] = defaultdict(list)
    for class_id, enrolment_id, at, status, of in rows:
        holds = status in HOLDING and of == state.owner_id
        steps[class_id].append(Step(enrolment_id, at, holds))
    return {
        key: membership(steps[key], seen_from=seen_from) for key, seen_from in published.items()
    }


def _steps(session: Session, state: FeedState, class_ids: Iterable[int]) -> Sequence[Any]:
    """Return the history of the owner's enrolments on classes, in order for each class."""
    person = state.kind is FeedKind.PERSON
    mine = Enrolment.person_id if person else Enrolment.delegation_id
    whose = Enrolment.person_id if person else Seat.delegation_id
    return session.execute(
        sa.select(Enrolment.class_id, Enrolment.id, EnrolmentStep.at, EnrolmentStep.status, whose)
        .join(Enrolment, EnrolmentStep.enrolment_id == Enrolment.id)
        .join(Seat, EnrolmentStep.seat_id == Seat.id)
        .where(mine == state.owner_id, Enrolment.class_id.in_(class_ids))
        .order_by(EnrolmentStep.id)
    ).all()


def _shown(class_ids: Sequence[int], now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        ClassSession.class_id.in_(class_ids),
        sa.or_(
            ClassSession.cancelled_at.is_(None),
            ClassSession.cancelled_at > now - CANCELLED_SHOWN,
        ),
    )


Text = tuple[datetime, int, str]


def _stored(
    session: Session, class_ids: Sequence[int], *, now: datetime, site: Site
) -> tuple[list[Text], list[EventText]]:
    """Return the texts of the sessions of classes, and those that were not stored yet."""
    if not class_ids:
        return [], []
    rows = session.execute(
        sa.select(
            ClassSession.id,
            ClassSession.starts_at,
            ClassSession.sequence,
            ClassSession.version,
            TrainingClass.version,
            EventText.state,
            EventText.text,
        )
        .join(TrainingClass, ClassSession.class_id == TrainingClass.id)
        .outerjoin(EventText, EventText.session_id == ClassSession.id)
        .where(_shown(class_ids, now))
    ).all()
    texts: list[Text] = []
    wanted: dict[int, str] = {}
    for key, starts_at, sequence, version, of_class, stored, text in rows:
        state = f"{site.format}.{sequence}.{version}.{of_class}"
        if state == stored:
            texts.append((starts_at, key, text))
        else:
            wanted[key] = state
    made = []
    for row in _sessions(session, list(wanted)):
        text = ical.vevent(events.event_of(row, site))
        texts.append((row.starts_at, row.id, text))
        made.append(EventText(session_id=row.id, state=wanted[row.id], text=text))
    return texts, made


def _sessions(session: Session, ids: Sequence[int]) -> Iterable[ClassSession]:
    for start in range(0, len(ids), _AT_ONCE):
        yield from session.scalars(
            sa.select(ClassSession)
            .where(ClassSession.id.in_(ids[start : start + _AT_ONCE]))
            .options(
                joinedload(ClassSession.training_class).joinedload(TrainingClass.venue),
                joinedload(ClassSession.lecturer),
                joinedload(ClassSession.room).joinedload(Room.venue),
            )
        )


def _own(
    session: Session,
    kind: FeedKind,
    class_id: int,
    member: Membership,
    *,
    now: datetime,
    site: Site,
) -> list[Text]:
    """Return the texts of a class that left this feed, or came back to it; nobody else's."""
    if not member.shown and not member.turns:
        return []  # was never seen there
    ids = session.scalars(sa.select(ClassSession.id).where(_shown([class_id], now))).all()
    note = "" if member.shown else _note(kind)
    return [
        (
            row.starts_at,
            row.id,
            ical.vevent(events.event_of(row, site, turns=member.turns, at=member.at, note=note)),
        )
        for row in _sessions(session, ids)
    ]


def _note(kind: FeedKind) -> str:
    with force_locale(LANGUAGE):
        if kind is FeedKind.PERSON:
            return str(_("You are no longer on this class; you need not come."))
        return str(_("Nobody of this delegation is on this class any more."))
