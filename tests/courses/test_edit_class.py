"""Changing a class, and what the second of two planners is told."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import SignIn
from tests.courses.scene import FIRST, LAST, Scene, make_scene, verbs
from tests.parallel import at_once
from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.courses import service
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.courses.service import ClassFacts
from trainer.plans.rules import Mode


def edit(scene: Scene, row: TrainingClass, *, move: bool = True, **changes: Any) -> None:
    facts: dict[str, Any] = {
        "name": row.name,
        "mode": row.mode,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "capacity": row.capacity,
        "run": row.run,
        **changes,
    }
    service.edit_class(row, facts=ClassFacts(**facts), move_sessions=move, by=scene.by)


def test_the_trail_has_before_and_after(scene: Scene) -> None:
    row = scene.run()
    edit(scene, row, capacity=60, mode=Mode.GATHERED)
    event = db.session.query(AuditEvent).one()
    assert (event.verb, event.subject_name, event.before, event.after) == (
        "class.edit",
        row.name,
        {"capacity": 50, "mode": "off_site"},
        {"capacity": 60, "mode": "gathered"},
    )
    edit(scene, row)
    assert verbs() == ["class.edit"]


@pytest.mark.parametrize(
    "status", [ClassStatus.FINISHED, ClassStatus.CLOSED, ClassStatus.CANCELLED]
)
def test_not_when_it_is_over(scene: Scene, status: ClassStatus) -> None:
    row = scene.run(status=status, reason="疫情")
    with pytest.raises(Refused, match="over or cancelled"):
        edit(scene, row, name="新名称")


def test_not_fewer_places_than_are_taken(scene: Scene) -> None:
    row = scene.run(taken=40)
    edit(scene, row, capacity=40)
    with pytest.raises(Invalid, match="40 seats are taken") as refusal:
        edit(scene, row, capacity=39)
    assert refusal.value.field == "capacity"


def test_not_the_number_of_another_run(scene: Scene) -> None:
    row, other = scene.run(1), scene.run(2, status=ClassStatus.CANCELLED, reason="疫情")
    with pytest.raises(Invalid, match="a run 2 already"):
        edit(scene, row, run=2)
    edit(scene, row, run=3)
    edit(scene, other_run(scene), run=1)
    assert (row.run, other.run) == (3, 2)


def other_run(scene: Scene) -> TrainingClass:
    return factories.training_class(scene.term, factories.planned_class(scene.plan))


def test_outside_the_plan_the_approval_stays(scene: Scene) -> None:
    row = factories.training_class(scene.term)
    with pytest.raises(Invalid) as refusal:
        edit(scene, row, approval="")
    assert refusal.value.field == "approval"


def test_sessions_move_with_the_first_day(scene: Scene) -> None:
    row = scene.run()
    session = factories.class_session(row)
    start = session.starts_at
    edit(scene, row, first_day=FIRST + timedelta(days=2), last_day=LAST + timedelta(days=2))
    assert session.starts_at == start + timedelta(days=2)


def test_sessions_stay_when_they_should(scene: Scene) -> None:
    row = scene.run()
    session = factories.class_session(row, date(2017, 6, 7))
    cancelled = factories.class_session(row, cancelled_at=row.changed_at)
    start = session.starts_at
    edit(scene, row, move=False, first_day=date(2017, 6, 6))
    assert (session.starts_at, cancelled.day, session.sequence) == (start, FIRST, 0)


def test_no_session_may_fall_outside(scene: Scene) -> None:
    row = scene.run()
    factories.class_session(row, LAST)
    with pytest.raises(Invalid, match="1 sessions would lie outside") as refusal:
        edit(scene, row, last_day=LAST - timedelta(days=1))
    assert refusal.value.field == "last_day"


def test_moving_may_not_book_a_lecturer_twice(scene: Scene) -> None:
    row, other = scene.run(1), scene.run(2)
    lecturer = factories.lecturer(scene.county)
    factories.class_session(row, lecturer_id=lecturer.id)
    factories.class_session(other, date(2017, 6, 7), lecturer_id=lecturer.id)
    with pytest.raises(Invalid, match="王教授 cannot teach"):
        edit(scene, row, first_day=date(2017, 6, 7), last_day=date(2017, 6, 12))


def typed(row: TrainingClass, **changes: str) -> dict[str, str]:
    return {
        "name": row.name,
        "run": str(row.run),
        "mode": row.mode.value,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
        "move": "y",
        "capacity": str(row.capacity),
        "venue_id": "",
        "version": str(row.version),
        **changes,
    }


def test_the_page_saves(scene: Scene, sign_in: SignIn) -> None:
    row = scene.run()
    answer = sign_in(scene.planner).post(f"/classes/{row.id}/edit", data=typed(row, head="李主任"))
    assert (answer.status_code, answer.location) == (303, f"/classes/{row.id}")
    db.session.refresh(row)
    assert (row.head, row.version) == ("李主任", 2)


def test_wrong_input(scene: Scene, sign_in: SignIn) -> None:
    row = scene.run(taken=40)
    data = typed(row, capacity="39", head="记得我")
    answer = sign_in(scene.planner).post(f"/classes/{row.id}/edit", data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "已有40个名额被占用。" in text
    assert 'value="39"' in text
    assert 'value="记得我"' in text


@pytest.mark.parametrize(
    ("role", "status"), [(Role.AUDITOR, 403), (Role.TOWNSHIP_OFFICER, 403), (Role.DEPUTY, 403)]
)
def test_others_may_not(scene: Scene, sign_in: SignIn, role: Role, status: int) -> None:
    row = scene.run()
    client = sign_in(scene.user(role))
    assert client.get(f"/classes/{row.id}/edit").status_code == status
    assert client.post(f"/classes/{row.id}/edit", data=typed(row)).status_code == status


def test_another_county_finds_nothing(scene: Scene, sign_in: SignIn) -> None:
    row = scene.run()
    client = sign_in(factories.user(Role.PLANNER, scope=scene.elsewhere))
    assert client.post(f"/classes/{row.id}/edit", data=typed(row)).status_code == 404


@pytest.fixture
def conflict(scene: Scene, sign_in: SignIn) -> tuple[TrainingClass, FlaskClient, dict[str, str]]:
    """A class that 赵海燕 has saved while another planner typed."""
    row = scene.run()
    mine = typed(row, name="我的名称", head="李主任", bring="代表证\r\n水杯")
    first = scene.user(Role.PLANNER)
    first.name = "赵海燕"
    theirs = typed(row, name="她的名称", capacity="60")
    assert sign_in(first).post(f"/classes/{row.id}/edit", data=theirs).status_code == 303
    return row, sign_in(scene.planner), mine


def names(row: TrainingClass) -> tuple[str, int, str]:
    db.session.refresh(row)
    return row.name, row.capacity, row.head


Conflict = tuple[TrainingClass, FlaskClient, dict[str, str]]


def test_the_second_sees_the_differences_and_loses_nothing(conflict: Conflict) -> None:
    row, client, mine = conflict
    answer = client.post(f"/classes/{row.id}/edit", data=mine)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "赵海燕" in text
    cells = re.findall(
        r'<tr><th scope="row">([^<]*)</th><td[^>]*>([^<]*)</td><td[^>]*><b>([^<]*)</b>', text
    )
    assert cells == [
        ("班次名称", "她的名称", "我的名称"),
        ("班主任", "—", "李主任"),
        ("需携带的物品", "—", "代表证\n水杯"),
        ("人数", "60", "50"),
    ]
    for kept in ('value="我的名称"', 'value="李主任"', "代表证\n水杯</textarea>", 'value="50"'):
        assert kept in text
    assert names(row) == ("她的名称", 60, "")


def test_the_second_may_save_over_it(conflict: Conflict) -> None:
    row, client, mine = conflict
    page = client.post(f"/classes/{row.id}/edit", data=mine).get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version is not None
    data = {**mine, "version": version[1], "force": "1"}
    assert client.post(f"/classes/{row.id}/edit", data=data).status_code == 303
    assert names(row) == ("我的名称", 50, "李主任")


def test_a_third_save_is_a_conflict_again(conflict: Conflict) -> None:
    row, client, mine = conflict
    page = client.post(f"/classes/{row.id}/edit", data=mine).get_data(as_text=True)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version is not None
    row.capacity = 70
    db.session.commit()
    data = {**mine, "version": version[1], "force": "1"}
    assert client.post(f"/classes/{row.id}/edit", data=data).status_code == 409
    assert names(row) == ("她的名称", 70, "")


def test_the_second_may_take_what_was_saved(conflict: Conflict) -> None:
    row, client, mine = conflict
    answer = client.post(f"/classes/{row.id}/edit", data={**mine, "reload": "1"})
    assert (answer.status_code, answer.location) == (303, f"/classes/{row.id}/edit")
    assert 'value="她的名称"' in client.get(answer.location).get_data(as_text=True)
    assert names(row) == ("她的名称", 60, "")


def test_the_same_change_twice_is_no_conflict(scene: Scene, sign_in: SignIn) -> None:
    row = scene.run()
    data = typed(row, head="李主任")
    client = sign_in(scene.planner)
    for _time in range(2):
        assert client.post(f"/classes/{row.id}/edit", data=data).status_code == 303
    assert names(row)[2] == "李主任"


def test_two_planners_at_the_same_moment(each_app: Flask) -> None:
    scene = make_scene()
    row = scene.run()
    planners: list[User] = [scene.planner, scene.user(Role.PLANNER)]
    identities = [user.get_id() for user in planners]
    forms = [typed(row, name=name) for name in ("甲的名称", "乙的名称")]
    address = f"/classes/{row.id}/edit"
    number = row.id
    db.session.commit()

    def save(which: int) -> tuple[int, bool]:
        client = each_app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = identities[which]
            session["_fresh"] = True
        answer = client.post(address, data=forms[which])
        return answer.status_code, forms[which]["name"] in answer.get_data(as_text=True)

    answers = at_once(2, save)
    assert sorted(status for status, _kept in answers) == [303, 409]
    winner = [status for status, _kept in answers].index(303)
    assert answers[1 - winner][1]
    saved = db.session.get_one(TrainingClass, number)
    assert (saved.name, saved.version) == (forms[winner]["name"], 2)
    assert db.session.query(ClassSession).filter_by(class_id=number).count() == 0
