"""Reading the audit trail: who sees what, search, days, words, paging, export."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from tests import factories
from tests.accounts.stage import account
from tests.conftest import counted_queries
from trainer.accounts import trail, views
from trainer.accounts.audit import SYSTEM, Actor, audit
from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.courses.rules import ClassStatus

SignIn = Callable[[User], FlaskClient]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in China


@pytest.fixture(autouse=True)
def march() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def _event(verb: str, kind: str, name: str, days_ago: int = 0, **values: object) -> AuditEvent:
    defaults = {
        "at": NOW - timedelta(days=days_ago),
        "user_id": 1,
        "user_name": "甲",
        "address": "10.0.0.1",
        "before": {},
        "after": {},
        "success": True,
    }
    event: AuditEvent = factories.add(
        AuditEvent(verb=verb, subject_kind=kind, subject_name=name, **{**defaults, **values})
    )
    return event


@pytest.fixture
def events(app: Flask) -> None:
    """Four events: two of accounts, two of business; the last one six weeks ago."""
    _event("class.publish", "training_class", "第一期班", user_name="李规划")
    _event("user.password", "user", "张三", 1, address="10.0.0.7")
    _event("user.sign_in", "user", "李四", 2, success=False)
    _event("person.change", "person", "王代表", 42)


def _shown(client: FlaskClient, **arguments: str) -> list[str]:
    page = client.get("/trail/", query_string=arguments).text.partition("<tbody>")[2]
    names = ("第一期班", "张三", "李四", "王代表")
    return sorted((name for name in names if name in page), key=page.index)


def test_an_auditor_sees_all_of_the_last_month(sign_in: SignIn, events: None) -> None:
    assert _shown(sign_in(account(Role.AUDITOR))) == ["第一期班", "张三", "李四"]


def test_an_administrator_sees_what_was_done_to_accounts(sign_in: SignIn, events: None) -> None:
    client = sign_in(account(Role.ADMINISTRATOR))
    assert _shown(client) == ["张三", "李四"]
    assert _shown(client, kind="training_class") == []
    assert "第一期班" not in str(_rows(client.get("/trail/trail.xlsx").data))


@pytest.mark.parametrize("role", [Role.PLANNER, Role.TOWNSHIP_OFFICER, Role.DEPUTY])
def test_nobody_else_sees_the_trail(sign_in: SignIn, role: Role) -> None:
    client = sign_in(factories.user(role))
    assert {client.get(path).status_code for path in ("/trail/", "/trail/trail.xlsx")} == {403}


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"q": "李"}, ["第一期班", "李四"]),
        ({"q": "10.0.0.7"}, ["张三"]),
        ({"kind": "user"}, ["张三", "李四"]),
        ({"action": "password"}, ["张三"]),
        ({"action": "sign_in", "kind": "person"}, []),
        ({"failed": "1"}, ["李四"]),
        ({"first": ""}, ["第一期班", "张三", "李四", "王代表"]),
        ({"first": "", "last": "2026-02-27"}, ["王代表"]),
        ({"first": "2026-03-01", "last": "2026-03-01"}, ["张三"]),
        ({"first": "2026-13-45", "last": "yesterday"}, ["第一期班", "张三", "李四", "王代表"]),
        ({"sort": "at"}, ["李四", "张三", "第一期班"]),
        ({"sort": "-verb"}, ["李四", "张三", "第一期班"]),
        ({"sort": "address"}, ["第一期班", "张三", "李四"]),
    ],
)
def test_the_trail_is_narrowed_and_sorted(
    sign_in: SignIn, events: None, arguments: dict[str, str], names: list[str]
) -> None:
    assert _shown(sign_in(account(Role.AUDITOR)), **arguments) == names


def test_the_days_are_those_of_china(sign_in: SignIn, app: Flask) -> None:
    _event("user.change", "user", "张三", at=datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC))
    _event("user.change", "user", "李四", at=datetime(2026, 2, 28, 16, 0, tzinfo=UTC))
    client = sign_in(account(Role.AUDITOR))
    assert _shown(client, first="2026-03-01") == ["李四"]
    assert _shown(client, last="2026-02-28") == ["张三"]


def test_nothing_found_says_what_to_do(sign_in: SignIn) -> None:
    assert "没有符合条件的记录" in sign_in(account(Role.AUDITOR)).get("/trail/?q=xyz").text


def test_queries_are_constant(sign_in: SignIn, events: None) -> None:
    client = sign_in(account(Role.AUDITOR))
    with counted_queries() as few:
        client.get("/trail/")
    for number in range(120):
        _event("class.change", "training_class", f"班{number}", after={"capacity": number})
    with counted_queries() as many:
        page = client.get("/trail/?page=3").text
    assert (len(many), "张三" in page) == (len(few), True)


def _rows(data: bytes) -> list[list[object]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python()]


def test_the_trail_is_exported_as_it_is_narrowed(sign_in: SignIn, events: None) -> None:
    _event(
        "class.change",
        "training_class",
        "=cmd()",
        before={"capacity": 50, "status": "draft"},
        after={"capacity": 54, "status": "published"},
    )
    answer = sign_in(account(Role.AUDITOR)).get("/trail/trail.xlsx?kind=training_class")
    assert _rows(answer.data)[1:] == [
        ["时间", "操作人", "来源地址", "操作", "对象类别", "对象", "结果", "变更内容"],
        [
            "2026-03-02 09:00:00",
            "甲",
            "10.0.0.1",
            "变更",
            "班次",
            "=cmd()",
            "成功",
            "人数上限: 50 → 54\n状态: 草稿 → 已发布",
        ],
        ["2026-03-02 09:00:00", "李规划", "10.0.0.1", "已发布", "班次", "第一期班", "成功", ""],
    ]


def test_too_many_events_for_a_file_are_refused(
    sign_in: SignIn, events: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_EXPORTED", 2)
    client = sign_in(account(Role.AUDITOR))
    assert client.get("/trail/trail.xlsx").status_code == 409
    assert client.get("/trail/trail.xlsx?failed=1").status_code == 200


def test_values_are_told_in_words(app: Flask) -> None:
    event = _event(
        "user.change",
        "user",
        "张三",
        before={"role": "planner", "locked_until": None, "active": True, "id": 3, "gone": "x"},
        after={
            "role": "auditor",
            "locked_until": "2026-03-02 01:05:00+00:00",
            "active": False,
            "reason": "wrong_password",
            "gone": ["a", {"name": "b"}],
        },
    )
    with app.test_request_context("/"):
        assert [(c.field, c.before, c.after) for c in trail.changes(event)] == [
            ("角色", "规划员", "审计员"),
            ("锁定至", "", "2026-03-02 09:05"),
            ("使用中", "是", "否"),
            ("gone", "x", "a、姓名 b"),
            ("原因", "", "密码错误"),
        ]


def test_values_of_a_past_version_are_told_as_they_were_written(app: Flask) -> None:
    event = _event(
        "user.retire",
        "old_table",
        "",
        after={"role": "king", "locked_until": "soon"},
    )
    other = _event("user.change", "user", "", after={"role": "king", "locked_until": "soon"})
    with app.test_request_context("/"):
        assert (trail.action(event), trail.kind(event)) == ("user.retire", "old_table")
        for past in (event, other):
            assert [change.after for change in trail.changes(past)] == ["king", "soon"]


def test_a_change_is_recorded_before_and_after(app: Flask) -> None:
    course = factories.training_class(factories.term(factories.congress()))
    course.capacity, course.status = 54, ClassStatus.RUNNING
    audit("class.start", course, by=Actor(7, "李规划", Role.PLANNER, "10.0.0.9"))
    event = db.session.query(AuditEvent).one()
    assert (event.at, event.user_id, event.user_name, event.address) == (
        NOW,
        7,
        "李规划",
        "10.0.0.9",
    )
    assert (event.verb, event.subject_kind, event.subject_id, event.subject_name) == (
        "class.start",
        "training_class",
        course.id,
        course.name,
    )
    assert (event.before, event.after) == (
        {"capacity": 50, "status": "published"},
        {"capacity": 54, "status": "running"},
    )


def test_a_secret_never_enters_the_trail(app: Flask) -> None:
    user = account(password_hash="old-hash")
    db.session.refresh(user)
    user.password_hash = "new-hash"
    audit("user.password", user, by=SYSTEM)
    event = db.session.query(AuditEvent).one()
    assert (event.before, event.after) == ({"password_hash": "•••"}, {"password_hash": "•••"})
