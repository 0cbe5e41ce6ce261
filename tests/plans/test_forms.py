"""Wrong input: 422, a sentence beside the field, the typed values kept, nothing saved."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from tests import factories
from tests.conftest import SignIn
from tests.plans import stage
from tests.plans.stage import LINE, County
from trainer.core import clock
from trainer.core.database import db
from trainer.plans import service
from trainer.plans.models import AnnualPlan, FiveYearPlan, PlannedClass
from trainer.plans.rules import PlanStatus, TargetKind

FILL_IN = "请填写此项。"
AMOUNT = "请填写数字，例如 1200 或 1200.50。"
WHOLE = "请填写整数，例如 50。"


@pytest.fixture
def here(app: Flask) -> County:
    """The county at work."""
    return stage.county()


def faults(page: str) -> dict[str, str]:
    """Return the sentences that stand beside the fields of a page, by field."""
    found = re.findall(r'id="([\w]+)-error">.*?<span>(.*?)</span>', page, re.S)
    return dict(found)


def typed(page: str, name: str) -> str:
    """Return what stands in a text field of a page."""
    element = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', page)
    assert element, name
    value = re.search(r'value="([^"]*)"', element[0])
    return value[1] if value else ""


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", FILL_IN),
        ("name", " 　", FILL_IN),
        ("name", "班" * 121, "120"),
        ("audience", "", FILL_IN),
        ("audience", "人" * 121, "120"),
        ("persons", "", FILL_IN),
        ("persons", "许多", WHOLE),
        ("persons", "1.5", WHOLE),
        ("persons", "0", "请填写 1 至 9999 之间的数字。"),
        ("persons", "-5", "请填写 1 至 9999 之间的数字。"),
        ("persons", "99999999999999999999", "请填写 1 至 9999 之间的数字。"),
        ("runs", "", FILL_IN),
        ("runs", "100", "请填写 1 至 99 之间的数字。"),
        ("days", "", FILL_IN),
        ("days", "两天", AMOUNT),
        ("days", "0", "请填写 0.5 至 366 之间的数字。"),
        ("days", "2.3", "请填写整天或半天，例如 2 或 2.5。"),
        ("first_month", "5", "截止月份早于起始月份。"),
        ("first_month", "13", ""),
        ("last_month", "x", ""),
        ("mode", "walking", ""),
        ("place", "地" * 121, "120"),
        ("content", "文" * 10_001, "10000"),
        ("host", "办" * 81, "80"),
        ("organiser", "办" * 81, "80"),
        ("budget", "三万", AMOUNT),
        ("budget", "-1", AMOUNT),
        ("budget", "1e5", AMOUNT),
        ("budget", "NaN", AMOUNT),
        ("budget", "1.005", AMOUNT),
        ("budget", "12345678901", AMOUNT),
        ("budget_source", "源" * 81, "80"),
        ("responsible", "人" * 61, "60"),
        ("remark", "注" * 201, "200"),
    ],
)
def test_a_wrong_entry_of_a_class_stands_beside_its_field(
    here: County, sign_in: SignIn, field: str, value: str, sentence: str
) -> None:
    plan = stage.draft(here)
    row = stage.add_line(plan)
    client = sign_in(here.planner)
    at_fault = "last_month" if field == "first_month" and value == "5" else field
    for address in (
        f"/plans/annual/{plan.id}/classes/new",
        f"/plans/annual/{plan.id}/classes/{row.id}/edit",
    ):
        answer = client.post(address, data=stage.class_entries(**{field: value, "version": "1"}))
        assert answer.status_code == 422
        assert set(faults(answer.text)) == {at_fault}
        assert sentence in faults(answer.text)[at_fault]
        kept = {"place": LINE.place, "responsible": LINE.responsible, "budget": "36,000.50"}
        if field in ("persons", "runs", "days", "budget", "place", "responsible"):
            kept[field] = value
        assert {name: typed(answer.text, name) for name in kept} == kept
    assert stage.lines(plan) == [(1, 1, LINE.name)]
    assert service.line_of(db.session.get_one(PlannedClass, row.id)) == LINE


def test_several_wrong_entries_are_all_said(here: County, sign_in: SignIn) -> None:
    plan = stage.draft(here)
    answer = sign_in(here.planner).post(f"/plans/annual/{plan.id}/classes/new", data={})
    assert answer.status_code == 422
    assert set(faults(answer.text)) == {
        *("name", "audience", "mode", "persons", "runs", "days", "first_month", "last_month"),
    }


@pytest.mark.parametrize(
    ("entries", "stored"),
    [
        ({"budget": ""}, {"budget": Decimal(0)}),
        ({"budget": "１２，０００"}, {"budget": Decimal(12000)}),
        ({"persons": " ６０ "}, {"persons": 60}),
        ({"days": "3.0"}, {"days": Decimal(3)}),
        ({"content": "一、\r\n二、"}, {"content": "一、\n二、"}),
        ({"remark": "  "}, {"remark": ""}),
    ],
)
def test_entries_are_read_as_people_write_them(
    here: County, sign_in: SignIn, entries: dict[str, str], stored: dict[str, object]
) -> None:
    plan = stage.draft(here)
    client = sign_in(here.planner)
    answer = client.post(
        f"/plans/annual/{plan.id}/classes/new", data=stage.class_entries(**entries)
    )
    assert answer.status_code == 303
    row = db.session.query(PlannedClass).one()
    assert {name: getattr(row, name) for name in stored} == stored


# The five-year plan


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", FILL_IN),
        ("title", "题" * 121, "120"),
        ("purpose", "文" * 10_001, "10000"),
        ("principles", "文" * 10_001, "10000"),
        ("measures", "文" * 10_001, "10000"),
        ("coverage_2017", "全部", AMOUNT),
        ("coverage_term", "101", "比率不能超过 100%。"),
        ("new_coverage_2021", "-1", AMOUNT),
        ("classes_2018", "12.5", WHOLE),
        ("people_term", "1.1", WHOLE),
        ("cost_2020", "1.234", AMOUNT),
    ],
)
def test_a_wrong_entry_of_the_five_year_plan_stands_beside_its_field(
    here: County, sign_in: SignIn, field: str, value: str, sentence: str
) -> None:
    plan = factories.five_year_plan(here.term, title="旧题")
    stage.add_target(plan, TargetKind.HOURS, None, 104)
    entries = {"version": "1", "title": "新题", "hours_2017": "24.5", field: value}
    answer = sign_in(here.planner).post(f"/plans/five-year/{plan.id}/edit", data=entries)
    assert answer.status_code == 422
    assert set(faults(answer.text)) == {field}
    assert sentence in faults(answer.text)[field]
    assert typed(answer.text, "hours_2017") == "24.5"
    if field not in ("purpose", "principles", "measures"):
        assert typed(answer.text, field) == value
    db.session.expire_all()
    assert plan.title == "旧题"
    assert stage.targets(plan) == {(TargetKind.HOURS, None): Decimal(104)}


def test_texts_and_targets_are_saved_together(here: County, sign_in: SignIn) -> None:
    plan = factories.five_year_plan(here.term)
    stage.add_target(plan, TargetKind.HOURS, 2017, 24)
    client = sign_in(here.planner)
    shown = client.get(f"/plans/five-year/{plan.id}/edit").text
    assert (typed(shown, "hours_2017"), typed(shown, "version")) == ("24", "1")
    entries = {
        "version": "1",
        "title": " 总体计划 ",
        "purpose": "目的",
        "hours_2017": "",
        "coverage_term": "９５",
        "cost_2018": "400,000",
    }
    answer = client.post(f"/plans/five-year/{plan.id}/edit", data=entries)
    assert (answer.status_code, answer.location) == (303, f"/plans/five-year/{plan.id}")
    db.session.expire_all()
    assert (plan.title, plan.purpose, plan.principles) == ("总体计划", "目的", "")
    assert stage.targets(plan) == {
        (TargetKind.COVERAGE, None): Decimal(95),
        (TargetKind.COST, 2018): Decimal(400000),
    }


def test_the_five_year_plan_begins_with_one_click(here: County, sign_in: SignIn) -> None:
    client = sign_in(here.planner)
    answer = client.post("/plans/five-year/", data={"term": here.term.id})
    plan = db.session.query(FiveYearPlan).one()
    assert (answer.status_code, answer.location) == (303, f"/plans/five-year/{plan.id}/edit")
    assert (plan.title, plan.status) == ("代表培训五年总体计划（2016–2021）", PlanStatus.DRAFT)
    assert client.post("/plans/five-year/", data={"term": here.term.id}).status_code == 409


# The annual plan


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ({"title": "", "start": "blank"}, "title"),
        ({"title": "题" * 121, "start": "copy"}, "title"),
        ({"title": "计划", "start": "stars"}, "start"),
    ],
)
def test_a_new_annual_plan_needs_a_title_and_a_beginning(
    here: County, sign_in: SignIn, entries: dict[str, str], field: str
) -> None:
    stage.add_line(factories.annual_plan(here.term, 2017))
    address = f"/plans/annual/new?term={here.term.id}&year=2018"
    answer = sign_in(here.planner).post(address, data=entries)
    assert answer.status_code == 422
    assert set(faults(answer.text)) == {field}
    assert typed(answer.text, "title") == entries["title"]
    assert db.session.query(AnnualPlan).filter_by(year=2018).count() == 0


def test_a_year_that_is_planned_already_is_not_planned_again(here: County, sign_in: SignIn) -> None:
    stage.draft(here, 2018)
    client = sign_in(here.planner)
    address = f"/plans/annual/new?term={here.term.id}&year=2018"
    assert client.get(address).location == f"/plans/?term={here.term.id}"
    answer = client.post(address, data={"title": "我的题", "start": "blank"})
    assert answer.status_code == 422
    assert "该年度已有计划。" in answer.text
    assert typed(answer.text, "title") == "我的题"


def test_the_plan_of_the_year_before_is_offered_and_copied(here: County, sign_in: SignIn) -> None:
    before = factories.annual_plan(here.term, 2017, title="上年计划", preamble="前言")
    stage.add_line(before, 4)
    client = sign_in(here.planner)
    address = f"/plans/annual/new?term={here.term.id}&year=2018"
    page = client.get(address).text
    assert "《上年计划》有1个班次" in page
    assert typed(page, "title") == "2018年代表培训计划"
    answer = client.post(address, data={"title": "2018年计划", "start": "copy"})
    plan = db.session.query(AnnualPlan).filter_by(year=2018).one()
    assert answer.location == f"/plans/annual/{plan.id}"
    assert (plan.preamble, stage.lines(plan)) == ("前言", [(1, 1, LINE.name)])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("title", "", FILL_IN), ("title", "题" * 121, "120"), ("preamble", "文" * 10_001, "10000")],
)
def test_a_wrong_entry_of_the_annual_plan_stands_beside_its_field(
    here: County, sign_in: SignIn, field: str, value: str, sentence: str
) -> None:
    plan = stage.draft(here, title="旧题")
    entries = {"version": "1", "title": "新题", "preamble": "新前言", field: value}
    answer = sign_in(here.planner).post(f"/plans/annual/{plan.id}/edit", data=entries)
    assert answer.status_code == 422
    assert set(faults(answer.text)) == {field}
    assert sentence in faults(answer.text)[field]
    assert ("新前言" if field == "title" else 'value="新题"') in answer.text
    db.session.expire_all()
    assert plan.title == "旧题"


# Approval


@pytest.mark.parametrize("kind", ["five-year", "annual"])
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("meeting", "", FILL_IN),
        ("meeting", "会" * 121, "120"),
        ("adopted_on", "", FILL_IN),
        ("adopted_on", "2017-02-30", ""),
        ("adopted_on", str(clock.today() + timedelta(days=2)), "该日期尚未到来。"),
        ("document_number", "互人大第3号", "请按“机关代字〔年份〕序号”填写"),
        ("document_number", "互" * 61, "60"),
    ],
)
def test_a_wrong_adoption_stands_beside_its_field(
    here: County, sign_in: SignIn, kind: str, field: str, value: str, sentence: str
) -> None:
    plan: AnnualPlan | FiveYearPlan = (
        stage.draft(here, status=PlanStatus.SUBMITTED)
        if kind == "annual"
        else factories.five_year_plan(here.term, status=PlanStatus.SUBMITTED)
    )
    entries = {"meeting": "主任会议", "adopted_on": "2017-02-20", field: value}
    answer = sign_in(here.planner).post(f"/plans/{kind}/{plan.id}/adopt", data=entries)
    assert answer.status_code == 422
    assert set(faults(answer.text)) == {field}
    assert sentence in faults(answer.text)[field]
    for name, kept in entries.items():
        assert typed(answer.text, name) == kept
    db.session.expire_all()
    assert plan.status is PlanStatus.SUBMITTED


@pytest.mark.parametrize("reason", ["", "因" * 401])
def test_sending_back_needs_a_reason_of_some_length(
    here: County, sign_in: SignIn, reason: str
) -> None:
    plan = stage.draft(here, status=PlanStatus.SUBMITTED)
    answer = sign_in(here.planner).post(f"/plans/annual/{plan.id}/return", data={"reason": reason})
    assert (answer.status_code, set(faults(answer.text))) == (422, {"reason"})
    assert reason in answer.text
    db.session.expire_all()
    assert plan.status is PlanStatus.SUBMITTED


def test_forms_that_do_not_fit_the_state_lead_back_to_the_plan(
    here: County, sign_in: SignIn
) -> None:
    adopted, draft = factories.annual_plan(here.term), stage.draft(here, 2018)
    row = stage.add_line(adopted)
    client = sign_in(here.planner)
    base = f"/plans/annual/{adopted.id}"
    for form in ("edit", "classes/new", f"classes/{row.id}/edit", "adopt", "return"):
        assert client.get(f"{base}/{form}").location == base
    for form in ("adopt", "return"):
        answer = client.get(f"/plans/annual/{draft.id}/{form}")
        assert answer.location == f"/plans/annual/{draft.id}"
