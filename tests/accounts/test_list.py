"""The administrator's list of accounts."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from tests import factories
from tests.accounts.stage import account
from tests.conftest import counted_queries
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.people.models import Congress

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def county() -> Congress:
    return factories.congress(short_name="互助县")


@pytest.fixture
def administrator(sign_in: SignIn, county: Congress) -> FlaskClient:
    """Signed in, beside an account of each other kind."""
    day = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    account(Role.PLANNER, name="甲规划", login="jia", scope=county, last_seen_at=day)
    account(Role.AUDITOR, name="乙审计", login="yi", active=False)
    account(
        Role.TOWNSHIP_OFFICER,
        name="丙乡镇",
        login="bing_1",
        locked_until=clock.now() + timedelta(minutes=4),
        last_seen_at=day - timedelta(days=1),
    )
    factories.deputy_user(factories.person("丁代表"), login="ding")
    return sign_in(account(Role.ADMINISTRATOR, name="戊管理", login="wu"))


def _names(client: FlaskClient, **arguments: str) -> list[str]:
    page = client.get("/accounts/", query_string=arguments).text.partition("<tbody>")[2]
    known = ("甲规划", "乙审计", "丙乡镇", "丁代表", "戊管理")
    return sorted((name for name in known if name in page), key=page.index)


def test_staff_are_listed_by_name(administrator: FlaskClient) -> None:
    assert _names(administrator) == ["丙乡镇", "乙审计", "戊管理", "甲规划"]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"q": "甲"}, ["甲规划"]),
        ({"q": "BING"}, ["丙乡镇"]),
        ({"q": "bing_"}, ["丙乡镇"]),
        ({"q": "%"}, []),
        ({"role": "auditor"}, ["乙审计"]),
        ({"role": "deputy"}, ["丁代表"]),
        ({"role": "king"}, ["丙乡镇", "乙审计", "戊管理", "甲规划"]),
        ({"state": "active"}, ["戊管理", "甲规划"]),
        ({"state": "locked"}, ["丙乡镇"]),
        ({"state": "ended"}, ["乙审计"]),
        ({"sort": "-login"}, ["乙审计", "戊管理", "甲规划", "丙乡镇"]),
        ({"sort": "-seen", "state": ""}, ["甲规划", "丙乡镇", "乙审计", "戊管理"]),
        ({"sort": "password_hash"}, ["丙乡镇", "乙审计", "戊管理", "甲规划"]),
    ],
)
def test_the_list_is_narrowed_and_sorted(
    administrator: FlaskClient, arguments: dict[str, str], names: list[str]
) -> None:
    assert _names(administrator, **arguments) == names


def test_an_empty_result_says_what_to_do(administrator: FlaskClient) -> None:
    assert "没有符合条件的账号" in administrator.get("/accounts/?q=xyz").text


def test_fifty_accounts_make_a_page(administrator: FlaskClient) -> None:
    for number in range(60):
        factories.user(Role.PLANNER, name=f"员{number:02}")
    first = administrator.get("/accounts/?role=planner").text
    second = administrator.get("/accounts/?role=planner&page=2").text
    assert ("员49" in first, "员50" in first, "员50" in second) == (True, False, True)


def test_queries_are_constant(administrator: FlaskClient, county: Congress) -> None:
    with counted_queries() as few:
        administrator.get("/accounts/")
    for _ in range(30):
        factories.user(Role.PLANNER, scope=county)
    with counted_queries() as many:
        assert administrator.get("/accounts/").status_code == 200
    assert len(many) == len(few)


def test_the_list_is_exported_as_it_is_narrowed(administrator: FlaskClient) -> None:
    answer = administrator.get("/accounts/accounts.xlsx?q=jia")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    created = db.session.query(User).filter_by(login="jia").one().created_at
    assert rows[1:] == [
        ["姓名", "登录名", "角色", "所属人大", "状态", "最近登录", "创建时间"],
        [
            "甲规划",
            "jia",
            "规划员",
            "互助县",
            "使用中",
            datetime(2026, 3, 2, 9, 0),  # noqa: DTZ001  (China's wall clock, as Excel keeps it)
            clock.local(created).replace(tzinfo=None),
        ],
    ]
    assert "attachment" in answer.headers["Content-Disposition"]
