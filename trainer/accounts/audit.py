"""Writing the audit trail: who, when, from where, did what, to what, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa

from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import Model, db

HIDDEN = frozenset({"password_hash", "id_number", "bank_account"})


@dataclass(frozen=True)
class Actor:
    """Who acts, as services see it: an account at an address, or the command line."""

    user_id: int | None
    name: str
    role: Role | None
    address: str


SYSTEM = Actor(None, "trainer", None, "cli")


def actor_of(user: User, address: str) -> Actor:
    """Return *user* acting from *address*."""
    return Actor(user.id, user.name, user.role, address)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | Decimal):
        return str(value)
    return value


def changes(subject: Model) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the column values of *subject* before and after its changes not yet flushed."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    state = sa.inspect(subject)
    assert state is not None
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if not history.has_changes():
            continue
        hidden = attribute.key in HIDDEN
        if history.deleted:
            before[attribute.key] = "•••" if hidden else _plain(history.deleted[0])
        if history.added:
            after[attribute.key] = "•••" if hidden else _plain(history.added[0])
    return before, after


def audit(
    verb: str,
    subject: Model,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    success: bool = True,
) -> None:
    """Record *verb* (``class.publish``) done to *subject*, and flush both.

    Without *before* and *after* the pending changes of *subject* are recorded; call it before
    flushing them.
    """
    if before is None and after is None:
        before, after = changes(subject)
    db.session.flush()
    identity = sa.inspect(subject, raiseerr=True).identity
    name = getattr(subject, "name", None) or getattr(subject, "title", None) or ""
    db.session.add(
        AuditEvent(
            at=clock.now(),
            user_id=by.user_id,
            user_name=by.name,
            address=by.address,
            verb=verb,
            subject_kind=str(subject.__tablename__),
            subject_id=identity[0] if identity else None,
            subject_name=str(name)[:200],
            before=before or {},
            after=after or {},
            success=success,
        )
    )
    db.session.flush()
