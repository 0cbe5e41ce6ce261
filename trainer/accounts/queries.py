"""Reads of accounts and of the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import STAFF, AccountState, Role
from trainer.core import clock
from trainer.core.database import db


def any_user() -> bool:
    """Tell whether there is any account; if not, the first-run page is open."""
    return bool(db.session.scalar(sa.select(sa.exists().select_from(User))))


@dataclass(frozen=True)
class AccountFilter:
    """What the list of accounts is narrowed to; without *role* it shows staff."""

    text: str | None = None
    role: Role | None = None
    state: AccountState | None = None


def accounts(wanted: AccountFilter, now: datetime) -> sa.Select[User]:
    """Return the accounts that *wanted* asks for, unordered."""
    query = sa.select(User).where(
        User.role == wanted.role if wanted.role else User.role.in_(sorted(STAFF))
    )
    if wanted.text:
        query = query.where(
            sa.or_(
                User.name.contains(wanted.text, autoescape=True),
                User.login.contains(wanted.text.lower(), autoescape=True),
            )
        )
    locked = sa.and_(User.locked_until.is_not(None), User.locked_until > now)
    conditions = {
        AccountState.ACTIVE: sa.and_(User.active, ~locked),
        AccountState.LOCKED: sa.and_(User.active, locked),
        AccountState.ENDED: ~User.active,
    }
    return query.where(conditions[wanted.state]) if wanted.state else query


@dataclass(frozen=True)
class TrailFilter:
    """What the audit trail is narrowed to; *text* is looked for in user and object."""

    text: str | None = None
    kind: str | None = None
    action: str | None = None
    first: date | None = None
    last: date | None = None
    failed: bool = False


def trail(wanted: TrailFilter, role: Role) -> sa.Select[AuditEvent]:
    """Return the events that *role* may see and *wanted* asks for, unordered.

    An auditor sees all, an administrator those of accounts, everybody else none: the duties of
    system administration and of audit stay apart (GB/T 22239-2019).
    """
    query = sa.select(AuditEvent).where(*_trail_conditions(wanted))
    if role is Role.AUDITOR:
        return query
    if role is Role.ADMINISTRATOR:
        return query.where(AuditEvent.subject_kind == User.__tablename__)
    return query.where(sa.false())


def _trail_conditions(wanted: TrailFilter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.text:
        yield sa.or_(
            AuditEvent.user_name.contains(wanted.text, autoescape=True),
            AuditEvent.subject_name.contains(wanted.text, autoescape=True),
            AuditEvent.address == wanted.text,
        )
    if wanted.kind:
        yield AuditEvent.subject_kind == wanted.kind
    if wanted.action:
        yield AuditEvent.verb.endswith("." + wanted.action, autoescape=True)
    if wanted.first:
        yield AuditEvent.at >= clock.at(wanted.first, time())
    if wanted.last:
        yield AuditEvent.at < clock.at(wanted.last + timedelta(days=1), time())
    if wanted.failed:
        yield ~AuditEvent.success
