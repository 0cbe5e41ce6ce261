"""Feeds, their retired links, and the stored text of each session."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainer.calendars.rules import FeedKind
from trainer.core import clock
from trainer.core.database import Model, enum_column


class Feed(Model):
    """A calendar feed (日历订阅): whose it is, and the version of its link (the token is derived).

    The link is in force unless a `RetiredLink` has the same version.
    """

    __tablename__ = "feed"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN kind = 'person' THEN person_id WHEN kind = 'class' THEN class_id"
            " WHEN kind = 'delegation' THEN delegation_id ELSE congress_id END) IS NOT NULL",
            name="owner_of_its_kind",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[FeedKind] = mapped_column(enum_column(FeedKind))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    class_id: Mapped[int | None] = mapped_column(sa.ForeignKey("training_class.id"), unique=True)
    delegation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delegation.id"), unique=True)
    congress_id: Mapped[int | None] = mapped_column(sa.ForeignKey("congress.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class RetiredLink(Model):
    """A version of a feed's link that was renewed or revoked."""

    __tablename__ = "retired_link"

    feed_id: Mapped[int] = mapped_column(sa.ForeignKey("feed.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    retired_at: Mapped[datetime]


class EventText(Model):
    """The VEVENT of a session as it was rendered for its present state, once per change."""

    __tablename__ = "event_text"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("class_session.id"), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
