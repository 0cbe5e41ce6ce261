"""The database itself refuses to change or delete a line of the audit trail."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from trainer.accounts.audit import SYSTEM, audit
from trainer.accounts.models import AuditEvent, User
from trainer.core.database import db


@pytest.mark.parametrize(
    "statement",
    [sa.update(AuditEvent).values(user_name="somebody else"), sa.delete(AuditEvent)],
    ids=["update", "delete"],
)
def test_a_line_stays_as_it_was_written(each_app: Flask, statement: sa.Executable) -> None:
    audit("user.sign_in", User, by=SYSTEM, after={"reason": "unknown_name"})
    db.session.commit()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(statement)
    db.session.rollback()
    assert db.session.scalars(sa.select(AuditEvent.user_name)).all() == ["trainer"]
