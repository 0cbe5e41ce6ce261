"""The list of deputies: searched, filtered, sorted, paged, exported, the same cost for any size."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from tests import factories
from tests.conftest import counted_queries
from tests.people.stage import Stage, end, names_in
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.people.models import FixedIncome, Person, Suspension
from trainer.people.rules import Election, Sex

SignIn = Callable[[User], FlaskClient]
EVERYBODY = ["李生梅", "单小军", "曾国强", "仇文海"]


@pytest.fixture
def planner(stage: Stage, sign_in: SignIn) -> FlaskClient:
    """The planner; the list opens on the county's present term."""
    person = stage.seat_cb.person_id
    factories.add(FixedIncome(person_id=person, from_day=date(2016, 10, 1), fixed=False))
    factories.add(FixedIncome(person_id=person, from_day=date(2017, 1, 1), fixed=True))
    factories.add(FixedIncome(person_id=person, from_day=date(2018, 1, 1), fixed=False))
    chair = stage.chair
    factories.add(FixedIncome(person_id=chair.id, from_day=date(2016, 10, 1), fixed=False))
    factories.add(Suspension(seat_id=stage.seat_cu.id, from_day=date(2017, 5, 1)))
    return sign_in(factories.user(Role.PLANNER, scope=stage.county))


def _names(client: FlaskClient, **arguments: object) -> list[str]:
    answer = client.get("/people/", query_string=arguments)
    assert answer.status_code == 200
    return names_in(answer.text)


def test_the_present_term_is_listed_by_delegation_and_name(planner: FlaskClient) -> None:
    assert _names(planner) == EVERYBODY


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"q": "单"}, ["单小军"]),
        ({"q": "小军"}, ["单小军"]),
        ({"q": "sh"}, ["李生梅", "单小军"]),
        ({"q": "shan xiao"}, ["单小军"]),
        ({"q": "SXJ"}, ["单小军"]),
        ({"q": "zg"}, ["曾国强"]),
        ({"q": "chou"}, []),
        ({"q": "0003"}, ["曾国强"]),
        ({"q": "13900000001"}, ["单小军"]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"q": "  "}, EVERYBODY),
        ({"new": "1"}, ["李生梅", "曾国强", "仇文海"]),
        ({"new": "0"}, ["单小军"]),
        ({"ethnicity": "汉族"}, ["李生梅"]),
        ({"sex": "king"}, EVERYBODY),
        ({"fixed": "1"}, ["曾国强"]),
        ({"fixed": "0"}, ["单小军"]),
        ({"fixed": "0", "on": "2016-12-31"}, ["单小军", "曾国强"]),
        ({"on": "2017-05-10"}, ["李生梅", "单小军", "曾国强"]),
        ({"on": "2017-04-30"}, EVERYBODY),
        ({"on": "2016-09-30"}, []),
        ({"on": "tomorrow"}, EVERYBODY),
        ({"sort": "name"}, ["李生梅", "仇文海", "单小军", "曾国强"]),
        ({"sort": "-name"}, ["曾国强", "单小军", "仇文海", "李生梅"]),
        ({"sort": "phone"}, EVERYBODY),
        ({"term": "99999"}, EVERYBODY),
        ({"congress": "99999"}, EVERYBODY),
        ({"delegation": "99999"}, EVERYBODY),
    ],
)
def test_the_list_is_narrowed_and_sorted(
    planner: FlaskClient, arguments: dict[str, str], names: list[str]
) -> None:
    assert _names(planner, **arguments) == names


def test_congress_term_and_delegation_are_chosen(planner: FlaskClient, stage: Stage) -> None:
    former = factories.seat(
        factories.delegation(stage.past, "旧代表团"),
        factories.person("旧代表"),
        elected_on=date(2011, 10, 1),
    )
    assert [
        _names(planner, congress=stage.a.id),
        _names(planner, term=stage.past.id),
        _names(planner, term=stage.term_b.id, congress=stage.a.id),
        _names(planner, delegation=stage.of_b.id),
        _names(planner, delegation=former.delegation_id),
        _names(planner, congress=stage.county.id, delegation=stage.own_a.id),
    ] == [["单小军", "尉迟玉"], ["旧代表"], ["单小军", "尉迟玉"], ["曾国强"], ["旧代表"], EVERYBODY]


def test_sex_is_filtered(planner: FlaskClient, stage: Stage) -> None:
    for person in db.session.scalars(sa.select(Person)):
        person.sex = Sex.MALE if person.id == stage.chair.id else Sex.FEMALE
    assert _names(planner, sex="male") == ["单小军"]


