"""The list of classes: filters, sorting, paging, Excel, and the queries it costs."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from tests import factories
from tests.conftest import SignIn, counted_queries
from tests.courses.scene import Scene
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.courses.rules import ClassStatus
from trainer.plans.rules import Mode

TODAY = clock.today()


@pytest.fixture
def planner(scene: Scene, sign_in: SignIn) -> FlaskClient:
    return sign_in(scene.planner)


def named(scene: Scene, name: str, first: date, **values: Any) -> None:
    factories.training_class(scene.term, name=name, first_day=first, last_day=first, **values)


def names(client: FlaskClient, query: str = "") -> list[str]:
    page = client.get(f"/classes/{query}")
    assert page.status_code == 200
    return re.findall(r'<a href="/classes/\d+">([^<]*)</a>', page.get_data(as_text=True))


@pytest.fixture
def classes(scene: Scene) -> None:
    venue = factories.venue(scene.county, "浙江大学")
    named(scene, "今年的班", TODAY, mode=Mode.GATHERED, head="李主任")
    named(scene, "以后的班", TODAY + timedelta(days=1), status=ClassStatus.PUBLISHED)
    named(scene, "草稿班", TODAY, status=ClassStatus.DRAFT, venue_id=venue.id)
    factories.training_class(
        scene.term,
        name="2016跨年班",
        first_day=date(2016, 12, 30),
        last_day=date(2017, 1, 2),
        status=ClassStatus.FINISHED,
    )
    scene.run(1, name="甲班", capacity=10, taken=3)
    scene.run(2, name="乙班", taken=9)


ALL = ["2016跨年班", "甲班 第1期", "乙班 第2期", "今年的班", "草稿班", "以后的班"]
CASES = {
    "?year=": ALL,
    "?year=2016": ["2016跨年班"],
    "?year=2017": ["2016跨年班", "甲班 第1期", "乙班 第2期"],
    "?year=&mode=gathered": ["今年的班"],
    "?year=&mode=nonsense&status=nonsense": ALL,
    "?year=&status=draft": ["草稿班"],
    "?year=&status=published": ["以后的班"],
    "?year=&status=running": ["甲班 第1期", "乙班 第2期", "今年的班"],
    "?year=&status=finished": ["2016跨年班"],
    "?year=&q=李主任": ["今年的班"],
    "?year=&q=浙江": ["草稿班"],
    "?year=&q=跨年": ["2016跨年班"],
    "?year=&q=%25": [],
    "?year=2017&sort=-taken": ["乙班 第2期", "甲班 第1期", "2016跨年班"],
    "?year=2017&sort=name": ["2016跨年班", "乙班 第2期", "甲班 第1期"],
    "?year=2017&sort=password": ["2016跨年班", "甲班 第1期", "乙班 第2期"],
}


@pytest.mark.parametrize("query", CASES)
def test_filters_and_sorting(classes: None, planner: FlaskClient, query: str) -> None:
    assert names(planner, query) == CASES[query]


def test_this_year_unless_asked(classes: None, planner: FlaskClient) -> None:
    shown = set(names(planner))
    assert {"今年的班", "草稿班"} <= shown
    assert "甲班 第1期" not in shown


def test_runs_of_a_planned_class_in_all_years(
    scene: Scene, classes: None, planner: FlaskClient
) -> None:
    amended = factories.annual_plan(scene.term, revision=2)
    line = factories.planned_class(amended, line=scene.planned.line)
    for planned in (scene.planned, line):
        assert names(planner, f"?planned={planned.id}") == ["甲班 第1期", "乙班 第2期"]
    page = planner.get(f"/classes/?planned={line.id}").get_data(as_text=True)
    assert f"/classes/new?planned={line.id}" in page
    empty = factories.planned_class(amended)
    page = planner.get(f"/classes/?planned={empty.id}").get_data(as_text=True)
    assert "尚未建立任何一期" in page


def test_empty_states(scene: Scene, sign_in: SignIn, planner: FlaskClient) -> None:
    assert f"{TODAY.year}年还没有班次" in planner.get("/classes/").get_data(as_text=True)
    assert "没有符合条件的班次" in planner.get("/classes/?q=x").get_data(as_text=True)
    officer = sign_in(scene.user(Role.TOWNSHIP_OFFICER, scope=scene.township))
    page = officer.get("/classes/").get_data(as_text=True)
    assert "县里发布班次后会显示在这里。" in page
    assert "新建班次" not in page


def test_an_officer_sees_no_drafts(scene: Scene, classes: None, sign_in: SignIn) -> None:
    officer = sign_in(scene.user(Role.TOWNSHIP_OFFICER, scope=scene.township))
    assert names(officer, "?year=") == [name for name in ALL if name != "草稿班"]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.DEPUTY])
def test_not_for_everybody(scene: Scene, sign_in: SignIn, role: Role) -> None:
    row = scene.run()
    client = sign_in(scene.user(role))
    for path in ("", "excel", f"{row.id}", f"{row.id}/timetable", f"{row.id}/timetable/print"):
        assert client.get(f"/classes/{path}").status_code == 403


def test_excel_is_filtered_as_the_list(classes: None, planner: FlaskClient) -> None:
    file = planner.get("/classes/excel?year=2017&sort=-taken")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert [row[0] for row in rows[2:]] == ["乙班", "甲班", "2016跨年班"]
    assert rows[2][1:3] == [2, "赴外培训"]
    assert rows[2][8:] == [50, 9, "进行中"]


def test_pages(scene: Scene, planner: FlaskClient) -> None:
    for number in range(51):
        named(scene, f"班{number:02}", TODAY)
    assert (len(names(planner)), names(planner, "?page=2")) == (50, ["班50"])


@pytest.mark.parametrize("path", ["/classes/", "/classes/excel", "/classes/choose"])
def test_queries_do_not_grow_with_rows(scene: Scene, planner: FlaskClient, path: str) -> None:
    plan = factories.annual_plan(scene.term, TODAY.year)

    def rows(first: int, last: int) -> int:
        for number in range(first, last):
            venue = factories.venue(scene.county, f"地点{number}")
            planned = factories.planned_class(plan)
            days = {"first_day": TODAY, "last_day": TODAY, "venue_id": venue.id}
            factories.training_class(scene.term, planned, **days)
        with counted_queries() as statements:
            assert planner.get(path).status_code == 200
        return len(statements)

    assert rows(0, 1) == rows(1, 30)


@pytest.mark.parametrize("path", ["", "/timetable", "/timetable/print", "/timetable/excel"])
def test_queries_of_a_class_do_not_grow_with_sessions(
    scene: Scene, planner: FlaskClient, path: str
) -> None:
    row = scene.run()

    def sessions(first: int, last: int) -> int:
        for number in range(first, last):
            lecturer = factories.lecturer(scene.county, f"教授{number}")
            start, end = f"{8 + number % 10:02}:00", f"{9 + number % 10:02}:00"
            day = date(2017, 6, 5 + number // 10)
            factories.class_session(row, day, start, end, lecturer_id=lecturer.id)
        with counted_queries() as statements:
            assert planner.get(f"/classes/{row.id}{path}").status_code == 200
        return len(statements)

    assert sessions(0, 1) == sessions(1, 30)
