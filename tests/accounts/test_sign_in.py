"""Signing in and out with name and password."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from tests.accounts.stage import HASH, PASSWORD, account, events
from trainer.accounts import service
from trainer.accounts.models import AuditEvent
from trainer.accounts.rules import Role
from trainer.core.database import db

START = "2026-03-02 01:00:00Z"


def _post(client: FlaskClient, login: str, password: str = PASSWORD) -> TestResponse:
    return client.post("/sign-in", data={"login": login, "password": password})


def test_home_asks_to_sign_in(client: FlaskClient) -> None:
    account()
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/")


def test_staff_sign_in_and_land_at_home(client: FlaskClient) -> None:
    user = account(name="李规划", login="planner")
    account(login="other")
    answer = _post(client, "planner")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "李规划" in client.get("/").text
    assert events() == [("user.sign_in", "李规划", True, {})]
    db.session.refresh(user)
    assert user.last_seen_at is not None


def test_a_sign_in_name_may_be_typed_in_capitals_or_full_width(client: FlaskClient) -> None:
    account(login="planner1")
    assert _post(client, " Ｐlanner１ ").status_code == 303


@pytest.mark.parametrize(("login", "password"), [("planner", "Wrong-pass-1"), ("planner", "")])
def test_a_wrong_password_is_refused_beside_the_form(
    client: FlaskClient, login: str, password: str
) -> None:
    account(login="planner")
    answer = _post(client, login, password)
    assert answer.status_code == 422
    assert 'value="planner"' in answer.text  # what was typed is kept, but not the password
    assert password == "" or password not in answer.text
    assert client.get("/").status_code == 303


def test_failures_are_in_the_trail_with_their_reason(client: FlaskClient) -> None:
    account(login="planner", name="甲")
    account(login="gone", name="乙", active=False)
    _post(client, "planner", "Wrong-pass-1")
    _post(client, "gone")
    assert events() == [
        ("user.sign_in", "甲", False, {"reason": "wrong_password"}),
        ("user.sign_in", "乙", False, {"reason": "out_of_use"}),
    ]


def test_an_unknown_name_is_in_the_trail_without_what_was_typed(client: FlaskClient) -> None:
    account(login="planner")
    answer = _post(client, "My-Secret-9", "My-Secret-9")
    assert answer.status_code == 422
    assert events() == [("user.sign_in", "", False, {"reason": "unknown_name"})]
    row = db.session.scalars(sa.select(AuditEvent)).one()
    kept = {column.key: getattr(row, column.key) for column in sa.inspect(AuditEvent).columns}
    assert "secret" not in json.dumps(kept, default=str).lower()
    assert (row.address, row.subject_kind, row.subject_id) == ("127.0.0.1", "user", None)


def test_unknown_name_and_wrong_password_get_the_same_answer(client: FlaskClient) -> None:
    account(login="planner")
    pages = [_post(client, login, "Wrong-pass-1").text for login in ("nobody", "planner")]
    told = [re.findall(r'(?s)class="error-summary".*?</div>', page) for page in pages]
    assert (told[0], len(told[0])) == (told[1], 1)


def test_a_deputy_cannot_sign_in_with_a_password(client: FlaskClient) -> None:
    factories.deputy_user(factories.person(), login="deputy")
    account()
    assert _post(client, "deputy").status_code == 422


def test_an_account_out_of_use_is_told_so_only_with_its_password(client: FlaskClient) -> None:
    account(login="planner", active=False)
    assert "已停用" in _post(client, "planner").text
    assert "已停用" not in _post(client, "planner", "Wrong-pass-1").text


@pytest.mark.parametrize(
    ("wanted", "location"),
    [
        ("/settings", "/settings"),
        ("/settings?x=1", "/settings?x=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("/no-such-page", "/"),
        ("/sign-out", "/"),  # nothing that only takes a POST
        ("settings", "/"),
    ],
)
def test_only_pages_of_this_site_are_gone_on_to(
    client: FlaskClient, wanted: str, location: str
) -> None:
    account(login="planner")
    answer = client.post(
        "/sign-in", query_string={"next": wanted}, data={"login": "planner", "password": PASSWORD}
    )
    assert (answer.status_code, answer.location) == (303, location)


def test_a_session_holds_nothing_from_before_signing_in(client: FlaskClient) -> None:
    user = account(login="planner")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["_user_id"] = "999.1"
    _post(client, "planner")
    with client.session_transaction() as session:
        assert session["_user_id"] == user.get_id()
        assert "planted" not in session


def test_who_is_signed_in_goes_on_from_the_sign_in_page(client: FlaskClient) -> None:
    account(login="planner")
    _post(client, "planner")
    answer = client.get("/sign-in?next=/settings")
    assert (answer.status_code, answer.location) == (303, "/settings")


def test_signing_out_ends_every_copy_of_the_session(app: Flask, client: FlaskClient) -> None:
    account(login="planner", name="甲")
    _post(client, "planner")
    thief = app.test_client()
    copied = client.get_cookie("trainer")
    assert copied is not None
    thief.set_cookie("trainer", copied.value)
    assert thief.get("/").status_code == 200
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert (client.get("/").status_code, thief.get("/").status_code) == (303, 303)
    assert events("user.sign_out") == [("user.sign_out", "甲", True, {})]


def test_an_idle_session_ends_after_half_an_hour_and_says_why(client: FlaskClient) -> None:
    account(login="planner")
    with time_machine.travel(START, tick=False) as clock:
        _post(client, "planner")
        clock.shift(30 * 60)
        assert client.get("/").status_code == 200  # thirty minutes, and the clock starts anew
        clock.shift(29 * 60)
        assert client.get("/").status_code == 200
        clock.shift(30 * 60 + 1)
        answer = client.get("/settings?x=1")
        assert (answer.status_code, answer.location) == (303, "/sign-in?next=/settings?x%3D1")
        assert "长时间没有操作" in client.get("/sign-in").text
        assert "长时间没有操作" not in client.get("/sign-in").text


def test_idle_staff_are_nobody_on_public_pages_too(client: FlaskClient) -> None:
    user = account(login="planner")
    with time_machine.travel(START, tick=False) as clock:
        _post(client, "planner")
        clock.shift(31 * 60)
        client.post("/locale", data={"locale": "en"})
    db.session.refresh(user)
    assert user.locale == "zh"


def test_a_deputys_own_device_stays_known(app: Flask) -> None:
    deputy = factories.deputy_user(factories.person())
    db.session.commit()
    client = app.test_client()
    with time_machine.travel(START, tick=False) as clock:
        with client.session_transaction() as session:
            session["_user_id"] = deputy.get_id()
        clock.shift(24 * 3600)
        assert client.get("/settings").status_code == 200


def test_a_hash_of_old_parameters_is_renewed_at_sign_in(client: FlaskClient) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    user = account(login="planner", password_hash=weak)
    _post(client, "planner")
    db.session.refresh(user)
    assert user.password_hash not in (None, weak)
    renewed = user.password_hash
    _post(client, "planner")
    db.session.refresh(user)
    assert user.password_hash == renewed  # not at every sign-in


def test_a_password_that_is_changed_meanwhile_does_not_let_the_old_one_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = account(login="planner")

    def slow(password: str, stored: str | None) -> bool:
        user.password_hash = "another"
        db.session.commit()
        return stored == HASH

    monkeypatch.setattr(service, "_fits", slow)
    with pytest.raises(Exception, match="do not fit"):
        service.authenticate(login="planner", password=PASSWORD, address="")


def test_a_long_password_is_refused_before_it_is_hashed(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(login="planner")
    monkeypatch.setattr(service, "_fits", lambda *_: pytest.fail("hashed"))
    assert _post(client, "planner", "x" * 129).status_code == 422


def test_roles_see_their_own_navigation(client: FlaskClient) -> None:
    account(Role.ADMINISTRATOR, login="admin")
    _post(client, "admin")
    page = client.get("/").text
    assert ('href="/accounts/"' in page, 'href="/trail/"' in page) == (True, True)
