"""Five failures lock an account for five minutes, also when they come at once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.accounts.stage import HASH, PASSWORD, account, events
from tests.parallel import at_once
from trainer.accounts import service
from trainer.accounts.models import User
from trainer.core.database import db

START = "2026-03-02 01:00:00Z"
LOCKED = "请五分钟后再试"


def _try(client: FlaskClient, password: str, login: str = "planner") -> TestResponse:
    return client.post("/sign-in", data={"login": login, "password": password})


def test_the_lock_holds_five_minutes_even_against_the_right_password(client: FlaskClient) -> None:
    account(login="planner", name="甲")
    account(login="other")
    with time_machine.travel(START, tick=False) as clock:
        told = [LOCKED in _try(client, "Wrong-pass-1").text for _ in range(6)]
        assert told == [False] * 5 + [True]
        assert _try(client, PASSWORD).status_code == 422
        assert _try(client, PASSWORD, login="other").status_code == 303
        clock.shift(5 * 60 - 1)
        assert _try(client, PASSWORD).status_code == 422
        clock.shift(1)
        assert _try(client, PASSWORD).status_code == 303
    wrong, locked = {"reason": "wrong_password"}, {"reason": "locked"}
    assert [event[2:] for event in events("user.sign_in") if event[1] == "甲"] == [
        *[(False, wrong)] * 5,
        *[(False, locked)] * 3,
        (True, {}),
    ]


def test_a_sign_in_sets_the_count_back(client: FlaskClient) -> None:
    user = account(login="planner")
    for password in ["Wrong-pass-1"] * 4 + [PASSWORD] + ["Wrong-pass-1"] * 4:
        _try(client, password)
    db.session.refresh(user)
    assert (user.failures, user.locked_until) == (4, None)


def test_of_32_wrong_tries_at_once_five_count(each_app: Flask) -> None:
    user = account(login="planner")
    account(login="other")
    answers = at_once(32, lambda _: _try(each_app.test_client(), "Wrong-pass-1"))
    assert {answer.status_code for answer in answers} == {422}
    assert sum(LOCKED in answer.text for answer in answers) == 27
    db.session.refresh(user)
    assert (user.failures, user.locked_until is not None) == (5, True)
    reasons = [after["reason"] for *_, after in events("user.sign_in")]
    assert sorted(reasons) == ["locked"] * 27 + ["wrong_password"] * 5


def test_others_can_write_while_a_password_is_verified(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(login="planner")
    written: list[int] = []

    def write_meanwhile(password: str, stored: str | None) -> bool:
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=100")
            update = sa.update(User).values(locale="en")
            written.append(connection.execute(update).rowcount)
            connection.commit()
        return stored == HASH

    monkeypatch.setattr(service, "_fits", write_meanwhile)
    assert _try(app.test_client(), PASSWORD).status_code == 303
    assert written == [1]
