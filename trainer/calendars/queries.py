"""Reads of feeds and their links, filtered by what the asker may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from trainer.accounts.rules import Role
from trainer.calendars.models import Feed, RetiredLink
from trainer.calendars.rules import FeedKind, LinkState
from trainer.calendars.state import seen_by_calendars
from trainer.core.database import Model, db
from trainer.courses.models import ClassSession, Lecturer, TrainingClass
from trainer.courses.queries import visible_classes
from trainer.enrolment.models import Enrolment
from trainer.people.models import Congress, Delegation, Person, Term
from trainer.people.queries import (
    Viewer,
    in_subtree,
    visible_delegations,
    visible_persons,
)
from trainer.plans.models import AnnualPlan
from trainer.plans.rules import PlanStatus

OWNER_COLUMNS = {
    FeedKind.PERSON: Feed.person_id,
    FeedKind.CLASS: Feed.class_id,
    FeedKind.DELEGATION: Feed.delegation_id,
    FeedKind.CONGRESS: Feed.congress_id,
    FeedKind.LECTURER: Feed.lecturer_id,
}
OWNERS: dict[FeedKind, Any] = {  # all have an id and a name
    FeedKind.PERSON: Person,
    FeedKind.CLASS: TrainingClass,
    FeedKind.DELEGATION: Delegation,
    FeedKind.CONGRESS: Congress,
    FeedKind.LECTURER: Lecturer,
}


def feed_of(kind: FeedKind, owner_id: int) -> Feed | None:
    """Return the feed of an owner, None when it was never asked for."""
    return db.session.scalar(sa.select(Feed).where(OWNER_COLUMNS[kind] == owner_id))


def link_state(feed: Feed | None) -> LinkState:
    """Return where the link of a feed stands."""
    if feed is None:
        return LinkState.NONE
    retired = db.session.get(RetiredLink, (feed.id, feed.version))
    return LinkState.ACTIVE if retired is None else LinkState.REVOKED


def may_hand_out(viewer: Viewer, kind: FeedKind) -> sa.ColumnElement[bool]:
    """Return the condition on an owner's row that the viewer may hand out its feed.

    Planners: whatever lies in their subtree. Township officers: their congress, its delegations,
    and the classes they see, but no lecturers. A deputy's link is the deputy's own: staff may
    only end it.
    """
    if viewer.role not in (Role.PLANNER, Role.TOWNSHIP_OFFICER):
        return sa.false()
    if kind is FeedKind.CONGRESS:
        return in_subtree(viewer)
    if kind is FeedKind.DELEGATION:
        return visible_delegations(viewer)
    if kind is FeedKind.CLASS:
        return sa.and_(visible_classes(viewer), seen_by_calendars())
    if kind is FeedKind.LECTURER and viewer.role is Role.PLANNER:
        return Lecturer.congress_id.in_(sa.select(Congress.id).where(in_subtree(viewer)))
    return sa.false()


def may_end(viewer: Viewer, kind: FeedKind) -> sa.ColumnElement[bool]:
    """Return the condition on an owner's row that the viewer may renew or revoke its link."""
    if viewer.role is Role.TOWNSHIP_OFFICER and kind is FeedKind.CLASS:
        own = sa.select(Congress.id).where(in_subtree(viewer))
        return sa.and_(may_hand_out(viewer, kind), TrainingClass.congress_id.in_(own))
    if viewer.role in (Role.PLANNER, Role.TOWNSHIP_OFFICER) and kind is FeedKind.PERSON:
        return visible_persons(viewer)
    return may_hand_out(viewer, kind)


def owner_for(viewer: Viewer, kind: FeedKind, owner_id: int, *, ending: bool = False) -> Model:
    """Return an owner whose feed the viewer may hand out, or *ending* whose link, else 404."""
    allowed = may_end if ending else may_hand_out
    table = OWNERS[kind]
    found: Model = db.one_or_404(
        sa.select(table).where(table.id == owner_id, allowed(viewer, kind))
    )
    return found


def is_allowed(allowed: sa.ColumnElement[bool], kind: FeedKind, owner_id: int) -> bool:
    """Tell whether the owner's row fulfils a condition of `may_hand_out` or `may_end`."""
    table = OWNERS[kind]
    return bool(db.session.scalar(sa.select(table.id).where(table.id == owner_id, allowed)))


def feed_for(viewer: Viewer, feed_id: int, *, ending: bool = False) -> Feed:
    """Return a feed that the viewer may hand out, or *ending* whose link end, else 404."""
    feed = db.get_or_404(Feed, feed_id)
    owner_for(viewer, feed.kind, owner_id(feed), ending=ending)
    return feed


def owner_id(feed: Feed) -> int:
    """Return the id of the person, class, delegation or congress whose feed it is."""
    found = getattr(feed, OWNER_COLUMNS[feed.kind].key)
    assert isinstance(found, int)
    return found


def name_of(feed: Feed) -> str:
    """Return the name of a feed's owner."""
    return str(db.session.get_one(OWNERS[feed.kind], owner_id(feed)).name)


