"""Every route × every role: the answer is what `tests.web.routes` declares, and no GET writes."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests import world
from tests.conftest import Browser, counted_queries
from tests.web.routes import ARGUMENTS, EXPECTED, LETTERS, ODD
from trainer import create_app
from trainer.accounts.access import declared_access
from trainer.accounts.rules import Role
from trainer.accounts.service import LINK_PURPOSE
from trainer.calendars.site import site_of
from trainer.core import clock, tokens
from trainer.core.database import db

NOBODY = None
ROLES = [NOBODY, *Role]
ANSWERED = {200, 302, 303, 304}
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE)\b", re.IGNORECASE)


def _configured(url: str) -> Flask:
    return create_app(
        {
            "SQLALCHEMY_DATABASE_URI": url,
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": False,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": False,
            "BASE_URL": "http://localhost",
        }
    )


def _rules() -> list[Rule]:
    rules = _configured("sqlite://").url_map.iter_rules()
    return sorted((rule for rule in rules if rule.endpoint != "static"), key=str)


RULES = _rules()


@dataclass
class Place:
    """The application on a world of its own that is put back after each change."""

    app: Flask
    database: Path
    saved: Path
    identities: dict[Role, str]
    values: dict[str, int | str]

    def restore(self) -> None:
        """Put the world back as it was."""
        db.session.remove()
        with sqlite3.connect(self.saved) as saved, sqlite3.connect(self.database) as database:
            saved.backup(database)  # others, as the gate of the feeds, keep it open
        saved.close()
        database.close()

    def client(self, role: Role | None) -> FlaskClient:
        """A browser signed in as the account of *role*."""
        client = self.app.test_client()
        if role is not None:
            with client.session_transaction() as session:
                session["_user_id"] = self.identities[role]
        return client

    def address(self, rule: Rule) -> str:
        """The address of *rule* for the rows of the world."""
        chosen = {
            name: self._value(rule, name) for name in rule.arguments - set(rule.defaults or ())
        }
        with self.app.test_request_context():
            built = rule.build(chosen)
        assert built is not None
        return built[1]

    def _value(self, rule: Rule, name: str) -> int | str:
        fragments = [key for key in ARGUMENTS if name in key and key in rule.rule]
        assert fragments, (
            f"{rule.rule}: add the argument {name!r} to ARGUMENTS in tests/web/routes.py, "
            "and its row to tests/world.py"
        )
        return self.values[ARGUMENTS[max(fragments, key=len)]]


@pytest.fixture(scope="module")
def place(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("access")
    database, saved = folder / "trainer.sqlite", folder / "saved.sqlite"
    shutil.copy(template_database, database)
    app = _configured(f"sqlite:///{database}")
    app.test_client_class = Browser
    with app.app_context():
        made = world.build()
        deputy = made.users[Role.DEPUTY]
        token = tokens.make(app.config["SECRET_KEY"], LINK_PURPOSE, deputy.id, deputy.link_version)
        identities = {role: user.get_id() for role, user in made.users.items()}
        values: dict[str, int | str] = {**made.ids, "year": clock.today().year, "link_token": token}
        values |= {"code": "630223", "term_year": clock.today().year - 1}
        values["conflict_key"] = "lunch:x"
        values["feed_token"] = site_of(app.config).token(made.ids["feed_id"], 2)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copy(database, saved)
        yield Place(app, database, saved, identities, values)
        db.engine.dispose()


def test_every_route_is_declared_in_the_table() -> None:
    assert {rule.endpoint for rule in RULES} == set(EXPECTED)


@pytest.mark.parametrize("endpoint", sorted(EXPECTED))
def test_the_declaration_is_the_one_in_the_table(place: Place, endpoint: str) -> None:
    letters = EXPECTED[endpoint].upper()
    expected = frozenset() if letters == "*" else {LETTERS[letter] for letter in letters}
    assert declared_access(place.app, endpoint) == expected


def _expected(rule: Rule, role: Role | None) -> str:
    letters = EXPECTED.get(rule.endpoint, "")
    if letters == "*":
        return "answered"
    if role is NOBODY:
        return "sign in"
    for letter in letters:
        if LETTERS[letter.upper()] is role:
            return "answered" if letter.isupper() else "not theirs"
    return "forbidden"


def _outcome(rule: Rule, method: str, answer: TestResponse) -> str:
    status = answer.status_code
    if status == 303 and answer.location.partition("?")[0] == "/sign-in":
        return "sign in"
    if status == ODD.get(rule.endpoint):
        return "answered"
    if status in ANSWERED or (method != "GET" and status in (400, 409, 422)):
        return "answered"
    return {403: "forbidden", 404: "not theirs"}.get(status, str(status))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.endpoint} {rule.rule}")
def test_every_role_gets_what_the_table_says(place: Place, rule: Rule) -> None:
    address = place.address(rule)
    told, expected = {}, {}
    for role in ROLES:
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            with counted_queries() as statements:
                answer = place.client(role).open(address, method=method)
            writes = [statement for statement in statements if WRITES.match(statement)]
            if method == "GET":
                assert writes == [], f"GET {address} writes"
            elif writes:
                place.restore()
            who = f"{method} by {role.value if role else 'nobody'}"
            told[who] = _outcome(rule, method, answer)
            expected[who] = _expected(rule, role)
            if rule.endpoint == "accounts.sign_out":
                expected[who] = "sign in"  # is where signing out leads to
    wrong = {who: (told[who], expected[who]) for who in told if told[who] != expected[who]}
    assert wrong == {}, "answers of the application, and what the table expects"
