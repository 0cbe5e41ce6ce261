"""Verbs on feeds: make one when it is first wanted, renew its link, end it."""

from __future__ import annotations

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit
from trainer.calendars import queries
from trainer.calendars.members import members
from trainer.calendars.models import Feed, RetiredLink
from trainer.calendars.rules import Choices, FeedKind
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.core.text import noop
from trainer.courses.models import TrainingClass


def ensure_feed(kind: FeedKind, owner_id: int, *, by: Actor) -> Feed:
    """Return the feed of an owner, made now when there is none.

    An ended link stays ended: `renew_link` gives a new one.
    """
    feed = queries.feed_of(kind, owner_id)
    if feed is not None:
        return feed
    feed = Feed(kind=kind, **{queries.OWNER_COLUMNS[kind].key: owner_id})
    try:
        with db.session.begin_nested():
            db.session.add(feed)
            audit("feed.create", feed, by=by, name=queries.name_of(feed))
    except sa.exc.IntegrityError:  # somebody else was quicker; theirs is as good
        feed = queries.feed_of(kind, owner_id)
        assert feed is not None
    return feed


def choose(feed: Feed, choices: Choices, *, by: Actor) -> None:
    """Change what the owner chose; the UIDs stay, and the number of every event grows.

    By more than any class of the feed has changed, for one event may now stand for a whole day.
    """
    _lock(feed)
    if feed.choices == choices:
        return
    held = members(db.session(), feed.kind, queries.owner_id(feed), clock.now())
    most = db.session.scalar(
        sa.select(sa.func.max(TrainingClass.revision)).where(TrainingClass.id.in_(held))
    )
    for name, value in vars(choices).items():
        setattr(feed, name, value)
    feed.sequence_base += 1 + (most or 0)
    feed.chosen_at = clock.now()
    audit("feed.change", feed, by=by, name=queries.name_of(feed))


def renew_link(feed: Feed, *, by: Actor) -> None:
    """Give a feed a new link; the old one says so for a month, then ends."""
    _lock(feed)
    if db.session.get(RetiredLink, (feed.id, feed.version)) is None:
        _retire(feed)
    feed.version += 1
    audit("feed.renew", feed, by=by, name=queries.name_of(feed))


def revoke_link(feed: Feed, *, by: Actor) -> None:
    """End the link of a feed without giving a new one; doing it twice is refused."""
    _lock(feed)
    if db.session.get(RetiredLink, (feed.id, feed.version)) is not None:
        raise Refused(noop("This calendar link has ended already."))
    _retire(feed)
    ended = {"version": feed.version}
    audit("feed.revoke", feed, by=by, before=ended, after={}, name=queries.name_of(feed))


def _lock(feed: Feed) -> None:
    db.session.refresh(feed, with_for_update=True)


def _retire(feed: Feed) -> None:
    db.session.add(RetiredLink(feed_id=feed.id, version=feed.version, retired_at=clock.now()))