def owners(
    viewer: Viewer, kind: FeedKind, *, today: date, text: str | None = None
) -> sa.Select[Any]:
    """Return the owners of a kind whose feeds the viewer looks after, ordered for a list.

    Deputies are listed once they have a feed, delegations while their term lasts.
    """
    query: sa.Select[Any] = sa.select(OWNERS[kind])
    if kind is FeedKind.PERSON:
        query = query.join(Feed, Feed.person_id == Person.id).where(may_end(viewer, kind))
        query = query.order_by(Person.sort_name, Person.id)
    elif kind is FeedKind.CLASS:
        query = query.where(may_hand_out(viewer, kind))
        query = query.order_by(TrainingClass.first_day.desc(), TrainingClass.id.desc())
    elif kind is FeedKind.DELEGATION:
        query = query.join(Delegation.term).join(Term.congress)
        query = query.where(may_hand_out(viewer, kind), Term.last_day >= today)
        query = query.options(contains_eager(Delegation.term).contains_eager(Term.congress))
        query = query.order_by(Congress.path, Delegation.position, Delegation.id)
    elif kind is FeedKind.LECTURER:
        query = query.where(may_hand_out(viewer, kind)).order_by(Lecturer.name, Lecturer.id)
    else:
        query = query.where(may_hand_out(viewer, kind)).order_by(Congress.path)
    return query.where(OWNERS[kind].name.contains(text, autoescape=True)) if text else query


@dataclass(frozen=True)
class Link:
    """The feed of an owner and where its link stands."""

    feed_id: int
    state: LinkState
    polled_at: datetime | None
    polled_by: str


def links_of(kind: FeedKind, owner_ids: Iterable[int]) -> dict[int, Link]:
    """Return the links of owners by owner id; who never had a feed is missing; one statement."""
    column = OWNER_COLUMNS[kind]
    rows = db.session.execute(
        sa.select(column, Feed.id, RetiredLink.feed_id, Feed.polled_at, Feed.polled_by)
        .outerjoin(
            RetiredLink,
            sa.and_(RetiredLink.feed_id == Feed.id, RetiredLink.version == Feed.version),
        )
        .where(column.in_(set(owner_ids)))
    )
    return {
        owner: Link(
            feed_id, LinkState.ACTIVE if retired is None else LinkState.REVOKED, polled_at, by
        )
        for owner, feed_id, retired, polled_at, by in rows
        if owner is not None
    }


def published_years(viewer: Viewer) -> list[tuple[str, str, int]]:
    """Return name and code of congresses and their published years, the latest first."""
    return _years(in_subtree(viewer))


def all_published_years() -> list[tuple[str, str, int]]:
    """Return the same of all congresses: these calendars are public."""
    return _years(sa.true())


def _years(of: sa.ColumnElement[bool]) -> list[tuple[str, str, int]]:
    rows = db.session.execute(
        sa.select(Congress.short_name, Congress.code, AnnualPlan.year)
        .join(Term, AnnualPlan.term_id == Term.id)
        .join(Congress, Term.congress_id == Congress.id)
        .where(AnnualPlan.status == PlanStatus.PUBLISHED, of)
        .distinct()
        .order_by(Congress.code, AnnualPlan.year.desc())
    )
    return [(row.short_name, row.code, row.year) for row in rows]


def missing(kind: FeedKind) -> list[int]:
    """Return the ids of the owners that ought to have a feed and have none, for `feed list`.

    Congresses with classes, delegations and deputies with enrolments, classes that were
    published, lecturers with sessions.
    """
    classes = sa.select(TrainingClass.id).where(seen_by_calendars())
    wanted: dict[FeedKind, sa.Select[Any]] = {
        FeedKind.CLASS: classes,
        FeedKind.CONGRESS: sa.select(TrainingClass.congress_id).where(seen_by_calendars()),
        FeedKind.DELEGATION: sa.select(Enrolment.delegation_id).where(
            Enrolment.class_id.in_(classes)
        ),
        FeedKind.PERSON: sa.select(Enrolment.person_id).where(Enrolment.class_id.in_(classes)),
        FeedKind.LECTURER: sa.select(ClassSession.lecturer_id).where(
            ClassSession.class_id.in_(classes), ClassSession.lecturer_id.is_not(None)
        ),
    }
    table = OWNERS[kind]
    return list(
        db.session.scalars(
            sa.select(table.id)
            .where(table.id.in_(wanted[kind]), ~sa.exists().where(OWNER_COLUMNS[kind] == table.id))
            .order_by(table.id)
        )
    )


def links_in_force(kind: FeedKind) -> list[tuple[Feed, str]]:
    """Return the feeds of a kind whose link is in force, with the owner's name."""
    table = OWNERS[kind]
    ended = sa.exists().where(RetiredLink.feed_id == Feed.id, RetiredLink.version == Feed.version)
    rows = db.session.execute(
        sa.select(Feed, table.name)
        .join(table, OWNER_COLUMNS[kind] == table.id)
        .where(~ended)
        .order_by(Feed.id)
    )
    return [(feed, name) for feed, name in rows]
