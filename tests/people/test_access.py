"""Who may open the pages of people, and that nobody reaches another township's deputies."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from tests import factories
from tests.people.stage import Stage, names_in
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.database import db

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def officer(stage: Stage, sign_in: SignIn) -> FlaskClient:
    """The officer of township A."""
    return sign_in(factories.user(Role.TOWNSHIP_OFFICER, scope=stage.a))


def test_roles_without_right_are_refused(stage: Stage, sign_in: SignIn) -> None:
    administrator = sign_in(factories.user(Role.ADMINISTRATOR))
    deputy = sign_in(factories.deputy_user(stage.chair))
    addresses = (
        "/people/",
        "/people/export.xlsx",
        f"/people/{stage.chair.id}",
        f"/people/{stage.chair.id}/card",
        "/people/cards",
        "/people/delegations",
    )
    assert {
        client.get(address).status_code
        for client in (administrator, deputy)
        for address in addresses
    } == {403}


def test_strangers_are_asked_to_sign_in(client: FlaskClient, stage: Stage) -> None:
    answer = client.get("/people/?q=a")
    assert (answer.status_code, answer.location) == (303, "/first-run")
    factories.user(Role.PLANNER)
    assert client.get("/people/?q=a").location == "/sign-in?next=/people/?q%3Da"


def test_only_planners_change_persons_and_seats(stage: Stage, sign_in: SignIn) -> None:
    person, seat = stage.seat_ta.person_id, stage.seat_ta.id
    addresses = (
        "/people/new",
        f"/people/{person}/edit",
        f"/people/{person}/income",
        f"/people/{person}/seats/new",
        f"/people/seats/{seat}/end",
        f"/people/seats/{seat}/suspend",
        f"/people/seats/{seat}/restore",
        f"/people/seats/{seat}/move",
        "/people/delegations/new",
        f"/people/delegations/{stage.own_a.id}",
    )
    others = [
        sign_in(factories.user(role, scope=scope))
        for role, scope in (
            (Role.TOWNSHIP_OFFICER, stage.a),
            (Role.AUDITOR, stage.county),
            (Role.ADMINISTRATOR, None),
        )
    ]
    assert {client.post(address).status_code for client in others for address in addresses} == {403}


def test_an_officer_sees_the_own_township_whatever_the_address(
    officer: FlaskClient, stage: Stage
) -> None:
    addresses = [
        "/people/",
        f"/people/?congress={stage.b.id}",
        f"/people/?congress={stage.county.id}",
        f"/people/?term={stage.term_b.id}",
        f"/people/?delegation={stage.of_b.id}",
        f"/people/?delegation={stage.own_b.id}",
        f"/people/?term={stage.term.id}&delegation={stage.of_b.id}&all=1",
        f"/people/?q=zeng&congress={stage.county.id}",
    ]
    own, county = ["单小军", "尉迟玉"], ["李生梅", "单小军"]
    assert [names_in(officer.get(address).text) for address in addresses] == [
        own,
        own,
        county,
        own,
        own,
        own,
        county,
        [],
    ]


def test_an_officer_exports_the_own_township_alone(officer: FlaskClient, stage: Stage) -> None:
    data = officer.get(f"/people/export.xlsx?term={stage.term.id}&delegation={stage.of_b.id}").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[2:]] == ["李生梅", "单小军"]


def test_an_officer_finds_no_other_person_or_card(officer: FlaskClient, stage: Stage) -> None:
    foreign = [stage.seat_cb.person_id, stage.seat_cu.person_id, stage.seat_tb.person_id, 99999]
    codes = {
        officer.open(address.format(person), method=method).status_code
        for person in foreign
        for method, address in (
            ("GET", "/people/{}"),
            ("GET", "/people/{}/card"),
            ("POST", "/people/{}/link"),
            ("POST", "/people/{}/link/revoke"),
        )
    }
    assert codes == {404}


def test_an_officer_prints_and_issues_no_other_delegation(
    officer: FlaskClient, stage: Stage
) -> None:
    factories.deputy_user(db.session.get_one(type(stage.chair), stage.seat_cb.person_id))
    page = officer.get(f"/people/cards?delegation={stage.of_b.id}")
    issue = officer.post("/people/cards", data={"delegation": stage.of_b.id})
    assert (page.status_code, "曾国强" in page.text, issue.status_code) == (200, False, 404)


def test_an_officer_sees_the_own_delegations_alone(officer: FlaskClient, stage: Stage) -> None:
    addresses = ["", f"?term={stage.term.id}", f"?term={stage.term_b.id}"]
    assert [names_in(officer.get(f"/people/delegations{each}").text) for each in addresses] == [
        ["甲镇代表"],
        ["甲镇代表团"],
        ["甲镇代表"],
    ]


def test_a_planner_of_another_county_finds_nobody(stage: Stage, sign_in: SignIn) -> None:
    other = sign_in(factories.user(Role.PLANNER, scope=factories.congress("630999")))
    person, seat = stage.seat_ta.person_id, stage.seat_ta.id
    addresses = [
        f"/people/{person}",
        f"/people/{person}/edit",
        f"/people/{person}/income",
        f"/people/{person}/seats/new",
        f"/people/{person}/card",
        f"/people/seats/{seat}/end",
        f"/people/seats/{seat}/suspend",
        f"/people/seats/{seat}/restore",
        f"/people/delegations/{stage.own_a.id}",
    ]
    assert {other.get(address).status_code for address in addresses} == {404}


def test_auditors_read_without_phone_numbers(stage: Stage, sign_in: SignIn) -> None:
    auditor = sign_in(factories.user(Role.AUDITOR, scope=stage.county))
    pages = [
        auditor.get("/people/").text,
        auditor.get(f"/people/{stage.chair.id}").text,
        str(auditor.get("/people/export.xlsx").data),
    ]
    assert ["13900000001" in page for page in pages] == [False, False, False]
    assert names_in(auditor.get("/people/?q=0001").text) == []
    assert auditor.get(f"/people/{stage.chair.id}/card").status_code == 403
