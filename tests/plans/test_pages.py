"""What the pages of plans show, to whom, and the Excel table."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import load_workbook

from tests import factories
from tests.conftest import SignIn
from tests.plans import stage
from tests.plans.stage import County
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.core.spreadsheet import MEDIA_TYPE
from trainer.plans.models import AnnualPlan, FiveYearPlan
from trainer.plans.rules import Mode, PlanStatus, TargetKind

DAY = date(2017, 2, 20)


@pytest.fixture
def here(app: Flask) -> County:
    """A county whose term holds today, beside another one."""
    stage.county("630222", clock.today().year - 1)
    return stage.county("630223", clock.today().year - 1)


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    """Return the page at *address*, which answers *status*."""
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.text


def test_without_a_term_the_page_says_what_is_missing(app: Flask, sign_in: SignIn) -> None:
    client = sign_in(factories.user(Role.PLANNER, scope=factories.congress()))
    assert "没有可制定计划的届次" in text(client, "/plans/")
    assert client.get("/plans/annual/new").status_code == 404


def test_what_is_missing_says_what_to_do_next(here: County, sign_in: SignIn) -> None:
    page = text(sign_in(here.planner), "/plans/")
    year = clock.today().year
    assert "新建五年计划" in page
    assert f"/plans/annual/new?term={here.term.id}&amp;year={year}" in page
    auditor = factories.user(Role.AUDITOR, scope=here.congress)
    page = text(sign_in(auditor), "/plans/")
    assert "本届尚无五年计划" in page
    assert "新建" not in page
    officer = factories.user(Role.TOWNSHIP_OFFICER, scope=here.township)
    assert "本届五年计划尚未公布" in text(sign_in(officer), "/plans/")


def test_another_term_is_chosen_by_the_address(here: County, sign_in: SignIn) -> None:
    earlier = factories.term(here.congress, 2011, name="上届")
    factories.annual_plan(earlier, 2012, title="2012年计划")
    there = factories.term(factories.congress("630224"))
    client = sign_in(here.planner)
    assert "2012年计划" not in text(client, "/plans/")
    assert "2012年计划" in text(client, f"/plans/?term={earlier.id}")
    for wrong in (there.id, "x", ""):
        text(client, f"/plans/?term={wrong}", 404)


def test_the_list_shows_states_sums_and_targets(here: County, sign_in: SignIn) -> None:
    year = clock.today().year
    plan = factories.annual_plan(here.term, year, title="本年计划", document_number="甲〔2017〕3号")
    stage.add_line(plan, 1, persons=50, runs=2, budget=Decimal("330000.50"))
    stage.draft(here, year, revision=2)
    five_year = factories.five_year_plan(here.term, status=PlanStatus.ADOPTED, adopted_on=DAY)
    stage.add_target(five_year, TargetKind.COVERAGE, None, 95)
    stage.add_target(five_year, TargetKind.PERSON_TIMES, year, 1620)
    page = text(sign_in(here.planner), "/plans/")
    for shown in (
        "本年计划",
        "甲〔2017〕3号",
        "330,000.50",
        "目标 1,620",
        "95%",
        "调整稿（第 2 版）",
    ):
        assert shown in page


# Who may read what


def _readers(of: County) -> dict[str, User]:
    person = factories.person()
    factories.seat(factories.delegation(of.term), person)
    return {
        "planner": of.planner,
        "auditor": factories.user(Role.AUDITOR, scope=of.congress),
        "officer": factories.user(Role.TOWNSHIP_OFFICER, scope=of.township),
        "deputy": factories.deputy_user(person),
        "administrator": factories.user(Role.ADMINISTRATOR, scope=of.congress),
        "neighbour": stage.county("630225", 2016).planner,
    }


@pytest.mark.parametrize(
    ("status", "readers"),
    [
        (PlanStatus.DRAFT, {"planner", "auditor"}),
        (PlanStatus.SUBMITTED, {"planner", "auditor"}),
        (PlanStatus.ADOPTED, {"planner", "auditor"}),
        (PlanStatus.PUBLISHED, {"planner", "auditor", "officer", "deputy"}),
    ],
)
def test_pages_open_to_who_may_read_the_plan(
    here: County, sign_in: SignIn, status: PlanStatus, readers: set[str]
) -> None:
    annual = stage.draft(here, 2017, status=status, adopted_on=DAY)
    planned = stage.add_line(annual)
    five_year = factories.five_year_plan(here.term, status=status, adopted_on=DAY)
    clients = {who: sign_in(user) for who, user in _readers(here).items()}
    for address in (
        f"/plans/annual/{annual.id}",
        f"/plans/annual/{annual.id}/excel",
        f"/plans/annual/{annual.id}/compare",
        f"/plans/annual/{annual.id}/classes/{planned.id}",
        f"/plans/five-year/{five_year.id}",
        f"/plans/five-year/{five_year.id}/compare",
    ):
        answers = {who: client.get(address).status_code for who, client in clients.items()}
        refused = {"administrator": 403}
        expected = {who: 200 if who in readers else refused.get(who, 404) for who in clients}
        assert answers == expected, address


@pytest.mark.parametrize("who", ["auditor", "officer", "deputy", "administrator"])
def test_only_planners_reach_the_forms_and_verbs(here: County, sign_in: SignIn, who: str) -> None:
    plan = stage.draft(here, 2017, status=PlanStatus.PUBLISHED, adopted_on=DAY)
    row = stage.add_line(plan)
    client = sign_in(_readers(here)[who])
    base = f"/plans/annual/{plan.id}"
    for address in ("/plans/annual/new", f"{base}/edit", f"{base}/adopt", f"{base}/return"):
        assert client.get(address).status_code == 403
    for address in (
        "/plans/five-year/",
        *(f"{base}/{verb}" for verb in ("submit", "publish", "amend", "delete")),
        f"{base}/classes/new",
        f"/plans/classes/{row.id}/delete",
        f"/plans/classes/{row.id}/move",
    ):
        assert client.post(address).status_code == 403
    page = client.get(base)
    assert "调整计划" not in page.text


def test_a_planner_of_another_county_reaches_nothing(here: County, sign_in: SignIn) -> None:
    plan = stage.draft(here, 2017)
    row = stage.add_line(plan)
    client = sign_in(_readers(here)["neighbour"])
    for address in (f"/plans/annual/{plan.id}/submit", f"/plans/classes/{row.id}/delete"):
        assert client.post(address).status_code == 404
    assert client.post("/plans/five-year/", data={"term": here.term.id}).status_code == 404
    assert stage.lines(plan) == [(1, 1, stage.LINE.name)]


# The annual plan


def test_the_table_is_filtered_and_sorted_by_the_address(here: County, sign_in: SignIn) -> None:
    plan = factories.annual_plan(here.term, 2017)
    stage.add_line(plan, 1, name="丙班", first_month=9, last_month=11)
    stage.add_line(plan, 2, name="甲班", first_month=3, last_month=3, mode=Mode.ONLINE)
    stage.add_line(plan, 3, name="乙班", first_month=3, last_month=9, persons=10)
    client = sign_in(here.planner)

    def order(query: str = "") -> list[str]:
        page = text(client, f"/plans/annual/{plan.id}{query}")
        body = page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""
        return sorted((n for n in ("甲班", "乙班", "丙班") if n in body), key=body.index)

    assert order() == ["丙班", "甲班", "乙班"]
    assert order("?sort=time") == ["甲班", "乙班", "丙班"]
    assert order("?sort=-persons") == ["丙班", "甲班", "乙班"]
    assert order("?sort=mode") == ["丙班", "乙班", "甲班"]
    assert order("?month=9") == ["丙班", "乙班"]
    assert order("?month=3&mode=online") == ["甲班"]
    assert order("?month=1") == []
    assert order("?month=13&mode=nonsense&sort=nonsense") == ["丙班", "甲班", "乙班"]


def test_lines_move_only_where_the_order_of_the_document_is_shown(
    here: County, sign_in: SignIn
) -> None:
    plan = stage.draft(here, 2017)
    rows = [stage.add_line(plan, n, name=f"{n}班") for n in (1, 2)]
    client = sign_in(here.planner)
    address = f"/plans/annual/{plan.id}"
    assert "/move" in text(client, address)
    for query in ("?sort=name", "?sort=-position", "?month=3"):
        assert "/move" not in text(client, address + query)
    answer = client.post(f"/plans/classes/{rows[1].id}/move", data={"to": "up"})
    assert (answer.status_code, answer.location) == (303, f"{address}#line-2")
    assert stage.lines(plan) == [(2, 1, "2班"), (1, 2, "1班")]


def test_a_plan_in_force_links_to_its_classes(here: County, sign_in: SignIn) -> None:
    old = factories.annual_plan(here.term, 2017)
    new = factories.annual_plan(here.term, 2017, revision=2)
    rows = {plan: stage.add_line(plan, 1) for plan in (old, new)}
    client = sign_in(here.planner)
    for plan, current in ((old, False), (new, True)):
        page = text(client, f"/plans/annual/{plan.id}")
        assert f"/classes/?planned={rows[plan].id}" in page
        assert (f"/classes/new?planned={rows[plan].id}" in page) is current
    assert "已被替代" in text(client, f"/plans/annual/{old.id}")


def test_excel_has_the_official_columns_lines_and_sums(here: County, sign_in: SignIn) -> None:
    plan = stage.draft(here, 2017, title="2017年代表培训计划")
    stage.add_line(plan, 1)
    stage.add_line(
        plan,
        2,
        name="=1+1",
        persons=127,
        runs=1,
        first_month=11,
        last_month=11,
        days=Decimal(2),
        mode=Mode.GUEST,
        budget=Decimal(0),
        budget_source="",
        remark="",
    )
    answer = sign_in(here.planner).get(f"/plans/annual/{plan.id}/excel")
    assert answer.mimetype == MEDIA_TYPE
    sheet = load_workbook(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert sheet == [
        ["2017年代表培训计划", *[""] * 14],
        [
            *("序号", "班次名称", "培训对象", "人数", "期数", "时间", "天数", "地点"),
            *("内容", "形式", "主办", "承办", "经费预算及来源", "责任人", "备注"),
        ],
        [
            *(1, "新任代表初任培训班", "新任县人大代表", 60, 2, "3–4月", 2.5, "县委党校"),
            *("代表法与代表履职", "集中培训", "人代工委", "县委党校"),
            *("36,000.50 元（代表活动经费）", "李明", "分两期"),
        ],
        [
            *(2, "=1+1", "新任县人大代表", 127, 1, "11月", 2, "县委党校"),
            *("代表法与代表履职", "参加其他单位班次", "人代工委", "县委党校"),
            *("", "李明", ""),
        ],
        [
            *("", "合计", "", "247 人次", 3, "", "", "", "", "", "", ""),
            *("36,000.50 元", "", ""),
        ],
    ]


def test_a_planned_class_is_found_under_its_own_plan_only(here: County, sign_in: SignIn) -> None:
    plan, other = stage.draft(here, 2017), stage.draft(here, 2018)
    row = stage.add_line(plan)
    client = sign_in(here.planner)
    assert "36,000.50 元（代表活动经费）" in text(
        client, f"/plans/annual/{plan.id}/classes/{row.id}"
    )
    text(client, f"/plans/annual/{other.id}/classes/{row.id}", 404)
    text(client, f"/plans/annual/{plan.id}/classes/{row.id + 99}/edit", 404)


# Revisions


def test_the_difference_between_two_revisions(here: County, sign_in: SignIn) -> None:
    old = factories.annual_plan(here.term, 2017, preamble="甲。乙。")
    stage.add_line(old, 1, persons=50)
    stage.add_line(old, 2, name="取消的班")
    new = stage.draft(here, 2017, revision=2, preamble="甲。丙。", title=old.title)
    stage.add_line(new, 1, persons=55)
    stage.add_line(new, 3, name="增加的班")
    page = text(sign_in(here.planner), f"/plans/annual/{new.id}/compare")
    assert "第 1 版 → 第 2 版" in page
    for shown in (
        "甲。<del>乙。</del><ins>丙。</ins>",
        "<del>50</del><ins>55</ins>",
        "<del>取消的班</del>",
        "<ins>增加的班</ins>",
    ):
        assert shown in page
    assert "排列顺序有变动" not in page


def test_officers_compare_published_revisions_only(here: County, sign_in: SignIn) -> None:
    officer = factories.user(Role.TOWNSHIP_OFFICER, scope=here.township)
    plans: list[FiveYearPlan] = [
        factories.five_year_plan(here.term, revision=n, status=status, adopted_on=DAY, purpose=text)
        for n, status, text in (
            (1, PlanStatus.PUBLISHED, "一。"),
            (2, PlanStatus.ADOPTED, "二。"),
            (3, PlanStatus.PUBLISHED, "三。"),
        )
    ]
    page = text(sign_in(officer), f"/plans/five-year/{plans[2].id}/compare?with={plans[1].id}")
    assert "<del>一。</del><ins>三。</ins>" in page
    assert "二。" not in page


def test_one_revision_alone_has_nothing_to_compare(here: County, sign_in: SignIn) -> None:
    plan = factories.annual_plan(here.term, 2017)
    page = text(sign_in(here.planner), f"/plans/annual/{plan.id}/compare?with=77")
    assert "目前只有一个版本" in page


# From the first click to the published plan


def test_a_plan_goes_its_whole_way_in_the_browser(here: County, sign_in: SignIn) -> None:
    client = sign_in(here.planner)
    year = clock.today().year
    made = client.post(f"/plans/annual/new?year={year}", data={"title": "计划", "start": "blank"})
    base = made.location
    assert client.post(f"{base}/submit").status_code == 409
    added = client.post(f"{base}/classes/new", data=stage.class_entries(another="1"))
    assert added.location == f"{base}/classes/new"
    assert client.post(f"{base}/submit").location == base
    assert client.get(f"{base}/edit").location == base
    client.post(f"{base}/return", data={"reason": "补充"})
    assert "补充" in text(client, base)
    client.post(f"{base}/submit")
    adoption = {"meeting": "主任会议", "adopted_on": "2017-02-20"}
    assert client.post(f"{base}/adopt", data=adoption).status_code == 409  # wrote it alone
    other = sign_in(factories.user(Role.PLANNER, scope=here.congress))
    assert other.post(f"{base}/adopt", data=adoption).location == base
    assert client.post(f"{base}/publish").location == base
    amended = client.post(f"{base}/amend").location
    assert amended != base
    assert client.post(f"{amended}/delete").location == f"/plans/?term={here.term.id}"
    plan = db.session.query(AnnualPlan).one()
    assert (plan.status, plan.meeting, plan.adopted_on) == (
        PlanStatus.PUBLISHED,
        "主任会议",
        DAY,
    )
    assert stage.trail("plan.publish", "plan.delete") == [
        ("plan.publish", here.planner.name),
        ("plan.delete", here.planner.name),
    ]
