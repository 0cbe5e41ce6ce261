"""Accounts and the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column

from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import Model, enum_column


class User(UserMixin, Model):  # type: ignore[misc]
    """An account: of staff (signs in with a password) or of a deputy (with a personal link).

    ``session_version`` is part of every session and device cookie: raising it signs out all.
    ``must_change_password``: somebody else chose the password, so it is changed before all else.
    ``link_version`` is the version of the personal link, 0 when none was ever issued.
    """

    __tablename__ = "user"
    __table_args__ = (
        sa.UniqueConstraint("login"),
        sa.CheckConstraint("failures >= 0", name="failures_not_negative"),
        sa.CheckConstraint("link_failures >= 0", name="link_failures_not_negative"),
        sa.CheckConstraint("role <> 'deputy' OR password_hash IS NULL", name="deputy_no_password"),
        sa.CheckConstraint("locale IN ('zh', 'en')", name="locale_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(60))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(sa.String(5), default="zh")
    large_type: Mapped[bool] = mapped_column(default=False)
    session_version: Mapped[int] = mapped_column(default=1)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    link_version: Mapped[int] = mapped_column(default=0)
    link_revoked: Mapped[bool] = mapped_column(default=False)
    link_failures: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime | None]

    @property
    def is_active(self) -> bool:
        """Whether the account may be used (Flask-Login asks this)."""
        return self.active

    def get_id(self) -> str:
        """Return what the session cookie holds: the account and its session version."""
        return f"{self.id}.{self.session_version}"


class AuditEvent(Model):
    """One line of the audit trail (审计记录); the database refuses to change or delete it."""

    __tablename__ = "audit_event"
    __table_args__ = (
        sa.Index(None, "subject_kind", "subject_id"),
        sa.Index(None, "at"),
        sa.Index(None, "user_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None]  # no foreign key: the trail outlives the account
    user_name: Mapped[str] = mapped_column(sa.String(60))
    address: Mapped[str] = mapped_column(sa.String(60))
    verb: Mapped[str] = mapped_column(sa.String(60))
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int | None]
    subject_name: Mapped[str] = mapped_column(sa.String(200))
    before: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    success: Mapped[bool] = mapped_column(default=True)
