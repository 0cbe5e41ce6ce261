"""Published plans for everybody, plans as Word papers, revisions as tracked changes, settings."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import SignIn
from tests.plans import stage
from tests.plans.stage import County
from trainer.core import clock
from trainer.core.database import db
from trainer.people.queries import Viewer
from trainer.plans import queries, service
from trainer.plans.models import FiveYearPlan
from trainer.plans.rules import PlanSettings, PlanStatus, TargetKind

PUBLISHED = {"status": PlanStatus.PUBLISHED, "adopted_on": date(2017, 2, 20)}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def here(app: Flask) -> County:
    """The county at work; another one has published plans of the same year."""
    other = stage.county("630222")
    stage.add_line(factories.annual_plan(other.term, 2017, title="邻县计划", **PUBLISHED))
    return stage.county()


def five_year(here: County, **values: Any) -> FiveYearPlan:
    plan = service.create_five_year(here.term, title="五年总体计划", by=here.actor)
    service.update_five_year(
        plan,
        seen=1,
        texts={
            "purpose": "提高**履职**能力。",
            "themes": "一、法律\n- 代表法",
            "bodies": "人代工委",
        },
        targets={
            (TargetKind.COVERAGE, 2017): Decimal(60),
            (TargetKind.COVERAGE, None): Decimal(95),
        },
        emphases={2017: "新任代表初任培训", 2018: ""},
        budget={("县财政", 2017): Decimal(400_000)},
        by=here.actor,
    )
    for name, value in values.items():
        setattr(plan, name, value)
    db.session.flush()
    return plan


# The public page


def test_anybody_reads_a_published_plan_and_nothing_else(here: County, client: FlaskClient) -> None:
    plan = factories.annual_plan(here.term, 2017, title="本县计划", **PUBLISHED)
    stage.add_line(plan, name="赴外培训班", starts=(date(2017, 3, 6),))
    factories.annual_plan(here.term, 2018, title="未公布的计划")
    answer = client.get("/plans/public/630223/2017")
    assert answer.status_code == 200
    assert answer.cache_control.max_age == 300
    for text in ("本县计划", "赴外培训班", "3–4月（3月6日）", "常务委员会"):
        assert text in answer.text
    assert client.get("/plans/public/630223/2018").status_code == 404
    listed = client.get("/plans/public/630223/").text
    assert ("本县计划" in listed, "未公布的计划" in listed, "邻县计划" in listed) == (
        True,
        False,
        False,
    )
    assert client.get("/plans/public/999999/").status_code == 404
    assert client.get(f"/plans/annual/{plan.id}").status_code == 303  # to the sign-in


def test_the_address_stays_while_the_revision_changes(here: County, client: FlaskClient) -> None:
    old = factories.annual_plan(here.term, 2017, title="第一版", **PUBLISHED)
    stage.add_line(old)
    newer = factories.annual_plan(here.term, 2017, title="第二版", revision=2)
    stage.add_line(newer)
    assert "第一版" in client.get("/plans/public/630223/2017").text
    service.publish(newer, by=here.actor)
    page = client.get("/plans/public/630223/2017").text
    assert ("第一版" in page, "第二版" in page) == (False, True)


def test_the_five_year_plan_has_its_page(here: County, client: FlaskClient) -> None:
    five_year(here, **PUBLISHED)
    page = client.get("/plans/public/630223/five-year/2016").text
    for text in ("<b>履职</b>", "<li>代表法</li>", "新任代表初任培训", "县财政", "400,000", "60%"):
        assert text in page
    assert client.get("/plans/public/630223/five-year/2017").status_code == 404


# Word


def paper(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200
    return Document(io.BytesIO(answer.data))


def test_a_plan_is_a_paper_with_its_table_attached(here: County, sign_in: SignIn) -> None:
    plan = factories.annual_plan(
        here.term,
        2017,
        title="2017年计划",
        document_number="互人大〔2017〕3号",
        preamble="为此，制定本计划。",
    )
    stage.add_line(plan, 1, name="赴外培训班", persons=50, runs=2)
    found = paper(sign_in(here.planner), f"/plans/annual/{plan.id}/word")
    lines = [line.text for line in found.paragraphs if line.text]
    assert lines == [
        "互人大〔2017〕3号",
        "2017年计划",
        "为此，制定本计划。",
        "附件：2017年代表培训班次安排表",
        "630223人民代表大会常务委员会",
        "2017年2月20日",
        "附件",
        "2017年代表培训班次安排表",
    ]
    table = found.tables[0]
    assert [cell.text for cell in table.rows[0].cells][:4] == [
        "序号",
        "班次名称",
        "培训对象",
        "人数",
    ]
    assert [cell.text for cell in table.rows[1].cells][:5] == [
        "1",
        "赴外培训班",
        "新任县人大代表",
        "50",
        "2",
    ]
    assert [cell.text for cell in table.rows[2].cells][1:5] == ["合计", "", "100 人次", "2"]
    first, last = found.sections[0], found.sections[-1]
    assert (round(first.top_margin.mm), round(first.left_margin.mm)) == (37, 28)
    assert last.page_width > last.page_height


def test_a_five_year_plan_is_a_paper_with_two_annexes(here: County, sign_in: SignIn) -> None:
    plan = five_year(here)
    found = paper(sign_in(here.planner), f"/plans/five-year/{plan.id}/word")
    lines = [line.text for line in found.paragraphs if line.text]
    for text in (
        "五年总体计划\n（草稿）",
        "一、目的",
        "提高履职能力。",
        "二、培训专题",
        "代表法",
        "四、责任单位",
    ):
        assert text in lines
    assert [len(table.rows) for table in found.tables] == [2, 2]
    assert found.tables[1].rows[1].cells[1].text == "400,000"


def test_a_comparison_is_a_file_of_tracked_changes(here: County, sign_in: SignIn) -> None:
    old = factories.annual_plan(here.term, 2017, preamble="每期五十人。")
    stage.add_line(old, 1, persons=50)
    draft = service.amend(old, by=here.actor)
    draft.preamble = "每期六十人。"  # type: ignore[union-attr]
    line = queries.annual_plan(stage_viewer(here), draft.id)
    assert line is not None
    line.classes[0].persons = 60
    answer = sign_in(here.planner).get(f"/plans/annual/{draft.id}/compare/word")
    body = zipfile.ZipFile(io.BytesIO(answer.data)).read("word/document.xml").decode()
    assert body.count("<w:del ") == body.count("<w:ins ") == 2
    assert "<w:delText" in body
    found = Document(io.BytesIO(answer.data)).element
    removed = ["".join(t.text for t in d.iter(f"{W}delText")) for d in found.iter(f"{W}del")]
    added = ["".join(t.text for t in i.iter(f"{W}t")) for i in found.iter(f"{W}ins")]
    assert (removed, added) == (["每期五十人。", "50"], ["每期六十人。", "60"])


def stage_viewer(here: County) -> Any:
    return Viewer(here.planner.id, here.planner.role, here.congress.id, here.congress.path)


# Five-year parts and the plan made from them


def test_parts_of_a_five_year_plan_are_typed_and_amended(here: County, sign_in: SignIn) -> None:
    plan = five_year(here)
    client = sign_in(here.planner)
    data = {
        "version": str(plan.version),
        "title": "五年计划",
        "themes": "新专题",
        "emphasis_2017": "",
        "emphasis_2018": "专题轮训",
        "amount_1_2017": "",
        "source_1": "县财政",
        "amount_1_2018": "120000",
        "coverage_term": "95",
    }
    assert client.post(f"/plans/five-year/{plan.id}/edit", data=data).status_code == 303
    db.session.expire_all()
    loaded = queries.five_year_plan(stage_viewer(here), plan.id)
    assert loaded is not None
    assert [(row.year, row.text) for row in loaded.emphases] == [(2018, "专题轮训")]
    assert [(row.source, row.year, row.amount) for row in loaded.budgets] == [
        ("县财政", 2018, Decimal(120_000))
    ]
    assert loaded.themes == "新专题"
    nameless = {**data, "version": str(loaded.version), "source_1": ""}
    answer = client.post(f"/plans/five-year/{plan.id}/edit", data=nameless)
    assert (answer.status_code, "请填写经费来源。" in answer.text) == (422, True)
    loaded.status, loaded.adopted_on = PlanStatus.ADOPTED, date(2017, 1, 1)
    draft = service.amend(loaded, by=here.actor)
    copied = queries.five_year_plan(stage_viewer(here), draft.id)
    assert copied is not None
    assert (copied.themes, len(copied.emphases), len(copied.budgets)) == ("新专题", 1, 1)


def test_a_year_is_begun_from_the_five_year_plan(here: County, sign_in: SignIn) -> None:
    five_year(here, status=PlanStatus.ADOPTED, adopted_on=date(2017, 1, 1))
    client = sign_in(here.planner)
    address = f"/plans/annual/new?term={here.term.id}&year=2017"
    assert "60%" in client.get(address).text
    made = client.post(address, data={"title": "2017年计划", "start": "five_year"}).location
    page = client.get(made).text
    for text in ("年度重点：新任代表初任培训", "<li>实有代表覆盖率 60%</li>"):
        assert text in page


# Settings and closing


def test_settings_are_kept(here: County, sign_in: SignIn) -> None:
    client = sign_in(here.planner)
    answer = client.post("/plans/settings", data={"own_adoption": "y", "at_once": "3"})
    assert answer.status_code == 303
    assert queries.plan_settings(here.congress.id) == PlanSettings(own_adoption=True, at_once=3)
    assert client.post("/plans/settings", data={"at_once": "0"}).status_code == 422


def test_a_year_is_closed_on_its_page(here: County, sign_in: SignIn) -> None:
    plan = factories.annual_plan(here.term, 2017)
    client = sign_in(here.planner)
    base = f"/plans/annual/{plan.id}"
    assert f'action="{base}/close"' in client.get(base).text
    assert client.post(f"{base}/close").location == base
    page = client.get(base).text
    assert "年度已关闭" in page
    assert f'action="{base}/amend"' not in page
    assert db.session.get_one(type(plan), plan.id).closed_on == clock.today()
