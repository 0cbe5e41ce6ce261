"""Pages that hold a term against its plans: what they show, to whom, at the cost of how much."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from python_calamine import load_workbook

from tests import factories
from tests.conftest import SignIn, counted_queries
from tests.plans import stage
from tests.plans.stage import County
from trainer.accounts.rules import Role
from trainer.almanac.models import AlmanacEntry
from trainer.almanac.rules import DayKind
from trainer.core import clock
from trainer.enrolment.models import SeatQuota
from trainer.people.rules import Sex
from trainer.plans.models import AnnualPlan
from trainer.plans.rules import Mode, PlanStatus, TargetKind

YEAR = clock.today().year


@pytest.fixture
def here(app: Flask) -> County:
    """A county whose term holds today, with three deputies, beside another county."""
    stage.county("630222", YEAR - 1)
    county = stage.county("630223", YEAR - 1)
    delegation = factories.delegation(county.term)
    day = county.term.first_day
    for name, new, sex in (("李生梅", True, Sex.FEMALE), ("祁永福", False, Sex.MALE)):
        person = factories.person(name, sex=sex, occupation="农民", ethnicity="土族")
        factories.seat(delegation, person, newly_elected=new, elected_on=day)
    far = factories.person("马海", sex=Sex.MALE, occupation="教师", ethnicity="回族")
    other = factories.delegation(county.term, "丹麻镇代表团")
    factories.seat(other, far, newly_elected=True, elected_on=day)
    plan = factories.five_year_plan(
        county.term, status=PlanStatus.ADOPTED, adopted_on=day, revision=1
    )
    stage.add_target(plan, TargetKind.COVERAGE, YEAR, 90)
    stage.add_target(plan, TargetKind.CLASSES, None, 40)
    return county


def planned(here: County, **values: object) -> AnnualPlan:
    plan = factories.annual_plan(here.term, YEAR)
    last = {"first_month": 12, "last_month": 12, "runs": 1, "persons": 2}
    stage.add_line(plan, 1, **{**last, **values})
    return plan


def test_every_target_stands_against_what_came_of_it(here: County, sign_in: SignIn) -> None:
    client = sign_in(here.planner)
    page = client.get("/reports/targets").text
    assert "0%" in page
    assert "90%" in page
    assert "0/3" in page
    assert "kind=trained" in page
    sheet = client.get("/reports/targets.xlsx").data
    rows = load_workbook(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[2:]] == ["实有代表覆盖率", "培训期数"]


def test_a_past_day_has_the_targets_of_its_day(here: County, sign_in: SignIn) -> None:
    today = clock.today()
    newer = factories.five_year_plan(
        here.term, status=PlanStatus.ADOPTED, adopted_on=today, revision=2
    )
    stage.add_target(newer, TargetKind.COVERAGE, YEAR, 77)
    client = sign_in(here.planner)
    assert "77%" in client.get("/reports/targets").text
    before = client.get(f"/reports/targets?day={today - timedelta(1)}").text
    assert "77%" not in before
    assert "90%" in before


def test_the_untrained_and_what_is_in_sight_for_them(here: County, sign_in: SignIn) -> None:
    planned(here, audience="新任县级人大代表")
    client = sign_in(here.planner)
    page = client.get("/reports/untrained").text
    assert [name in page for name in ("李生梅", "祁永福", "马海")] == [True] * 3
    assert page.count("已安排名额") == 3  # two deputies, and the choice of the filter
    assert page.count("暂无安排") == 2
    rows = _sheet(client.get("/reports/untrained.xlsx").data)
    assert {row[0]: row[6] for row in rows} == {
        "李生梅": "已安排名额",
        "祁永福": "暂无安排",
        "马海": "已安排名额",
    }


def _sheet(data: bytes) -> list[list[Any]]:
    return load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()[2:]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sex=female", ["李生梅"]),
        ("people=回族", ["马海"]),
        ("occupation=农民", ["李生梅", "祁永福"]),
        ("new=0", ["祁永福"]),
        ("q=mahai", []),
        ("q=马", ["马海"]),
        ("prospect=nothing&sort=-name", ["祁永福", "李生梅", "马海"]),
    ],
)
def test_the_list_is_filtered(here: County, sign_in: SignIn, query: str, names: list[str]) -> None:
    data = sign_in(here.planner).get(f"/reports/untrained.xlsx?{query}").data
    assert sorted(str(row[0]) for row in _sheet(data)) == sorted(names)


def test_who_has_a_seat_is_shown_with_the_class(here: County, sign_in: SignIn) -> None:
    planned(here)
    made = factories.training_class(
        here.term, first_day=clock.today() + timedelta(9), last_day=clock.today() + timedelta(9)
    )
    seat = factories.seat(
        factories.delegation(here.term, "第三代表团"), elected_on=here.term.first_day
    )
    factories.add(SeatQuota(class_id=made.id, delegation_id=seat.delegation_id, seats=2, taken=0))
    factories.enrolment(made, seat)
    page = sign_in(here.planner).get("/reports/untrained?prospect=seated").text
    assert f'href="/classes/{made.id}"' in page


def test_the_year_of_a_plan_warns_and_reckons(here: County, sign_in: SignIn) -> None:
    start = date(YEAR, 12, 14)
    plan = planned(here, starts=(start,), audience="新任县级人大代表", days=Decimal(1))
    stage.add_line(
        plan,
        2,
        name="专题班",
        audience="县级人大代表",
        starts=(start,),
        first_month=12,
        last_month=12,
        runs=1,
        persons=1,
        mode=Mode.GATHERED,
    )
    factories.add(
        AlmanacEntry(
            congress_id=here.congress.id,
            kind=DayKind.CONGRESS,
            name="人代会第三次会议",
            first_day=start,
            last_day=start,
        )
    )
    page = sign_in(here.planner).get(f"/reports/plan/{plan.id}").text
    assert "与本级人代会会期冲突" in page
    assert "人代会第三次会议" in page
    assert "同一批代表的两个班次时间重叠" in page
    assert "可以达到" in page
    officer = factories.user(Role.TOWNSHIP_OFFICER, scope=here.township)
    assert sign_in(officer).get(f"/reports/plan/{plan.id}").status_code == 404  # not published
    plan.status = PlanStatus.PUBLISHED
    page = sign_in(officer).get(f"/reports/plan/{plan.id}").text
    assert "可以达到" not in page  # an officer sees some of the deputies only


@pytest.mark.parametrize("address", ["/reports/targets", "/reports/untrained", "/reports/plan/{}"])
def test_pages_take_the_same_statements_for_1_and_60_lines(
    here: County, sign_in: SignIn, address: str
) -> None:
    plan = planned(here)
    client = sign_in(here.planner)
    address = address.format(plan.id)
    client.get(address)
    with counted_queries() as few:
        assert client.get(address).status_code == 200
    delegation = factories.delegation(here.term, "大代表团")
    for number in range(60):
        stage.add_line(plan, number + 2, first_month=12, last_month=12)
        factories.seat(delegation, elected_on=here.term.first_day)
    with counted_queries() as many:
        assert client.get(address).status_code == 200
    assert len(few) == len(many)
