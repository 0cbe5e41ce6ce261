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
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
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
    subject: Model | type[Model],
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    name: str = "",
    success: bool = True,
) -> None:
    """Record *verb* (``class.publish``) done to *subject*, and flush both.

    *subject* is a row, or a table when there is no such row (a sign-in with an unknown name).
    Without *before* and *after* the pending changes of the row are recorded; call it before
    flushing them. *name* says which one it was where the row has no name or title of its own.
    """
    number = None
    if isinstance(subject, Model):
        if before is None and after is None:
            before, after = changes(subject)
        db.session.flush()
        number = _number(subject)
        name = name or getattr(subject, "name", None) or getattr(subject, "title", None) or ""
    db.session.add(
        AuditEvent(
            at=clock.now(),
            user_id=by.user_id,
            user_name=by.name,
            address=by.address,
            verb=verb,
            subject_kind=str(subject.__tablename__),
            subject_id=number,
            subject_name=str(name)[:200],
            before=before or {},
            after=after or {},
            success=success,
        )
    )
    db.session.flush()


def _number(subject: Model) -> int | None:
    identity = sa.inspect(subject, raiseerr=True).identity
    return identity[0] if identity and isinstance(identity[0], int) else None
