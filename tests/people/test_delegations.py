"""The delegations of a term: listed with seats and deputies in office, added, corrected."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import counted_queries
from tests.people.stage import Stage, end
from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people.models import Delegation, Suspension

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def planner(stage: Stage, sign_in: SignIn) -> FlaskClient:
    """The county's planner."""
    return sign_in(factories.user(Role.PLANNER, scope=stage.county))


def _rows(page: str) -> list[list[str]]:
    body = page.partition("<tbody>")[2].partition("</table>")[0]
    rows = [re.sub(r"<a class=.*", "", row) for row in body.split("<tr>")[1:]]
    return [
        [text.strip() for text in re.findall(r">([^<>]+)<", row) if text.strip()] for row in rows
    ]


def test_seats_and_deputies_in_office(planner: FlaskClient, stage: Stage) -> None:
    end(stage.seat_cb, date(2017, 4, 1))
    factories.add(Suspension(seat_id=stage.seat_cu.id, from_day=date(2017, 5, 1)))
    factories.user(Role.TOWNSHIP_OFFICER, scope=stage.a, name="王专干")
    factories.user(Role.TOWNSHIP_OFFICER, scope=stage.a, name="前专干", active=False)
    assert _rows(planner.get("/people/delegations").text) == [
        ["甲镇代表团", "甲镇", "王专干", "10", "2", "0", "8"],
        ["乙镇代表团", "乙镇", "尚未指定专干", "10", "0", "0", "10"],
        ["县直代表团", "互助县", "10", "0", "1", "9"],
        ["合计", "30", "2", "1", "27"],
    ]


def test_queries_are_constant(planner: FlaskClient, stage: Stage) -> None:
    with counted_queries() as few:
        planner.get("/people/delegations")
    for number in range(30):
        factories.seat(factories.delegation(stage.term, f"第{number}代表团", unit=stage.a))
    with counted_queries() as many:
        assert planner.get("/people/delegations").status_code == 200
    assert len(many) == len(few)


def test_a_delegation_is_added(planner: FlaskClient, stage: Stage) -> None:
    address = f"/people/delegations/new?term={stage.term.id}"
    data = {"name": "丙镇代表团", "seats": "１２", "unit": stage.a.id}
    answer = planner.post(address, data=data)
    row = db.session.scalars(sa.select(Delegation).filter_by(name="丙镇代表团")).one()
    assert (answer.status_code, answer.location) == (
        303,
        f"/people/delegations?term={stage.term.id}",
    )
    assert (row.term_id, row.seats, row.unit_id, row.position) == (
        stage.term.id,
        12,
        stage.a.id,
        4,
    )
    again = planner.post(address, data=data)
    assert (again.status_code, "本届已有同名代表团" in again.text) == (422, True)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "请填写代表团名称。"),
        ("seats", "", "请填写代表名额。"),
        ("seats", "many", "many"),
        ("seats", "0", "1 至 3000"),
        ("seats", "3001", "1 至 3000"),
        ("unit", "99999", ""),
    ],
)
def test_wrong_entries_are_explained(
    planner: FlaskClient, stage: Stage, field: str, value: str, sentence: str
) -> None:
    data = {"name": "丙镇代表团", "seats": "12", "unit": "", field: value}
    answer = planner.post(f"/people/delegations/new?term={stage.term.id}", data=data)
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_a_delegation_is_corrected(planner: FlaskClient, stage: Stage) -> None:
    address = f"/people/delegations/{stage.of_a.id}"
    assert 'value="甲镇代表团"' in planner.get(address).text
    few = planner.post(address, data={"name": "甲镇代表团", "seats": "1", "unit": stage.a.id})
    good = planner.post(address, data={"name": "新甲代表团", "seats": "2", "unit": ""})
    row = db.session.get_one(Delegation, stage.of_a.id, populate_existing=True)
    assert (few.status_code, "现有 2 名代表" in few.text, good.status_code) == (422, True, 303)
    assert (row.name, row.seats, row.unit_id) == ("新甲代表团", 2, None)
    events = db.session.scalars(sa.select(AuditEvent.verb)).all()
    assert events == ["delegation.update"]


def test_empty_pages_say_what_to_do(planner: FlaskClient, stage: Stage, sign_in: SignIn) -> None:
    nobody = sign_in(factories.user(Role.PLANNER))
    page = planner.get(f"/people/delegations?term={stage.past.id}").text
    assert "还没有代表团" in page
    assert "还没有届次" in nobody.get("/people/delegations").text
    assert nobody.get("/people/delegations/new").status_code == 404
