"""The whole table on one page: typed, pasted, ordered, read from Excel; two planners at once."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import SignIn, counted_queries
from tests.plans import stage
from tests.plans.stage import LINE, County
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.spreadsheet import workbook
from trainer.plans import grid, service
from trainer.plans.lines import StaleLines, TypedLine, classes_of, line_of
from trainer.plans.models import AnnualPlan, PlannedClass
from trainer.plans.rules import Audience, Mode, PlanStatus

HEADS = ["序号", "班次名称", "培训对象", "人数", "期数", "时间", "天数", "形式", "经费预算及来源"]
NEW = ["1", "预算专题班", "财经小组", "30人", "一期", "6月12日", "1", "集中", "0.5万元（县财政）"]


@pytest.fixture
def here(app: Flask) -> County:
    """The county at work; another one with a table stands beside it."""
    stage.add_line(stage.draft(stage.county("630222")), 7, name="邻县班次")
    return stage.county()


@pytest.fixture
def plan(here: County) -> AnnualPlan:
    """A draft with three lines."""
    made = stage.draft(here)
    for number, name in enumerate(("甲", "乙", "丙"), start=1):
        stage.add_line(made, number, name=name)
    return made


def sent(plan: AnnualPlan, changed: Mapping[str, str] | None = None, more: int = 0) -> Any:
    """Return what a browser sends for the page of the table as it was served, but for *changed*."""
    db.session.expire_all()
    plan = db.session.get_one(AnnualPlan, plan.id)
    db.session.refresh(plan, ["classes"])
    data: dict[str, Any] = {"row": []}
    for number, row in enumerate(grid.of_plan(plan, more), start=1):
        data["row"].append(row.key)
        data |= {f"{row.key}.{name}": text for name, text in row.cells.items()}
        data |= {f"{row.key}.no": str(number), f"{row.key}.was": row.was}
        if row.planned_id:
            data |= {f"{row.key}.id": str(row.planned_id), f"{row.key}.seen": str(row.seen)}
    return {**data, **(changed or {})}


def names(plan: AnnualPlan) -> list[str]:
    return [name for _line, _position, name in stage.lines(plan)]


def rows_of(plan: AnnualPlan) -> list[PlannedClass]:
    db.session.expire_all()
    return classes_of(plan.id)


def as_typed(rows: Iterable[PlannedClass]) -> list[TypedLine]:
    return [TypedLine(row.id, line_of(row), row.version, touched=False) for row in rows]


# The verb


def test_a_table_adds_changes_deletes_and_orders_at_once(here: County, plan: AnnualPlan) -> None:
    first, second, third = rows_of(plan)
    typed = [
        TypedLine(None, replace(LINE, name="丁")),
        TypedLine(third.id, replace(line_of(third), persons=99), third.version),
        TypedLine(first.id, line_of(first), first.version, touched=False),
    ]
    saved = service.save_table(plan, typed=typed, deleted=[second.id], by=here.actor)
    assert (saved.added, saved.changed, saved.deleted) == (1, 1, 1)
    assert stage.lines(plan) == [(4, 1, "丁"), (3, 2, "丙"), (1, 3, "甲")]
    assert rows_of(plan)[1].persons == 99
    assert sorted({verb for verb, _who in stage.trail()}) == [
        "planned_class.change",
        "planned_class.create",
        "planned_class.delete",
        "planned_class.move",
    ]


def test_saving_what_is_there_changes_nothing(here: County, plan: AnnualPlan) -> None:
    versions = [row.version for row in rows_of(plan)]
    saved = service.save_table(plan, typed=as_typed(rows_of(plan)), by=here.actor)
    assert (saved.added, saved.changed, saved.deleted) == (0, 0, 0)
    assert [row.version for row in rows_of(plan)] == versions
    assert stage.trail() == []


def test_what_others_wrote_meanwhile_stays(here: County, plan: AnnualPlan) -> None:
    first, second, third = rows_of(plan)
    seen = as_typed([third, second, first])
    other = stage.colleague(here)
    changed = replace(line_of(second), name="乙二")
    service.update_class(second, seen=second.version, line=changed, by=other)
    service.add_class(plan, line=replace(LINE, name="丁"), by=other)
    service.save_table(plan, typed=seen, by=here.actor)
    assert names(plan) == ["丙", "乙二", "甲", "丁"]


def test_a_line_that_both_changed_is_refused_as_a_whole(here: County, plan: AnnualPlan) -> None:
    first, second, _third = rows_of(plan)
    mine = [
        TypedLine(first.id, replace(line_of(first), name="甲二"), first.version),
        TypedLine(second.id, replace(line_of(second), name="我的"), second.version),
    ]
    theirs = replace(line_of(second), name="他的")
    service.update_class(second, seen=second.version, line=theirs, by=stage.colleague(here))
    with pytest.raises(StaleLines) as stale:
        service.save_table(plan, typed=mine, by=here.actor)
    assert stale.value.ids == {second.id}
    db.session.expire_all()
    assert names(plan) == ["甲", "他的", "丙"]


@pytest.mark.parametrize("status", [PlanStatus.SUBMITTED, PlanStatus.ADOPTED])
def test_only_a_draft_has_a_table_to_write(here: County, status: PlanStatus) -> None:
    frozen = stage.draft(here, 2018, status=status, adopted_on=date(2018, 1, 2))
    with pytest.raises(Refused):
        service.save_table(frozen, typed=[], by=here.actor)


def test_a_date_of_another_year_is_refused(here: County, plan: AnnualPlan) -> None:
    line = replace(LINE, starts=(date(2018, 3, 5),))
    with pytest.raises(Invalid):
        service.save_table(plan, typed=[TypedLine(None, line)], by=here.actor)


# The page


def post(client: FlaskClient, plan: AnnualPlan, data: Any, status: int = 303) -> str:
    answer = client.post(f"/plans/annual/{plan.id}/table", data=data)
    assert answer.status_code == status
    return answer.text


def test_a_new_line_is_typed_in_an_empty_row(
    here: County, plan: AnnualPlan, sign_in: SignIn
) -> None:
    client = sign_in(here.planner)
    cells = {
        "name": "赴外培训班",
        "audience": "县级人大代表",
        "persons": "50人",
        "runs": "两期",
        "time": "6月5日、9月11日",
        "days": "6天",
        "mode": "赴外培训",
        "budget": "33万元（县财政）",
    }
    data = sent(plan, {f"r4.{name}": text for name, text in cells.items()} | {"r4.no": "1"}, 2)
    post(client, plan, data)
    rows = rows_of(plan)
    assert [row.name for row in rows] == ["甲", "赴外培训班", "乙", "丙"]
    made = rows[1]
    assert (made.persons, made.runs, made.days, made.mode) == (50, 2, Decimal(6), Mode.OFF_SITE)
    assert (made.starts, made.first_month, made.last_month) == (
        (date(2017, 6, 5), date(2017, 9, 11)),
        6,
        9,
    )
    assert (made.budget, made.budget_source) == (Decimal(330_000), "县财政")


def test_wrong_cells_keep_what_was_typed(here: County, plan: AnnualPlan, sign_in: SignIn) -> None:
    wrong = {"r2.persons": "许多", "r2.time": "春天", "r3.name": "丙二"}
    page = post(sign_in(here.planner), plan, sent(plan, wrong), 422)
    assert 'value="许多"' in page
    assert 'aria-describedby="r2-time-error"' in page
    assert "乙，人数：请填写整数，例如 50。" in page
    assert 'value="丙二"' in page
    assert names(plan) == ["甲", "乙", "丙"]


def test_order_and_deletion_without_script(here: County, plan: AnnualPlan, sign_in: SignIn) -> None:
    data = sent(plan, {"r1.no": "9", "r2.delete": "1"})
    post(sign_in(here.planner), plan, data)
    assert names(plan) == ["丙", "甲"]


def test_more_rows_without_script_keep_what_was_typed(
    here: County, plan: AnnualPlan, sign_in: SignIn
) -> None:
    data = sent(plan, {"r1.name": "甲二", "more": "1"})
    page = post(sign_in(here.planner), plan, data, 200)
    assert 'value="甲二"' in page
    assert 'name="r8.name"' in page
    assert names(plan) == ["甲", "乙", "丙"]


def test_the_second_planner_sees_both_and_may_save_again(
    here: County, plan: AnnualPlan, sign_in: SignIn
) -> None:
    mine = sent(plan, {"r2.name": "我的", "r1.name": "甲二"})
    second = rows_of(plan)[1]
    other = stage.colleague(here)
    service.update_class(
        second, seen=second.version, line=replace(line_of(second), name="他的"), by=other
    )
    client = sign_in(here.planner)
    page = post(client, plan, mine, 409)
    assert "他的" in page
    assert 'value="我的"' in page
    assert names(plan) == ["甲", "他的", "丙"]
    version = rows_of(plan)[1].version
    assert f'name="r2.seen" value="{version}"' in page
    post(client, plan, {**mine, "r2.seen": str(version)})
    assert names(plan) == ["甲二", "我的", "丙"]


def test_a_line_deleted_meanwhile_can_be_kept_as_a_new_one(
    here: County, plan: AnnualPlan, sign_in: SignIn
) -> None:
    mine = sent(plan, {"r2.name": "乙二"})
    service.delete_class(rows_of(plan)[1], by=stage.colleague(here))
    client = sign_in(here.planner)
    page = post(client, plan, mine, 409)
    assert "该班次已被他人删除" in page
    assert 'name="r2.id"' not in page
    del mine["r2.id"], mine["r2.seen"]
    post(client, plan, mine)
    assert names(plan) == ["甲", "乙二", "丙"]


def test_for_whom_a_line_counts_outlives_the_table(
    here: County, plan: AnnualPlan, sign_in: SignIn
) -> None:
    rows_of(plan)[0].whom = Audience.OWN
    post(sign_in(here.planner), plan, sent(plan, {"r1.persons": "7"}))
    assert (rows_of(plan)[0].whom, rows_of(plan)[0].persons) == (Audience.OWN, 7)


def test_a_frozen_plan_leads_back(here: County, sign_in: SignIn) -> None:
    frozen = stage.draft(here, 2018, status=PlanStatus.SUBMITTED)
    client = sign_in(here.planner)
    base = f"/plans/annual/{frozen.id}"
    assert client.get(f"{base}/table").location == base
    assert client.post(f"{base}/table/file").location == base


def test_the_page_takes_the_same_statements_for_1_and_60_lines(
    here: County, sign_in: SignIn
) -> None:
    small, large = stage.draft(here), stage.draft(here, 2018)
    stage.add_line(small)
    for number in range(60):
        stage.add_line(large, number + 1, name=f"班次{number}")
    client = sign_in(here.planner)
    counts = []
    for plan in (small, large):
        client.get("/plans/")  # who asks is known
        with counted_queries() as queries:
            assert client.get(f"/plans/annual/{plan.id}/table").status_code == 200
        counts.append(queries)
    assert len(counts[0]) == len(counts[1]), counts


# Files


def upload(
    client: FlaskClient, plan: AnnualPlan, data: bytes, status: int = 200, **more: str
) -> str:
    answer = client.post(
        f"/plans/annual/{plan.id}/table/file",
        data={"file": (io.BytesIO(data), "表.xlsx"), **more},
        content_type="multipart/form-data",
    )
    assert answer.status_code == status
    return answer.text


def test_a_file_is_shown_row_by_row_and_saves_nothing(
    here: County, plan: AnnualPlan, sign_in: SignIn
) -> None:
    rows = [
        NEW,
        ["2", "乙", "代表", "8", "1", "5月", "1", "集中", ""],
        ["3", "坏", "", "多", "", "", ""],
    ]
    page = upload(sign_in(here.planner), plan, workbook("计划", HEADS, rows))
    assert "新增班次: 1" in page.replace("：", ": ")
    assert "更新已有班次" in page
    assert "无法识别" in page
    assert "文件第3行" in page
    assert 'value="0.5万元（县财政）"' in page
    assert 'aria-describedby="r3-persons-error"' in page
    assert names(plan) == ["甲", "乙", "丙"]


def test_a_file_as_the_whole_table_ticks_what_it_lacks(
    here: County, plan: AnnualPlan, sign_in: SignIn
) -> None:
    page = upload(sign_in(here.planner), plan, workbook("计划", HEADS, [NEW]), whole="1")
    assert page.count("data-delete checked") == 3


def test_what_was_written_as_excel_reads_back_without_a_change(
    here: County, plan: AnnualPlan, sign_in: SignIn
) -> None:
    rows_of(plan)[0].starts = (date(2017, 3, 6), date(2017, 4, 10))
    client = sign_in(here.planner)
    data = client.get(f"/plans/annual/{plan.id}/excel").data
    page = upload(client, plan, data)
    assert page.count("无变化") == 4  # three rows and the sum of them
    assert "更新已有班次" not in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "请先选择文件"),
        (b"PK\x03\x04broken", ""),
        (workbook("计划", ["甲", "乙"], [["1", "2"]]), "没有找到表头"),
    ],
)
def test_a_file_without_a_table_is_refused(
    here: County, plan: AnnualPlan, sign_in: SignIn, data: bytes, sentence: str
) -> None:
    client = sign_in(here.planner)
    if not data:
        answer = client.post(f"/plans/annual/{plan.id}/table/file")
        assert (answer.status_code, sentence in answer.text) == (422, True)
        return
    page = upload(client, plan, data, 422)
    assert 'id="file-error"' in page
    assert sentence in page
