"""Feeds, their retired links, and the stored text of each session."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainer.calendars.rules import Alarm, Choices, Detail, FeedKind, Wish
from trainer.core import clock
from trainer.core.database import Model, enum_column


class Feed(Model):
    """A calendar feed (日历订阅): whose it is, what its owner chose, and the version of its link.

    The token is derived from id and version; the link is in force unless a `RetiredLink` has the
    same version. ``sequence_base`` is added to the sequence of every event: it grows with each
    change of the choices by more than any class has changed, so that no number ever falls, and
    ``chosen_at`` is when. ``polled_at`` is when a client was last noted to look (see `polls`).
    """

    __tablename__ = "feed"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN kind = 'person' THEN person_id WHEN kind = 'class' THEN class_id"
            " WHEN kind = 'delegation' THEN delegation_id WHEN kind = 'congress' THEN congress_id"
            " ELSE lecturer_id END) IS NOT NULL",
            name="owner_of_its_kind",
        ),
        sa.CheckConstraint("language IN ('zh', 'en')", name="language_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[FeedKind] = mapped_column(enum_column(FeedKind))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    class_id: Mapped[int | None] = mapped_column(sa.ForeignKey("training_class.id"), unique=True)
    delegation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delegation.id"), unique=True)
    congress_id: Mapped[int | None] = mapped_column(sa.ForeignKey("congress.id"), unique=True)
    lecturer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lecturer.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    detail: Mapped[Detail] = mapped_column(enum_column(Detail), default=Detail.SESSIONS)
    alarm: Mapped[Alarm] = mapped_column(enum_column(Alarm), default=Alarm.HALF)
    cancelled: Mapped[bool] = mapped_column(default=True)
    report_in_all_day: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(sa.String(2), default="zh")
    sequence_base: Mapped[int] = mapped_column(default=0)
    chosen_at: Mapped[datetime | None]
    polled_at: Mapped[datetime | None]
    polled_by: Mapped[str] = mapped_column(sa.String(30), default="")

    @property
    def choices(self) -> Choices:
        """What the owner chose."""
        return Choices(
            self.detail, self.alarm, self.cancelled, self.report_in_all_day, self.language
        )


class RetiredLink(Model):
    """A version of a feed's link that was renewed or revoked."""

    __tablename__ = "retired_link"

    feed_id: Mapped[int] = mapped_column(sa.ForeignKey("feed.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    retired_at: Mapped[datetime]


class EventText(Model):
    """The VEVENT of a session as it was rendered for its present state, once per change.

    ``variant`` is the part of a feed's choices on which the text depends.
    """

    __tablename__ = "event_text"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey("class_session.id"), primary_key=True)
    variant: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)


class InvitationAddress(Model):
    """Where a deputy wants invitations by e-mail; ``state`` is what was last invited to."""

    __tablename__ = "invitation_address"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(120))
    state: Mapped[str] = mapped_column(sa.String(40), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Invitation(Model):
    """One event to which a deputy was invited by e-mail, and what the deputy wishes.

    ``sequence`` is that of the last message; ``wish`` is what a reply said, never more than that.
    """

    __tablename__ = "invitation"
    __table_args__ = (sa.CheckConstraint("sequence >= 0", name="sequence_not_negative"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("class_session.id"), primary_key=True, index=True
    )
    address: Mapped[str] = mapped_column(sa.String(120))
    sequence: Mapped[int]
    ends_at: Mapped[datetime]
    summary: Mapped[str] = mapped_column(sa.String(300))
    text: Mapped[str] = mapped_column(sa.Text)
    cancelled: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime]
    wish: Mapped[Wish] = mapped_column(enum_column(Wish), default=Wish.NONE)
    wished_at: Mapped[datetime | None]
