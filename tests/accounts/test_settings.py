"""Own settings: language, type size, password."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.accounts.stage import NEW_PASSWORD, PASSWORD, account, events
from trainer.accounts import service
from trainer.accounts.audit import SYSTEM
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.database import db

SignIn = Callable[[User], FlaskClient]
CHANGE = {"present": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}


def test_language_and_type_are_kept_with_the_account(sign_in: SignIn) -> None:
    user, other = account(), account()
    client = sign_in(user)
    answer = client.post("/settings", data={"locale": "en", "large_type": "y"})
    assert (answer.status_code, answer.location) == (303, "/settings")
    page = client.get("/settings").text
    assert ('<html lang="en" class="large">' in page, "My settings" in page) == (True, True)
    db.session.refresh(other)
    assert (user.locale, user.large_type, other.locale, other.large_type) == (
        "en",
        True,
        "zh",
        False,
    )
    assert events() == [
        ("user.settings", user.name, True, {"locale": "en", "large_type": True}),
    ]


def test_saving_the_same_again_leaves_no_trace(sign_in: SignIn) -> None:
    client = sign_in(account())
    assert client.post("/settings", data={"locale": "zh"}).status_code == 303
    assert events() == []


def test_an_unknown_language_is_refused_beside_its_field(sign_in: SignIn) -> None:
    answer = sign_in(account()).post("/settings", data={"locale": "fr"})
    assert (answer.status_code, 'id="locale-error"' in answer.text) == (422, True)


def test_a_deputy_has_settings_without_a_password(app: Flask, sign_in: SignIn) -> None:
    client = sign_in(factories.deputy_user(factories.person()))
    page = client.get("/settings")
    assert (page.status_code, "/settings/password" in page.text) == (200, False)
    assert client.post("/settings/password", data=CHANGE).status_code == 403


def test_the_password_is_changed_and_other_sessions_end(sign_in: SignIn) -> None:
    user = account(login="planner")
    client, elsewhere = sign_in(user), sign_in(user)
    answer = client.post("/settings/password", data=CHANGE)
    assert (answer.status_code, answer.location) == (303, "/settings")
    assert (client.get("/settings").status_code, elsewhere.get("/settings").status_code) == (
        200,
        303,
    )
    service.authenticate(login="planner", password=NEW_PASSWORD, address="")
    assert events("user.password") == [
        (
            "user.password",
            user.name,
            True,
            {"password_hash": "•••", "session_version": 2},
        )
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"present": "Wrong-pass-1"}, "present"),
        ({"present": ""}, "present"),
        ({"new": "short", "again": "short"}, "new"),
        ({"new": "", "again": ""}, "new"),
        ({"new": PASSWORD, "again": PASSWORD}, "new"),
        ({"again": "Third-pass-3"}, "again"),
    ],
)
def test_a_wrong_entry_is_refused_beside_its_field(
    sign_in: SignIn, values: dict[str, str], field: str
) -> None:
    answer = sign_in(account(login="planner")).post("/settings/password", data=CHANGE | values)
    wrong = [name for name in CHANGE if f'id="{name}-error"' in answer.text]
    assert (answer.status_code, wrong) == (422, [field])
    service.authenticate(login="planner", password=PASSWORD, address="")


def test_a_wrong_present_password_is_in_the_trail(sign_in: SignIn) -> None:
    user = account()
    sign_in(user).post("/settings/password", data=CHANGE | {"present": "Wrong-pass-1"})
    assert events() == [("user.password", user.name, False, {"reason": "wrong_password"})]


def test_a_password_made_by_somebody_else_is_changed_before_all_else(sign_in: SignIn) -> None:
    user = account(Role.ADMINISTRATOR)
    service.reset_password(user, new=NEW_PASSWORD, by=SYSTEM)
    client = sign_in(user)
    answer = client.get("/accounts/")
    assert (answer.status_code, answer.location) == (303, "/settings")
    change = {"present": NEW_PASSWORD, "new": PASSWORD, "again": PASSWORD}
    assert client.post("/settings/password", data=change).status_code == 303
    assert client.get("/accounts/").status_code == 200


def test_a_language_is_chosen_without_an_account(client: FlaskClient) -> None:
    account()
    answer = client.post("/locale", data={"locale": "en", "next": "/sign-in?next=/"})
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/")
    client.post("/type", data={"large": "1", "next": "//evil.example"})
    assert '<html lang="en" class="large">' in client.get("/sign-in").text
    client.post("/locale", data={"locale": "fr"})
    client.post("/type", data={"large": "0"})
    assert '<html lang="en">' in client.get("/sign-in").text


def test_a_language_is_chosen_from_the_head_of_any_page(sign_in: SignIn) -> None:
    user = account()
    answer = sign_in(user).post("/locale", data={"locale": "en", "next": "/sign-out"})
    assert (answer.location, user.locale) == ("/", "en")  # /sign-out cannot be opened
