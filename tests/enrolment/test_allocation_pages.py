"""The pages of the allocation: demand, reckon, see why, pin, carry out, undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import counted_queries
from tests.enrolment.site import texts
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.enrolment.allocating import allocate_due
from trainer.enrolment.allocation_models import Allocation, AllocationRule
from trainer.enrolment.models import Enrolment, EnrolmentStep, SeatQuota
from trainer.enrolment.rules import AllocationState
from trainer.people.models import Delegation


@dataclass
class Place:
    """Two runs of three places, two delegations with seats, a planner's browser."""

    client: FlaskClient
    runs: list[int]
    people: dict[str, int]

    @property
    def url(self) -> str:
        """The address of the allocation."""
        return f"/classes/{self.runs[0]}/allocation"

    def reckon(self) -> str:
        """Ask for an allocation, let the job run, and return the result's address."""
        answer = self.client.post(f"{self.url}/reckon")
        assert answer.status_code == 303
        allocate_due()
        return str(answer.location)

    def demand(self, **data: Any) -> Any:
        """Send the form of a demand."""
        return self.client.post(f"{self.url}/demands", data=data)

    def lists(self) -> dict[str, int]:
        """Who holds a seat on which run."""
        names = {number: name for name, number in self.people.items()}
        rows = db.session.scalars(sa.select(Enrolment).execution_options(populate_existing=True))
        return {names[row.person_id]: row.class_id for row in rows if row.status.holds_seat}


@pytest.fixture
def place(each_app: Flask) -> Place:
    county = factories.congress()
    term = factories.term(county)
    planned = factories.planned_class(factories.annual_plan(term))
    days = [(date(2017, 6, 5), date(2017, 6, 10)), (date(2017, 9, 11), date(2017, 9, 16))]
    runs = [
        factories.training_class(term, planned, run=n, capacity=3, first_day=first, last_day=last)
        for n, (first, last) in enumerate(days, start=1)
    ]
    people = {}
    for name in ("威远镇代表团", "丹麻镇代表团"):
        whose = factories.delegation(term, name)
        for run in runs:
            factories.quota(run, whose, seats=2)
        for letter in "甲乙丙丁":
            seat = factories.seat(whose, factories.person(f"{name[0]}{letter}"))
            people[f"{name[0]}{letter}"] = seat.person_id
    planner = factories.user(Role.PLANNER, scope=county)
    ids = [run.id for run in runs]
    db.session.commit()
    client = each_app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = planner.get_id(), True
    return Place(client, ids, people)


def _wrong_books() -> list[Any]:
    """Return the quotas whose counter is not the number of those who hold a seat."""
    held = sa.func.count(Enrolment.id).filter(Enrolment.status.in_(["nominated", "confirmed"]))
    rows = db.session.execute(
        sa.select(SeatQuota.id, SeatQuota.taken, held)
        .outerjoin(
            Enrolment,
            sa.and_(
                Enrolment.class_id == SeatQuota.class_id,
                Enrolment.delegation_id == SeatQuota.delegation_id,
            ),
        )
        .group_by(SeatQuota.id, SeatQuota.taken)
    )
    return [row for row in rows if row[1] != row[2]]


def test_reckon_carry_out_and_undo(place: Place) -> None:
    address = place.reckon()
    page = place.client.get(address)
    assert "已证明最优" in page.get_data(as_text=True)
    assert len(texts(page, "//tbody//th[@scope='row']")) == 8
    assert place.lists() == {}
    done = place.client.post(f"{address}/carry-out")
    assert done.status_code == 303
    lists = place.lists()
    assert sorted(lists.values()) == sorted(place.runs * 3)
    assert _wrong_books() == []
    assert place.client.post(f"{address}/carry-out").status_code == 409
    assert place.client.post(f"{address}/undo").status_code == 303
    assert place.lists() == {}
    assert _wrong_books() == []
    steps = db.session.scalars(sa.select(EnrolmentStep.status).order_by(EnrolmentStep.id)).all()
    assert [step.value for step in steps] == ["nominated"] * 6 + ["withdrawn"] * 6
    assert place.client.post(f"{address}/undo").status_code == 409


