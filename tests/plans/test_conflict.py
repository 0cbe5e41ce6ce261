"""Two planners at once: the second is told, sees both, loses nothing, and chooses."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import SignIn
from tests.plans import stage
from tests.plans.stage import LINE, County
from tests.plans.test_forms import typed
from trainer.accounts.audit import actor_of
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.plans import service
from trainer.plans.models import AnnualPlan, PlannedClass
from trainer.plans.rules import PlanStatus, TargetKind


@pytest.fixture
def here(app: Flask) -> County:
    """The county at work."""
    return stage.county()


def compared(page: str) -> list[tuple[str, str, str]]:
    """Return the lines of the comparison: entry, theirs, mine."""
    block = page.split('<div class="conflict"')[1].split("</tbody>", 1)[0]
    row = r'<th scope="row">(.*?)</th><td[^>]*>(.*?)</td><td[^>]*><b>(.*?)</b></td>'
    return re.findall(row, block, re.S)


def second(here: County, sign_in: SignIn) -> FlaskClient:
    """Return the browser of another planner of the county."""
    return sign_in(factories.user(Role.PLANNER, scope=here.congress, name="祁玉兰"))


def test_the_second_to_save_a_class_sees_both(here: County, sign_in: SignIn) -> None:
    plan = stage.draft(here)
    row = stage.add_line(plan)
    first, other = sign_in(here.planner), second(here, sign_in)
    address = f"/plans/annual/{plan.id}/classes/{row.id}/edit"
    theirs = stage.class_entries(version="1", persons="70", mode="online", last_month="5")
    assert other.post(address, data=theirs).status_code == 303
    mine = stage.class_entries(version="1", persons="80", budget="1", remark="")
    answer = first.post(address, data=mine)
    assert answer.status_code == 409
    assert "祁玉兰 已先保存了修改" in answer.text
    assert compared(answer.text) == [
        ("形式", "线上培训", "集中培训"),
        ("人数", "70", "80"),
        ("截止月份", "5月", "4月"),
        ("经费预算（元）", "36000.5", "1"),
        ("备注", "分两期", "—"),
    ]
    assert [typed(answer.text, name) for name in ("persons", "budget", "remark", "version")] == [
        *("80", "1", "", "2"),
    ]
    db.session.expire_all()
    assert (row.persons, row.version) == (70, 2)


def test_mine_is_saved_over_theirs_when_that_is_meant(here: County, sign_in: SignIn) -> None:
    plan = stage.draft(here)
    row = stage.add_line(plan)
    client = sign_in(here.planner)
    service.update_class(row, seen=1, line=replace(LINE, persons=70), by=here.actor)
    address = f"/plans/annual/{plan.id}/classes/{row.id}/edit"
    mine = stage.class_entries(version="1", persons="80")
    page = client.post(address, data=mine).text
    mine |= {"version": typed(page, "version"), "force": "1"}
    assert client.post(address, data=mine).status_code == 303
    db.session.expire_all()
    assert (row.persons, row.version) == (80, 3)


def test_a_third_save_in_between_is_shown_again(here: County, sign_in: SignIn) -> None:
    plan = stage.draft(here, title="旧")
    client = sign_in(here.planner)
    address = f"/plans/annual/{plan.id}/edit"
    mine = {"version": "1", "title": "我的", "preamble": ""}
    for number in (1, 2):
        service.update_annual(
            plan, seen=number, title=f"他人第{number}次", preamble="", by=here.actor
        )
        page = client.post(address, data={**mine, "force": "1"})
        assert page.status_code == 409
        assert compared(page.text) == [("标题", f"他人第{number}次", "我的")]
        mine["version"] = typed(page.text, "version")
        db.session.expire_all()
    assert client.post(address, data={**mine, "force": "1"}).status_code == 303


def test_theirs_is_taken_by_loading_the_form_anew(here: County, sign_in: SignIn) -> None:
    plan, five_year = stage.draft(here), factories.five_year_plan(here.term)
    row = stage.add_line(plan)
    client = sign_in(here.planner)
    for address in (
        f"/plans/annual/{plan.id}/classes/{row.id}/edit",
        f"/plans/annual/{plan.id}/edit",
        f"/plans/five-year/{five_year.id}/edit",
    ):
        answer = client.post(address, data={"version": "1", "reload": "1", "title": "我的"})
        assert (answer.status_code, answer.location) == (303, address)
        assert client.get(address).status_code == 200
    assert stage.trail() == []


def test_targets_and_texts_are_compared(here: County, sign_in: SignIn) -> None:
    plan = factories.five_year_plan(here.term, title="题")
    client, other = sign_in(here.planner), second(here, sign_in)
    address = f"/plans/five-year/{plan.id}/edit"
    theirs = {"version": "1", "title": "题", "coverage_term": "95", "hours_2017": "24"}
    assert other.post(address, data=theirs).status_code == 303
    answer = client.post(address, data={"version": "1", "title": "新题", "coverage_term": "98"})
    assert answer.status_code == 409
    assert compared(answer.text) == [
        ("标题", "题", "新题"),
        ("实有代表覆盖率（全届）", "95", "98"),
        ("人均学时（2017）", "24", "—"),
    ]
    db.session.expire_all()
    assert stage.targets(plan) == {
        (TargetKind.COVERAGE, None): Decimal(95),
        (TargetKind.HOURS, 2017): Decimal(24),
    }


@pytest.mark.parametrize("version", ["", "x", "99"])
def test_an_unknown_version_never_saves(here: County, sign_in: SignIn, version: str) -> None:
    plan = stage.draft(here, title="旧")
    answer = sign_in(here.planner).post(
        f"/plans/annual/{plan.id}/edit", data={"version": version, "title": "新"}
    )
    assert answer.status_code == 409
    db.session.expire_all()
    assert plan.title == "旧"


def test_what_was_typed_is_kept_when_the_plan_was_submitted_meanwhile(
    here: County, sign_in: SignIn
) -> None:
    plan = stage.draft(here)
    row = stage.add_line(plan)
    client = sign_in(here.planner)
    colleague = factories.user(Role.PLANNER, scope=here.congress)
    service.submit(plan, by=actor_of(colleague, ""))
    mine = stage.class_entries(version="1", persons="80")
    for address in (
        f"/plans/annual/{plan.id}/classes/{row.id}/edit",
        f"/plans/annual/{plan.id}/classes/new",
    ):
        answer = client.post(address, data=mine)
        assert answer.status_code == 409
        assert "只有草稿可以修改" in answer.text
        assert typed(answer.text, "persons") == "80"


def test_what_was_typed_about_a_deleted_class_can_be_added_again(
    here: County, sign_in: SignIn
) -> None:
    plan = stage.draft(here)
    row = stage.add_line(plan)
    client = sign_in(here.planner)
    address = f"/plans/annual/{plan.id}/classes/{row.id}/edit"
    service.delete_class(row, by=here.actor)
    answer = client.post(address, data=stage.class_entries(version="1", persons="80"))
    assert answer.status_code == 409
    assert "该班次已被他人删除" in answer.text
    assert typed(answer.text, "persons") == "80"
    again = re.search(r'<form method="post" action="(/plans/annual/\d+/classes/new)"', answer.text)
    assert again
    assert client.post(again[1], data=stage.class_entries(persons="80")).status_code == 303
    assert db.session.query(PlannedClass.persons).scalar() == 80


def test_nobody_writes_in_a_plan_that_was_adopted_meanwhile(here: County, sign_in: SignIn) -> None:
    plan = stage.draft(here, status=PlanStatus.SUBMITTED, title="旧")
    row = stage.add_line(plan)
    client = sign_in(here.planner)
    service.adopt(plan, meeting="主任会议", on=here.term.first_day, by=here.actor)
    base = f"/plans/annual/{plan.id}"
    assert client.post(f"{base}/edit", data={"version": "2", "title": "新"}).status_code == 409
    for verb in (f"/plans/classes/{row.id}/delete", f"/plans/classes/{row.id}/move"):
        assert client.post(verb).status_code == 409
    assert client.post(f"{base}/return", data={"reason": "迟了"}).status_code == 409
    db.session.expire_all()
    assert (plan.title, plan.status) == ("旧", PlanStatus.ADOPTED)
    assert stage.lines(db.session.get_one(AnnualPlan, plan.id)) == [(1, 1, LINE.name)]
