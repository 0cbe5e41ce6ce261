"""A refusal says that the thing is not possible, and leads back to where the user came from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from trainer.accounts.access import signed_in
from trainer.accounts.models import User
from trainer.core.errors import Refused
from trainer.core.text import noop

SignIn = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def refusing_view(app: Flask) -> None:
    @app.post("/test/refuse")
    @signed_in
    def refuse() -> str:
        raise Refused(noop("You cannot change your own role."))


def test_a_refusal_is_no_race(sign_in: SignIn) -> None:
    page = sign_in(factories.user()).post("/test/refuse").text
    assert ("<h1>无法办理</h1>" in page, "已有他人先行修改" in page) == (True, False)


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://localhost/classes/1?tab=a", "/classes/1?tab=a"),
        ("http://elsewhere.example/classes/1", None),
        (None, None),
    ],
)
def test_the_way_back(sign_in: SignIn, came_from: str | None, leads_to: str | None) -> None:
    headers = {"Referer": came_from} if came_from else {}
    page = sign_in(factories.user()).post("/test/refuse", headers=headers).text
    assert ("返回</a>" in page, f'href="{leads_to}"' in page) == (leads_to is not None,) * 2


def test_no_way_back_to_the_same_missing_page(client: FlaskClient) -> None:
    page = client.get("/nothing", headers={"Referer": "http://localhost/nothing"}).text
    assert 'href="/nothing"' not in page
