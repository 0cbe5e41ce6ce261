"""What the tests of accounts share: a known password, and the trail in short."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tests import factories
from trainer.accounts import service
from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db

PASSWORD = "Good-pass-1"
HASH = service.hashed(PASSWORD)  # once: it is slow by design
NEW_PASSWORD = "Other-pass-2"


def account(role: Role = Role.PLANNER, **values: Any) -> User:
    """A staff account with PASSWORD, committed."""
    user = factories.user(role, **{"password_hash": HASH, **values})
    db.session.commit()
    return user


def events(verb: str = "") -> list[tuple[str, str, bool, dict[str, Any]]]:
    """Return (verb, user, success, after) of the trail in order, of *verb* alone if given."""
    rows = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id))
    return [
        (row.verb, row.user_name, row.success, row.after) for row in rows if verb in ("", row.verb)
    ]