def test_a_row_tells_the_state_of_seat_income_and_page(planner: FlaskClient, stage: Stage) -> None:
    end(stage.seat_cb, date(2017, 5, 10))
    stage.seat_cb.election = Election.BY_ELECTION
    factories.deputy_user(stage.chair, last_seen_at=clock.now())
    page = planner.get("/people/").text
    rows = [row.partition("</tr>")[0] for row in page.partition("<tbody>")[2].split("<tr>")[1:]]
    found = [
        [
            word
            for word in ("在任", "暂停执行职务", "已终止", "使用中", "未发放", "补选")
            if word in row
        ]
        for row in rows
    ]
    assert found == [
        ["在任", "未发放"],
        ["在任", "使用中"],
        ["已终止", "未发放", "补选"],
        ["暂停执行职务", "未发放"],
    ]


def test_figures_above_the_list(planner: FlaskClient, stage: Stage) -> None:
    """Ten seats a delegation; three of four deputies in office, two of them newly elected."""
    page = planner.get("/people/").text.partition('class="stats"')[2].partition("<form")[0]
    figures = [part.partition("<")[0].strip() for part in page.split('"stat-value">')[1:]]
    assert figures == ["30", "3", "27", "2"]


def test_an_old_term_is_judged_on_its_last_day(planner: FlaskClient, stage: Stage) -> None:
    factories.seat(factories.delegation(stage.past, "旧代表团"), elected_on=date(2011, 10, 1))
    assert "2016年9月30日" in planner.get("/people/", query_string={"term": stage.past.id}).text


def test_fifty_make_a_page_and_all_can_be_printed(planner: FlaskClient, stage: Stage) -> None:
    for _ in range(60):
        factories.seat(stage.units)
    sizes = [
        len(_names(planner, **arguments))
        for arguments in ({}, {"page": 2}, {"page": 99}, {"page": "x"}, {"all": 1})
    ]
    assert sizes == [50, 14, 14, 50, 64]


def test_queries_are_constant(planner: FlaskClient, stage: Stage) -> None:
    def count(**arguments: object) -> int:
        with counted_queries() as statements:
            _names(planner, **arguments)
        return len(statements)

    few = count(), count(q="sh"), count(fixed=1)
    for _ in range(30):
        seat = factories.seat(stage.units)
        factories.add(Suspension(seat_id=seat.id, from_day=date(2017, 1, 1)))
        factories.add(FixedIncome(person_id=seat.person_id, from_day=date(2017, 1, 1), fixed=True))
    assert (count(), count(q="sh"), count(fixed=1)) == few


def _sheet(answer_data: bytes) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer_data))
    return [list(row) for row in book.get_sheet_by_index(0).to_python()]


def test_the_list_is_exported_as_it_is_seen(planner: FlaskClient, stage: Stage) -> None:
    stage.chair.post, stage.chair.birth, stage.chair.party = "=1+1", "1975-08", "群众"
    stage.chair.sex = Sex.MALE
    answer = planner.get("/people/export.xlsx?q=sxj&sort=name")
    rows = _sheet(answer.data)
    assert rows[0][0] == "630223人民代表大会 2016–2021"
    assert dict(zip(rows[1], rows[2], strict=True)) == {
        "姓名": "单小军",
        "代表团": "甲镇代表团",
        "性别": "男",
        "民族": "土族",
        "出生年月": "1975-08",
        "党派": "群众",
        "文化程度": "",
        "职业构成": "",
        "工作单位及职务": "=1+1",
        "选区": "",
        "代表证号": "",
        "产生方式": "换届选举",
        "当选日期": date(2016, 10, 1),
        "新任代表": "否",
        "固定收入": "否",
        "手机号码": "13900000001",
        "状态": "在任",
    }
    assert (len(rows), "attachment" in answer.headers["Content-Disposition"]) == (3, True)


def test_export_holds_more_than_a_page(planner: FlaskClient, stage: Stage) -> None:
    for _ in range(60):
        factories.seat(stage.units)
    rows = _sheet(planner.get("/people/export.xlsx").data)
    assert (len(rows), isinstance(rows[2][12], date | datetime)) == (66, True)


def test_arguments_of_the_address_stay_arguments(planner: FlaskClient) -> None:
    answer = planner.get("/people/?_scheme=javascript&_external=1&endpoint=web.home&q=sxj")
    assert (answer.status_code, 'href="javascript' in answer.text) == (200, False)


def test_empty_lists_say_what_to_do(stage: Stage, sign_in: SignIn) -> None:
    planner = sign_in(factories.user(Role.PLANNER, scope=stage.county))
    auditor = sign_in(factories.user(Role.AUDITOR, scope=stage.county))
    nobody = sign_in(factories.user(Role.PLANNER))
    past = f"/people/?term={stage.past.id}"
    assert "没有符合条件的代表" in planner.get("/people/?q=xyz").text
    assert "请先添加本届代表团" in planner.get(past).text
    assert "还没有代表" in auditor.get(past).text
    assert "还没有届次" in nobody.get("/people/").text
    assert nobody.get("/people/export.xlsx").status_code == 200
