"""Signing in and out with name and password."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests import factories
from trainer.accounts import service
from trainer.accounts.audit import SYSTEM
from trainer.accounts.rules import Role
from trainer.core.database import db


def _planner() -> None:
    service.create_user(
        login="planner", name="李规划", role=Role.PLANNER, password="Good-pass-1", by=SYSTEM
    )
    factories.user(Role.PLANNER, login="other")
    db.session.commit()


def test_home_asks_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/")
