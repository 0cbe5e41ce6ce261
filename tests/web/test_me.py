"""The deputy's own page: the next class with every practical fact, own hours, nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import counted_queries
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.attendance.models import Attendance
from trainer.attendance.rules import Mark, Source
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment.models import Enrolment
from trainer.enrolment.rules import EnrolmentStatus
from trainer.people.models import Congress, Delegation, Seat, Term

SignIn = Callable[[User], FlaskClient]


@dataclass
class Stage:
    """A deputy in office with an account, and somebody else of the delegation."""

    county: Congress
    term: Term
    delegation: Delegation
    seat: Seat
    other: Seat
    client: FlaskClient

    def put_on(
        self, standing: EnrolmentStatus = EnrolmentStatus.CONFIRMED, **values: Any
    ) -> TrainingClass:
        """A class with the deputy on it."""
        row = factories.training_class(self.term, **values)
        factories.quota(row, self.delegation)
        factories.enrolment(row, self.seat, standing)
        return row

    def page(self) -> str:
        return self.client.get("/me/").get_data(as_text=True)


@pytest.fixture
def stage(app: object, sign_in: SignIn) -> Any:
    with time_machine.travel("2017-06-04T02:00:00Z", tick=False):
        county = factories.congress(name="互助县人民代表大会", short_name="互助县")
        term = factories.term(county, 2016)
        delegation = factories.delegation(term)
        person = factories.person("李生梅")
        seat = factories.seat(delegation, person)
        other = factories.seat(delegation, factories.person("马文海"))
        client = sign_in(factories.deputy_user(person))
        yield Stage(county, term, delegation, seat, other, client)


def _places(text: str, *wanted: str) -> list[bool]:
    return [each in text for each in wanted]


def test_the_next_class_with_every_practical_fact(stage: Stage) -> None:
    where: dict[str, Any] = {"address": "杭州市凯旋路268号", "latitude": 30.27, "longitude": 120.2}
    venue = factories.venue(stage.county, "浙江大学", **where)
    row = stage.put_on(
        venue_id=venue.id,
        head="王建国",
        head_phone="13900000000",
        gathering="县政府门前上车",
        bring="身份证、代表证",
    )
    lecturer = factories.lecturer(stage.county)
    factories.class_session(row, title="代表法与代表履职", lecturer_id=lecturer.id)
    text = stage.page()
    facts = ("县级人大代表赴外培训班", "2017年6月5日–10日", "6月5日 周一 09:00", "县政府门前上车")
    more = ("浙江大学", where["address"], "geo:30.27,120.2", "<li>身份证</li>", "<li>代表证</li>")
    last = ("王建国", "tel:13900000000", "代表法与代表履职", "王教授", f'id="class-{row.id}"')
    assert _places(text, *facts, *more, *last) == [True] * 14


def test_no_class_says_so_and_how_it_will_show(stage: Stage) -> None:
    assert _places(stage.page(), "目前没有为您安排培训", "参加第一次培训后") == [True, True]


def test_others_classes_drafts_and_ended_enrolments_do_not_show(stage: Stage) -> None:
    theirs = factories.training_class(stage.term, name="别人的班")
    factories.quota(theirs, stage.delegation)
    factories.enrolment(theirs, stage.other)
    stage.put_on(name="草稿班", status=ClassStatus.DRAFT)
    stage.put_on(EnrolmentStatus.WITHDRAWN, name="退出的班")
    stage.put_on(name="过去的班", first_day=date(2017, 5, 1), last_day=date(2017, 5, 2))
    text = stage.page()
    assert _places(text, "别人的班", "草稿班", "退出的班", "马文海") == [False] * 4
    assert "目前没有为您安排培训" in text


def test_a_cancelled_class_is_said_with_its_reason(stage: Stage) -> None:
    stage.put_on(status=ClassStatus.CANCELLED, reason="讲师生病", head="王建国")
    assert _places(stage.page(), "县级人大代表赴外培训班已取消", "讲师生病", "王建国") == [True] * 3


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (EnrolmentStatus.NOMINATED, "名单待县里确认"),
        (EnrolmentStatus.WAITLISTED, "您在候补名单中"),
    ],
)
def test_who_is_not_yet_confirmed_is_told(
    stage: Stage, status: EnrolmentStatus, sentence: str
) -> None:
    stage.put_on(status)
    assert sentence in stage.page()


def test_own_hours_of_every_class(stage: Stage) -> None:
    row = stage.put_on(
        status=ClassStatus.FINISHED, first_day=date(2017, 5, 8), last_day=date(2017, 5, 8)
    )
    session = factories.class_session(row, hours=Decimal(4))
    on = db.session.query(Enrolment).filter_by(class_id=row.id).one()
    factories.add(
        Attendance(
            session_id=session.id,
            enrolment_id=on.id,
            mark=Mark.PRESENT,
            source=Source.STAFF,
            by_name="甲",
            at=clock.now(),
        )
    )
    assert _places(stage.page(), "已得 4 学时，共 4 学时", "已结业") == [True, True]


def test_the_same_number_of_statements_for_one_class_and_for_six(stage: Stage) -> None:
    counts = []
    for number in range(6):
        row = stage.put_on(name=f"第{number}个班")
        factories.class_session(row)
        if number in (0, 5):
            with counted_queries() as statements:
                stage.page()
            counts.append(len(statements))
    assert counts[0] == counts[1]


def test_only_deputies_have_such_a_page(stage: Stage, sign_in: SignIn, client: FlaskClient) -> None:
    planner = sign_in(factories.user(Role.PLANNER, scope=stage.county))
    assert planner.get("/me/").status_code == 403
    assert client.get("/me/").location == "/sign-in?next=/me/"