def test_a_pin_moves_no_more_than_it_must(place: Place) -> None:
    address = place.reckon()
    place.client.post(f"{address}/carry-out")
    before = place.lists()
    name = next(who for who, run in before.items() if run == place.runs[0])
    answer = place.client.post(
        f"{address}/pin", data={"person": place.people[name], "run": place.runs[1]}
    )
    assert answer.status_code == 303
    second = place.reckon()
    text = place.client.get(f"{second}?show=moved").get_data(as_text=True)
    assert "有变动：原在第1期" in text
    place.client.post(f"{second}/carry-out")
    after = place.lists()
    assert after[name] == place.runs[1]
    # the other run is full: one goes the other way, nobody else moves
    assert sum(after.get(who) != run for who, run in before.items()) == 2
    assert _wrong_books() == []


def test_demands_that_contradict_each_other_are_named(place: Place) -> None:
    run = str(place.runs[0])
    assert place.demand(kind="apart", names="威甲、威乙").status_code == 303
    for name in ("威甲", "威乙"):
        assert place.demand(kind="pin", names=name, run=run).status_code == 303
    page = place.client.get(place.reckon())
    assert texts(page, "//ol/li")[-3:] != []
    sentences = {text for text in texts(page, "//main//ol/li") if "威" in text}
    assert sentences == {
        "威甲已指定参加第1期",
        "威乙已指定参加第1期",
        "威甲、威乙不能同时外出",
    }
    rule = db.session.scalars(sa.select(AllocationRule.id)).first()
    assert place.client.post(f"{place.url}/demands/{rule}/remove").status_code == 303
    assert "已证明最优" in place.client.get(place.reckon()).get_data(as_text=True)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"kind": "apart", "names": "威甲"}, "请至少写一名代表；互相关联的至少写两名。"),
        ({"kind": "pin", "names": "威甲"}, "请选择期次。"),
        ({"kind": "stays", "names": "威甲、无此人"}, "查无此人或有重名：无此人"),
        ({"kind": "least", "run": "1"}, "请写明对象和最低人数。"),
    ],
)
def test_a_demand_that_lacks_something_is_refused(
    place: Place, data: dict[str, str], sentence: str
) -> None:
    if "run" in data:
        data = {**data, "run": str(place.runs[0])}
    answer = place.demand(**data)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count(AllocationRule.id))) == 0


def test_lists_that_changed_meanwhile_are_not_overwritten(place: Place) -> None:
    address = place.reckon()
    seat = factories.seat(_first_delegation())
    db.session.commit()
    nominated = place.client.post(
        f"/classes/{place.runs[0]}/participants/add", data={"seat": [seat.id]}
    )
    assert nominated.status_code == 303
    before = {
        row.person_id: row.class_id
        for row in db.session.scalars(sa.select(Enrolment))
        if row.status.holds_seat
    }
    answer = place.client.post(f"{address}/carry-out")
    assert answer.status_code == 409
    assert "各期名单在此期间有变动" in answer.get_data(as_text=True)
    after = db.session.scalars(sa.select(Enrolment).execution_options(populate_existing=True))
    assert {row.person_id: row.class_id for row in after if row.status.holds_seat} == before


def _first_delegation() -> Any:
    return db.session.scalars(sa.select(Delegation).order_by(Delegation.id)).first()


def test_one_reckoning_at_a_time_and_a_killed_one_is_taken_up(place: Place) -> None:
    first = place.client.post(f"{place.url}/reckon").location
    assert place.client.post(f"{place.url}/reckon").location == first
    row = db.session.scalars(sa.select(Allocation)).one()
    row.state, row.seen_at = AllocationState.RUNNING, row.asked_at.replace(year=2016)
    db.session.commit()
    allocate_due()
    db.session.refresh(row)
    assert row.state is AllocationState.OPTIMAL


def test_a_stopped_reckoning_ends(place: Place) -> None:
    address = place.client.post(f"{place.url}/reckon").location
    assert place.client.post(f"{address}/stop").status_code == 303
    page = place.client.get(address).get_data(as_text=True)
    assert "正在寻找最好的安排" in page
    allocate_due()
    state = db.session.scalars(sa.select(Allocation.state)).one()
    assert not state.busy
    assert place.client.post(f"{address}/stop").status_code == 409


def test_the_result_in_excel_and_the_same_queries_for_more_people(place: Place) -> None:
    address = place.reckon()
    file = place.client.get(f"{address}.xlsx")
    assert (file.status_code, file.data[:2]) == (200, b"PK")
    with counted_queries() as few:
        place.client.get(address)
    whose = _first_delegation()
    for _n in range(20):
        factories.seat(whose)
    db.session.commit()
    with counted_queries() as many:
        place.client.get(address)
    assert len(many) == len(few)
