"""Adding a deputy by hand: a person with a seat, or a further seat of a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import factories
from tests.people.stage import Stage, end
from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people.models import FixedIncome, Person, Seat
from trainer.people.rules import Election

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def planner(stage: Stage, sign_in: SignIn) -> FlaskClient:
    """The county's planner."""
    return sign_in(factories.user(Role.PLANNER, scope=stage.county))


@pytest.fixture
def typed(stage: Stage) -> dict[str, object]:
    """A good form."""
    return {
        "name": "解 放",
        "birth": "1980.1",
        "phone": "13912345678",
        "delegation": stage.of_b.id,
        "elected_on": "2017-04-01",
        "election": "by_election",
        "newly_elected": "y",
        "district": "第3选区",
        "certificate": "0077",
        "fixed": "no",
    }


def _counts() -> tuple[int, int, int]:
    tables = (Person, Seat, FixedIncome)
    found = [
        db.session.scalar(sa.select(sa.func.count()).select_from(each)) or 0 for each in tables
    ]
    return found[0], found[1], found[2]


def test_a_person_with_a_seat_is_added(
    planner: FlaskClient, stage: Stage, typed: dict[str, object]
) -> None:
    answer = planner.post("/people/new", data=typed)
    person = db.session.scalars(sa.select(Person).filter_by(name="解放")).one()
    seat = db.session.scalars(sa.select(Seat).filter_by(person_id=person.id)).one()
    income = db.session.scalars(sa.select(FixedIncome).filter_by(person_id=person.id)).one()
    assert (answer.status_code, answer.location) == (303, f"/people/{person.id}")
    assert (person.sort_name, person.birth, person.user_id) == ("xie fang", "1980-01", None)
    assert (
        seat.delegation_id,
        seat.elected_on,
        seat.election,
        seat.newly_elected,
        seat.chair,
        seat.district,
        seat.certificate,
        seat.ended_on,
    ) == (
        stage.of_b.id,
        date(2017, 4, 1),
        Election.BY_ELECTION,
        True,
        False,
        "第3选区",
        "0077",
        None,
    )
    assert (income.from_day, income.fixed) == (date(2017, 4, 1), False)
    verbs = db.session.scalars(sa.select(AuditEvent.verb).order_by(AuditEvent.id)).all()
    assert verbs == ["person.create", "seat.create", "person.income"]


def test_income_may_stay_unknown(planner: FlaskClient, typed: dict[str, object]) -> None:
    before = _counts()
    planner.post("/people/new", data={**typed, "fixed": ""})
    assert _counts() == (before[0] + 1, before[1] + 1, before[2])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "请填写姓名。"),
        ("delegation", "", "请选择代表团。"),
        ("delegation", "99999", ""),
        ("elected_on", "", "请选择当选日期。"),
        ("elected_on", "2015-09-01", "本届任期为 2016-10-01 至 2021-09-30"),
        ("elected_on", "2021-10-01", "本届任期为 2016-10-01 至 2021-09-30"),
        ("election", "x", ""),
        ("birth", "2017-40", "请填写出生年月"),
    ],
)
def test_wrong_entries_add_nothing(
    planner: FlaskClient, typed: dict[str, object], field: str, value: str, sentence: str
) -> None:
    before = _counts()
    answer = planner.post("/people/new", data={**typed, field: value})
    beside = answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert (answer.status_code, bool(beside), sentence in beside) == (422, True, True)
    assert all(text in answer.text for text in ("13912345678", "第3选区", "0077"))
    assert _counts() == before


def test_another_townships_delegation_must_be_chosen_with_its_term(
    planner: FlaskClient, stage: Stage, typed: dict[str, object]
) -> None:
    data = {**typed, "delegation": stage.own_b.id}
    answers = [
        planner.post("/people/new", data=data),
        planner.post(f"/people/new?term={stage.term_b.id}", data=data),
    ]
    assert [answer.status_code for answer in answers] == [422, 303]


@pytest.mark.parametrize(
    ("twin", "known"),
    [({"phone": "13900000003"}, "曾国强"), ({"name": "仇文海", "birth": "1966-02"}, "仇文海")],
)
def test_a_person_who_seems_known_must_be_confirmed(
    planner: FlaskClient, stage: Stage, typed: dict[str, object], twin: dict[str, str], known: str
) -> None:
    db.session.get_one(Person, stage.seat_cu.person_id).birth = "1966-02-11"
    before = _counts()
    first = planner.post("/people/new", data={**typed, **twin})
    assert (first.status_code, known in first.text, _counts()) == (422, True, before)
    second = planner.post("/people/new", data={**typed, **twin, "another": "y"})
    assert (second.status_code, _counts()[0]) == (303, before[0] + 1)


def test_a_twin_of_another_county_is_not_shown(
    planner: FlaskClient, typed: dict[str, object]
) -> None:
    elsewhere = factories.delegation(factories.term(factories.congress("630999")))
    factories.seat(elsewhere, factories.person("外县人", phone="13912345678"))
    answer = planner.post("/people/new", data=typed)
    assert (answer.status_code, "外县人" in answer.text) == (422, False)


def test_a_full_delegation_takes_nobody(
    planner: FlaskClient, stage: Stage, typed: dict[str, object]
) -> None:
    stage.of_b.seats = 1
    before = _counts()
    full = planner.post("/people/new", data=typed)
    assert (full.status_code, "1 个名额已满" in full.text, _counts()) == (422, True, before)
    end(stage.seat_cb, date(2017, 3, 1))
    assert planner.post("/people/new", data=typed).status_code == 303


def test_a_further_seat(planner: FlaskClient, stage: Stage, typed: dict[str, object]) -> None:
    person = stage.seat_tb.person_id
    address = f"/people/{person}/seats/new"
    seat = {key: typed[key] for key in ("delegation", "elected_on", "election")}
    codes = [
        planner.get(address).status_code,
        planner.post(address, data={**seat, "elected_on": "x"}).status_code,
        planner.post(address, data=seat).status_code,
    ]
    twice = planner.post(address, data={**seat, "delegation": stage.of_a.id})
    assert (codes, twice.status_code) == ([200, 422, 303], 422)
    assert "已是本届本级人大代表" in twice.text
    seats = db.session.scalars(
        sa.select(Seat.delegation_id).where(Seat.person_id == person).order_by(Seat.id)
    )
    assert list(seats) == [stage.own_b.id, stage.of_b.id]


def test_the_form_waits_for_delegations(planner: FlaskClient, stage: Stage) -> None:
    page = planner.get(f"/people/new?term={stage.past.id}")
    assert (page.status_code, "请先添加本届代表团" in page.text) == (200, True)
    chosen = planner.get(f"/people/new?delegation={stage.of_b.id}").text
    assert f'<option selected value="{stage.of_b.id}">' in chosen
