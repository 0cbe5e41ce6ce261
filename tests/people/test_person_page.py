"""The page of one person: facts as far as needed, seats, incomes, the personal page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.people.stage import Stage, end
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.people.models import FixedIncome
from trainer.people.rules import StepKind

SignIn = Callable[[User], FlaskClient]
WITHHELD = "仅负责联系该代表的工作人员可见"


@pytest.fixture
def planner(stage: Stage, sign_in: SignIn) -> FlaskClient:
    """The county's planner."""
    return sign_in(factories.user(Role.PLANNER, scope=stage.county))


def test_a_person_with_two_seats(planner: FlaskClient, stage: Stage) -> None:
    page = planner.get(f"/people/{stage.chair.id}").text
    assert [page.count(f"<h3>{each.name}</h3>") for each in (stage.county, stage.a, stage.b)] == [
        1,
        1,
        0,
    ]
    assert ("13900000001" in page, "乡镇人大主席" in page, WITHHELD in page) == (True, True, False)


def test_the_phone_is_for_those_who_look_after_the_deputy(stage: Stage, sign_in: SignIn) -> None:
    end(stage.seat_ca, date(2017, 4, 1))
    officer = sign_in(factories.user(Role.TOWNSHIP_OFFICER, scope=stage.a))
    auditor = sign_in(factories.user(Role.AUDITOR, scope=stage.county))
    address = f"/people/{stage.seat_ca.person_id}"
    pages = [client.get(address).text for client in (officer, auditor)]
    assert [("13900000002" in page, WITHHELD in page) for page in pages] == [(False, True)] * 2
    mine = officer.get(f"/people/{stage.chair.id}").text
    assert ("13900000001" in mine, WITHHELD in mine) == (True, False)


def test_the_history_of_a_seat(planner: FlaskClient, stage: Stage) -> None:
    seat = stage.seat_cb
    factories.seat_step(seat, StepKind.SUSPENDED, date(2017, 1, 5), body="县人大常委会")
    factories.seat_step(seat, StepKind.RESTORED, date(2017, 2, 7), document="公告〔2017〕1号")
    end(seat, date(2017, 4, 1))
    page = planner.get(f"/people/{seat.person_id}").text
    history = page.partition('class="seat-steps"')[2].partition("</ol>")[0]
    words = ["2016年10月1日", "当选", "2017年1月5日", "暂停执行职务", "县人大常委会"]
    words += ["2017年2月7日", "恢复", "公告〔2017〕1号", "2017年4月1日", "终止", "辞职", "撤销"]
    places = [history.find(word) for word in words]
    assert (min(places) > 0, places) == (True, sorted(places))


def test_seats_of_a_finished_term_are_over(planner: FlaskClient, stage: Stage) -> None:
    seat = factories.seat(
        factories.delegation(stage.past, "旧代表团"), elected_on=date(2011, 10, 1)
    )
    page = planner.get(f"/people/{seat.person_id}").text
    assert ("届满" in page, "/end" in page) == (True, False)


def test_incomes_stand_newest_first(planner: FlaskClient, stage: Stage) -> None:
    for day, fixed in ((date(2016, 10, 1), False), (date(2017, 1, 1), True)):
        factories.add(FixedIncome(person_id=stage.chair.id, from_day=day, fixed=fixed))
    page = planner.get(f"/people/{stage.chair.id}").text
    assert page.index("自2017年1月1日起") < page.index("自2016年10月1日起")
    empty = planner.get(f"/people/{stage.seat_cb.person_id}").text
    assert "未登记则无法核算补助" in empty


def test_the_state_of_the_personal_page(planner: FlaskClient, stage: Stage) -> None:
    address = f"/people/{stage.chair.id}"
    found = ["未发放" in planner.get(address).text]
    user = factories.deputy_user(stage.chair)
    found.append("已发放，未打开" in planner.get(address).text)
    user.last_seen_at = datetime(2017, 5, 9, 1, 30, tzinfo=UTC)
    page = planner.get(address).text
    found += ["使用中" in page, "2017年5月9日 09:30" in page]
    user.link_failures = 10
    found.append("多次输错已锁定" in planner.get(address).text)
    user.link_revoked = True
    found.append("已停用" in planner.get(address).text)
    assert found == [True] * 6


def test_unknown_persons_are_not_found(planner: FlaskClient) -> None:
    assert planner.get("/people/99999").status_code == 404
