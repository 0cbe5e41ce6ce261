"""Kinds of feeds and the windows of time they keep: pure decisions."""

from __future__ import annotations

from datetime import timedelta

from trainer.core.text import Labelled, noop

CANCELLED_SHOWN = timedelta(days=30)  # then a cancelled event leaves the feed
REVOKED_GRACE = timedelta(days=30)  # a revoked link answers with a tombstone, then with 410


class FeedKind(Labelled):
    """Whose calendar a feed is."""

    PERSON = "person", noop("Deputy")
    CLASS = "class", noop("Class")
    DELEGATION = "delegation", noop("Delegation")
    CONGRESS = "congress", noop("Congress")
