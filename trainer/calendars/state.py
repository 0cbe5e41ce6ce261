"""What a feed is at this moment, read with so few look-ups that a poll costs next to nothing.

The ETag is a digest of counters, not of texts: the sessions' sequence grows with every change a
calendar shows (`courses.changes`), versions grow with every other save of a session, class or
enrolment, and cancelled events still in their window are counted. So it differs whenever the
bytes would, and no event needs to be read or rendered to know it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from trainer.calendars.models import Feed, RetiredLink
from trainer.calendars.rules import CANCELLED_SHOWN, FeedKind, still_shown
from trainer.calendars.site import Site
from trainer.core.database import UTCDateTime
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment.models import Enrolment
from trainer.enrolment.rules import HOLDING
from trainer.people.models import Congress, Delegation, Person

_HORIZON = sa.bindparam("horizon", type_=UTCDateTime())
_OWNER = sa.bindparam("owner", type_=sa.Integer())


def seen_by_calendars() -> sa.ColumnElement[bool]:
    """Return the condition that a TrainingClass row stands in feeds.

    Drafts do not, nor does a class that was called off before it was published.
    """
    called_off = TrainingClass.status == ClassStatus.CANCELLED
    return sa.and_(
        TrainingClass.status != ClassStatus.DRAFT,
        sa.or_(~called_off, TrainingClass.published_at.is_not(None)),
    )


_ENROLMENT = (
    Enrolment.id,
    Enrolment.class_id,
    Enrolment.status,
    Enrolment.version,
    Enrolment.changed_at,
)
_CLASS = (
    TrainingClass.id,
    TrainingClass.version,
    TrainingClass.changed_at,
    sa.func.count(ClassSession.id),
    sa.func.sum(ClassSession.sequence),
    sa.func.sum(ClassSession.version),
    sa.func.sum(sa.case((ClassSession.cancelled_at > _HORIZON, 1), else_=0)),
)
_FEED = (
    Feed.kind,
    Feed.person_id,
    Feed.class_id,
    Feed.delegation_id,
    Feed.congress_id,
    Feed.created_at,
    Feed.version,
    RetiredLink.retired_at,
    Person.name,
    Delegation.name,
    Congress.short_name,
)

# One row for each class of a deputy's feed; one row alone for a feed of another kind.
_POLL = (
    sa.select(*_FEED, *_ENROLMENT, *_CLASS)
    .select_from(Feed)
    .outerjoin(
        RetiredLink,
        sa.and_(RetiredLink.feed_id == Feed.id, RetiredLink.version == sa.bindparam("version")),
    )
    .outerjoin(Person, Person.id == Feed.person_id)
    .outerjoin(Delegation, Delegation.id == Feed.delegation_id)
    .outerjoin(Congress, Congress.id == Feed.congress_id)
    .outerjoin(Enrolment, Enrolment.person_id == Feed.person_id)
    .outerjoin(TrainingClass, sa.and_(TrainingClass.id == Enrolment.class_id, seen_by_calendars()))
    .outerjoin(ClassSession, ClassSession.class_id == TrainingClass.id)
    .where(Feed.id == sa.bindparam("feed"))
    .group_by(
        Feed.id,
        RetiredLink.feed_id,
        RetiredLink.version,
        Person.id,
        Delegation.id,
        Congress.id,
        Enrolment.id,
        TrainingClass.id,
    )
    .order_by(Enrolment.id)
)
_OF_DELEGATION = (
    sa.select(*_ENROLMENT).where(Enrolment.delegation_id == _OWNER).order_by(Enrolment.id)
)
_CLASSES = (
    sa.select(*_CLASS)
    .select_from(TrainingClass)
    .outerjoin(ClassSession, ClassSession.class_id == TrainingClass.id)
    .where(seen_by_calendars())
    .group_by(TrainingClass.id)
    .order_by(TrainingClass.id)
)
_CLASSES_OF = {
    FeedKind.CLASS: _CLASSES.where(TrainingClass.id == _OWNER),
    FeedKind.CONGRESS: _CLASSES.where(TrainingClass.congress_id == _OWNER),
    FeedKind.DELEGATION: _CLASSES.where(
        TrainingClass.id.in_(sa.select(Enrolment.class_id).where(Enrolment.delegation_id == _OWNER))
    ),
}


@dataclass(frozen=True)
class FeedState:
    """What a poll learns of a feed.

    *retired_at* is when the link asked for ended, None while it is in force. *class_ids* are the
    classes to show; *name* is the owner's, empty where that is a class.
    """

    feed_id: int
    version: int
    kind: FeedKind
    owner_id: int
    name: str
    created_at: datetime
    retired_at: datetime | None
    class_ids: tuple[int, ...]
    etag: str


def read(
    connection: sa.Connection, feed_id: int, version: int, *, now: datetime, site: Site
) -> FeedState | None:
    """Return the state of a feed asked for by a link of *version*, None for an unknown one.

    One statement for a deputy's feed, two or three for one of another kind.
    """
    horizon = now - CANCELLED_SHOWN
    asked = {"feed": feed_id, "version": version, "horizon": horizon}
    rows: Sequence[Any] = connection.execute(_POLL, asked).all()
    if not rows:
        return None
    kind, *owners, created_at, current, retired_at, person, delegation, congress = rows[0][:11]
    if version > current or (version < current and retired_at is None):
        return None
    owner_id = next(owner for owner in owners if owner is not None)
    if kind is FeedKind.PERSON:
        enrolments: Sequence[Any] = [row[11:16] for row in rows if row[11] is not None]
        classes: Sequence[Any] = [row[16:] for row in rows if row[16] is not None]
    else:
        enrolments, classes = _of_others(connection, kind, owner_id, horizon)
    if kind.by_enrolment:
        shown = _classes_shown(enrolments, now)
        classes = [row for row in classes if row[0] in shown]
        enrolments = [row for row in enrolments if row[1] in shown]
    name = person or delegation or congress or ""
    link = (site.format, feed_id, version, retired_at, kind, name, created_at)
    return FeedState(
        feed_id=feed_id,
        version=version,
        kind=kind,
        owner_id=owner_id,
        name=name,
        created_at=created_at,
        retired_at=retired_at,
        class_ids=tuple(row[0] for row in classes),
        etag=_digest(link if retired_at else (*link, _plain(enrolments), _plain(classes))),
    )


def _of_others(
    connection: sa.Connection, kind: FeedKind, owner_id: int, horizon: datetime
) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return enrolments and classes of a feed that is no deputy's."""
    owner = {"owner": owner_id}
    classes = connection.execute(_CLASSES_OF[kind], {**owner, "horizon": horizon}).all()
    if not kind.by_enrolment:
        return [], classes
    return connection.execute(_OF_DELEGATION, owner).all(), classes


def _classes_shown(enrolments: Iterable[Any], now: datetime) -> set[int]:
    """Return the classes with an enrolment that holds a seat or left it within the window."""
    return {
        class_id
        for _, class_id, status, _, changed_at in enrolments
        if status in HOLDING or still_shown(changed_at, now)
    }


def _plain(rows: Iterable[Sequence[Any]]) -> list[list[str]]:
    """Return rows as texts that are the same on every engine."""
    return [[str(value) for value in row] for row in rows]


def _digest(key: object) -> str:
    return hashlib.blake2b(repr(key).encode(), digest_size=12).hexdigest()
