"""Verbs on feeds: make one when it is first wanted, renew its link, end it."""

from __future__ import annotations

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit
from trainer.calendars import queries
from trainer.calendars.models import Feed, RetiredLink
from trainer.calendars.rules import FeedKind
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.core.text import noop


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
