"""CSRF on every POST, headers on every answer, no inline script or style, cookies, rate limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

import config
from tests import factories
from tests.accounts.stage import PASSWORD, account
from trainer import create_app
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.database import db

SignIn = Callable[[User], FlaskClient]
SECRET = {"TRAINER_SECRET_KEY": "for tests only, forty characters long.."}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# Read by machines with a key of their own, so without a session that could be abused.
WITHOUT_CSRF: set[str] = set()


@pytest.fixture
def guarded(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def test_every_post_without_a_token_is_refused(guarded: Flask, sign_in: SignIn) -> None:
    client = sign_in(account())
    values = {"int": 1, "string": "x", "default": "x", "path": "x"}
    answers = {}
    for rule in guarded.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint in WITHOUT_CSRF:
            continue
        address = re.sub(
            r"<(?:(\w+)(?:\(.*?\))?:)?\w+>", lambda m: str(values[m[1] or "default"]), rule.rule
        )
        answers[rule.rule] = client.post(address).status_code
    assert {rule: code for rule, code in answers.items() if code != 400} == {}
    assert len(answers) > 20


def test_a_post_with_the_pages_token_is_taken(guarded: Flask, client: FlaskClient) -> None:
    account(login="planner")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert found is not None
    entries = {"login": "planner", "password": PASSWORD, "csrf_token": found[1]}
    assert client.post("/sign-in", data=entries).status_code == 303
    told = client.post("/settings", data={"locale": "en", "csrf_token": found[1]})
    assert told.status_code == 400  # the token of the session before signing in
    assert "页面打开时间过长" in told.text


@pytest.mark.parametrize("address", ["/sign-in", "/settings", "/nowhere", "/static/trainer.css"])
def test_every_answer_carries_the_headers(sign_in: SignIn, address: str) -> None:
    headers = sign_in(account()).get(address).headers
    assert {
        name: headers.get(name)
        for name in (
            "Content-Security-Policy",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "Referrer-Policy",
            "Permissions-Policy",
            "Cross-Origin-Opener-Policy",
            "Strict-Transport-Security",
        )
    } == {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Strict-Transport-Security": None,
    }


def test_pages_are_not_stored_and_files_are(sign_in: SignIn) -> None:
    client = sign_in(account())
    assert client.get("/settings").headers["Cache-Control"] == "no-store"
    assert "max-age=31536000" in client.get("/static/trainer.css").headers["Cache-Control"]


def test_browsers_are_told_to_stay_with_https(app: Flask) -> None:
    account()
    answer = app.test_client().get("/sign-in", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(("base_url", "secure"), [("https://a.example", True), ("", False)])
def test_cookies_go_only_over_https_where_there_is_https(base_url: str, secure: bool) -> None:
    loaded = config.load({**SECRET, "TRAINER_BASE_URL": base_url})
    assert (loaded["SESSION_COOKIE_SECURE"], loaded["REMEMBER_COOKIE_SECURE"]) == (secure, secure)


def test_cookies_are_kept_from_script_and_other_sites(app: Flask, client: FlaskClient) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    account(login="planner")
    over_tls = {"base_url": "https://localhost"}
    answers = [
        client.post("/sign-in", data={"login": "planner", "password": PASSWORD}, **over_tls),
        client.post("/locale", data={"locale": "en"}, **over_tls),
        client.post("/type", data={"large": "1"}, **over_tls),
    ]
    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in cookies} >= {
        "trainer",
        "trainer_locale",
        "trainer_large",
    }
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_a_session_is_idle_after_half_an_hour_unless_set() -> None:
    assert config.load(SECRET)["IDLE_SIGN_OUT"] == timedelta(minutes=30)
    assert config.load({**SECRET, "TRAINER_IDLE_MINUTES": "10"})["IDLE_SIGN_OUT"] == timedelta(
        minutes=10
    )


@pytest.mark.parametrize("secret", [{}, {"TRAINER_SECRET_KEY": "short"}])
def test_production_does_not_start_without_a_secret(secret: dict[str, str]) -> None:
    with pytest.raises(config.ConfigurationError, match="Set TRAINER_SECRET_KEY"):
        config.load({"TRAINER_ENV": "production", **secret})


def test_too_many_tries_from_one_address_get_a_page(app: Flask, tmp_path: object) -> None:
    account(login="planner")
    db.session.remove()
    limited = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": True,
        }
    )
    client = limited.test_client()
    entries = {"login": "planner", "password": ""}
    codes = [client.post("/sign-in", data=entries).status_code for _ in range(31)]
    assert codes == [422] * 30 + [429]
    last = client.post("/sign-in", data=entries)
    assert ("访问过于频繁" in last.text, int(last.headers["Retry-After"]) <= 60) == (True, True)
    assert client.get("/sign-in").status_code == 200  # the page itself stays open


def test_pages_have_no_inline_script_or_style(sign_in: SignIn) -> None:
    deputy = factories.deputy_user(factories.person())
    pages = {
        **{
            path: sign_in(account(Role.ADMINISTRATOR)).get(path).text
            for path in ("/settings", "/accounts/", "/accounts/new", "/trail/", "/style")
        },
        "deputy": sign_in(deputy).get("/settings").text,
    }
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:")
    assert {path: inline.findall(page) for path, page in pages.items() if inline.search(page)} == {}
