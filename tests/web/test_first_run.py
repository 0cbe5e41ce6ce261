"""The first page of an empty installation."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.accounts.stage import events
from tests.parallel import at_once
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people import officers
from trainer.people.models import Congress, Term
from trainer.people.rules import Level

ENTRIES = {
    "level": "county",
    "code": "630223",
    "congress_name": "互助土族自治县人民代表大会",
    "short_name": "互助县",
    "term_name": "第十八届",
    "first_day": "2021-09-28",
    "last_day": "2026-09-27",
    "planner_name": "李规划",
    "planner_login": "Li",
    "planner_password": "Good-pass-1",
    "planner_again": "Good-pass-1",
    "administrator_name": "王管理",
    "administrator_login": "wang",
    "administrator_password": "Other-pass-2",
    "administrator_again": "Other-pass-2",
}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/accounts/"])
def test_an_empty_installation_leads_to_it(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (303, "/first-run")


def test_it_makes_the_county_its_term_and_two_accounts(app: Flask, client: FlaskClient) -> None:
    assert client.get("/first-run").status_code == 200
    answer = client.post("/first-run", data=ENTRIES)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    county = db.session.query(Congress).one()
    assert (county.level, county.code, county.name, county.short_name, county.path) == (
        Level.COUNTY,
        "630223",
        "互助土族自治县人民代表大会",
        "互助县",
        "630223/",
    )
    term = db.session.query(Term).one()
    assert (term.congress_id, term.name, term.first_day, term.last_day) == (
        county.id,
        "第十八届",
        date(2021, 9, 28),
        date(2026, 9, 27),
    )
    accounts = {user.login: user for user in db.session.query(User)}
    assert {
        login: (user.name, user.role, officers.congress_of(user.id))
        for login, user in accounts.items()
    } == {
        "li": ("李规划", Role.PLANNER, county),
        "wang": ("王管理", Role.ADMINISTRATOR, None),
    }
    assert [verb for verb, *_ in events()] == [
        "congress.create",
        "term.create",
        "user.create",
        "user.scope",
        "user.create",
    ]
    assert "初始化完成" in client.get("/sign-in").text
    newcomer = app.test_client()
    for login, password in (("LI", "Good-pass-1"), ("wang", "Other-pass-2")):
        answer = newcomer.post("/sign-in", data={"login": login, "password": password})
        assert answer.status_code == 303


@pytest.mark.parametrize(
    ("first", "last"), [("2021-09-28", date(2026, 9, 27)), ("2024-02-29", date(2029, 2, 27))]
)
def test_a_term_lasts_five_years_unless_said(client: FlaskClient, first: str, last: date) -> None:
    client.post("/first-run", data=ENTRIES | {"first_day": first, "last_day": ""})
    assert db.session.query(Term.last_day).scalar() == last


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"level": "galaxy"}, ["level"]),
        ({"code": "63-02"}, ["code"]),
        ({"code": "6" * 13}, ["code"]),
        ({"congress_name": " "}, ["congress_name"]),
        ({"short_name": "很" * 31}, ["short_name"]),
        ({"term_name": ""}, ["term_name"]),
        ({"first_day": "28.9.2021"}, ["first_day"]),
        ({"first_day": ""}, ["first_day"]),
        ({"last_day": "2021-09-28"}, ["last_day"]),
        ({"planner_name": ""}, ["planner_name"]),
        ({"planner_login": "li gui"}, ["planner_login"]),
        ({"planner_password": "weak", "planner_again": "weak"}, ["planner_password"]),
        ({"planner_again": "Third-pass-3"}, ["planner_again"]),
        ({"administrator_login": "li"}, ["administrator_login"]),
        (
            {"administrator_password": "Wang-pass-2", "administrator_again": "Wang-pass-2"},
            ["administrator_password"],
        ),
        (dict.fromkeys(ENTRIES, ""), sorted(set(ENTRIES) - {"last_day", "planner_again"})),
    ],
)
def test_a_wrong_entry_is_refused_beside_its_field(
    client: FlaskClient, values: dict[str, str], wrong: list[str]
) -> None:
    answer = client.post("/first-run", data=ENTRIES | values)
    told = [name for name in ENTRIES if f'id="{name}-error"' in answer.text]
    if len(wrong) > 1:
        wrong = [name for name in ENTRIES if name in wrong and name != "administrator_again"]
    assert (answer.status_code, told) == (422, wrong)
    assert 'value="李规划"' in answer.text or "planner_name" in values
    assert "Good-pass-1" not in answer.text
    assert (db.session.query(Congress).count(), db.session.query(User).count()) == (0, 0)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_there_is_no_such_page_once_there_is_an_account(client: FlaskClient, method: str) -> None:
    factories.user(Role.DEPUTY)
    assert client.open("/first-run", method=method, data=ENTRIES).status_code == 404
    assert db.session.query(User).count() == 1


def test_of_several_browsers_at_once_one_sets_it_up(each_app: Flask) -> None:
    def post(number: int) -> int:
        entries = {
            "code": f"63022{number}",
            "planner_login": f"planner{number}",
            "administrator_login": f"admin{number}",
        }
        return each_app.test_client().post("/first-run", data=ENTRIES | entries).status_code

    assert sorted(at_once(6, post)) == [303] + [404] * 5
    assert (db.session.query(Congress).count(), db.session.query(User).count()) == (1, 2)
