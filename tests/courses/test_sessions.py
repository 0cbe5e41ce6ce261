"""Adding, changing, cancelling, restoring and deleting sessions of a timetable."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import SignIn
from tests.courses.scene import FIRST, LAST, Scene, verbs
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.courses import filling, timetable
from trainer.courses.models import ClassSession, Lecturer, Room, TrainingClass
from trainer.courses.rules import ClassStatus, Half, SessionKind
from trainer.courses.timetable import SessionFacts

OVER = [ClassStatus.FINISHED, ClassStatus.CLOSED, ClassStatus.CANCELLED]


def facts(**changes: Any) -> SessionFacts:
    usual: dict[str, Any] = {
        "kind": SessionKind.LECTURE,
        "title": "预算审查",
        "day": FIRST,
        "start": time(9),
        "end": time(12),
        "hours": Decimal(4),
    }
    return SessionFacts(**{**usual, **changes})


def add(scene: Scene, row: TrainingClass, **changes: Any) -> ClassSession:
    return timetable.add_session(row, facts=facts(**changes), by=scene.by)


def test_add(scene: Scene) -> None:
    row = scene.run(changed_at=clock.at(date(2017, 1, 1), time(8)))
    before = clock.now()
    made = add(scene, row, new_lecturer="王教授", new_unit="党校", place="301")
    lecturer = db.session.get_one(Lecturer, made.lecturer_id)
    assert (lecturer.name, lecturer.unit, lecturer.congress_id) == (
        "王教授",
        "党校",
        scene.county.id,
    )
    assert (made.day, made.half, made.place, made.hours, made.sequence) == (
        FIRST,
        Half.MORNING,
        "301",
        Decimal(4),
        0,
    )
    assert clock.local(made.ends_at).time() == time(12)
    assert row.changed_at >= before
    assert verbs() == ["lecturer.create", "session.add"]


def test_a_known_lecturer_is_not_made_twice(scene: Scene) -> None:
    known = factories.lecturer(scene.county, unit="党校")
    factories.lecturer(scene.county, unit="大学")
    made = add(scene, scene.run(), new_lecturer="王教授", new_unit="党校")
    assert made.lecturer_id == known.id


@pytest.mark.parametrize("status", OVER)
def test_nothing_changes_when_the_class_is_over(scene: Scene, status: ClassStatus) -> None:
    row = scene.run(status=status, reason="疫情")
    session = factories.class_session(row)
    gone = factories.class_session(row, start="14:00", end="17:00", cancelled_at=row.changed_at)
    rest: dict[str, Any] = {"training_class": row, "by": scene.by}
    for act in (
        lambda: add(scene, row),
        lambda: timetable.edit_session(session, facts=facts(title="新"), **rest),
        lambda: timetable.cancel_session(session, **rest),
        lambda: timetable.restore_session(gone, **rest),
        lambda: timetable.delete_session(session, **rest),
        lambda: filling.fill(row, by=scene.by),
    ):
        with pytest.raises(Refused):
            act()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("day", {"day": date(2017, 6, 4)}),
        ("day", {"day": date(2017, 6, 11)}),
        ("end", {"end": time(9)}),
        ("end", {"end": time(8)}),
        ("new_lecturer", {"lecturer_id": 1, "new_lecturer": "王"}),
    ],
)
def test_what_cannot_be(scene: Scene, field: str, changes: dict[str, Any]) -> None:
    row = scene.run()
    with pytest.raises(Invalid) as refusal:
        add(scene, row, **changes)
    assert refusal.value.field == field


def test_cancel_then_restore_each_once(scene: Scene) -> None:
    row = scene.run()
    session = factories.class_session(row)
    rest: dict[str, Any] = {"training_class": row, "by": scene.by}
    timetable.cancel_session(session, **rest)
    with pytest.raises(Refused, match="cancelled already"):
        timetable.cancel_session(session, **rest)
    with pytest.raises(Refused, match="Restore it first"):
        timetable.edit_session(session, facts=facts(), **rest)
    timetable.restore_session(session, **rest)
    with pytest.raises(Refused, match="not cancelled"):
        timetable.restore_session(session, **rest)
    assert verbs() == ["session.cancel", "session.restore"]


def test_restore_only_where_there_is_room(scene: Scene) -> None:
    row = scene.run()
    session = factories.class_session(row, cancelled_at=row.changed_at)
    outside = factories.class_session(row, date(2017, 6, 20), cancelled_at=row.changed_at)
    add(scene, row)
    rest: dict[str, Any] = {"training_class": row, "by": scene.by}
    with pytest.raises(Invalid, match="already has “预算审查”"):
        timetable.restore_session(session, **rest)
    with pytest.raises(Refused, match="outside the days"):
        timetable.restore_session(outside, **rest)


def test_delete_only_from_a_draft(scene: Scene) -> None:
    draft, row = scene.draft(1), scene.run(2)
    session, seen = factories.class_session(draft), factories.class_session(row)
    timetable.delete_session(session, training_class=draft, by=scene.by)
    with pytest.raises(Refused, match="cancel the session instead"):
        timetable.delete_session(seen, training_class=row, by=scene.by)
    assert db.session.query(ClassSession).filter_by(class_id=draft.id).count() == 0
    assert verbs() == ["session.delete"]


FORM = {
    "kind": "lecture",
    "title": "预算审查",
    "day": "2017-06-05",
    "start": "09:00",
    "end": "12:00",
    "hours": "4",
    "lecturer_id": "",
    "room_id": "",
}
WRONG = {
    "kind": ("party", "请选择"),
    "title": ("长" * 121, "120"),
    "day": ("2017-06-12", "班次从2017-06-05到2017-06-10。"),
    "start": ("早上", "请填写时间"),
    "end": ("08:00", "结束时间必须晚于开始时间。"),
    "hours": ("很多", "请填写数字"),
    "lecturer_id": ("77", "请选择"),
    "room_id": ("77", "请选择"),
}


@pytest.mark.parametrize("field", WRONG)
@pytest.mark.parametrize("page", ["add", "edit"])
def test_wrong_input_is_told_beside_the_field(
    scene: Scene, sign_in: SignIn, field: str, page: str
) -> None:
    row = scene.run()
    session = factories.class_session(row)
    address = f"/classes/{row.id}/timetable/{'add' if page == 'add' else session.id}"
    typed, sentence = WRONG[field]
    data = {**FORM, "place": "记得我", "version": "1", field: typed}
    answer = sign_in(scene.planner).post(address, data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in text
    assert sentence in text
    assert 'value="记得我"' in text
    assert field in ("kind", "lecturer_id", "room_id") or f'value="{typed}"' in text
    assert db.session.query(ClassSession).filter_by(class_id=row.id).count() == 1


@pytest.fixture
def planner(scene: Scene, sign_in: SignIn) -> FlaskClient:
    return sign_in(scene.planner)


def test_the_add_page_knows_the_half_day(scene: Scene, planner: FlaskClient) -> None:
    row = scene.run()
    address = f"/classes/{row.id}/timetable/add"
    text = planner.get(f"{address}?day=2017-06-07&half=evening").get_data(as_text=True)
    assert all(f'value="{value}"' in text for value in ("2017-06-07", "19:00", "20:30", "0"))
    plain = planner.get(f"{address}?day=x&half=y").get_data(as_text=True)
    assert all(f'value="{value}"' in plain for value in ("2017-06-05", "09:00", "12:00", "4"))


def test_the_add_page_adds(scene: Scene, planner: FlaskClient) -> None:
    venue = factories.venue(scene.county)
    room = factories.add(Room(venue_id=venue.id, name="报告厅", seats=100))
    row = scene.run(venue_id=venue.id)
    lecturer = factories.lecturer(scene.county)
    data = {**FORM, "title": "", "lecturer_id": str(lecturer.id), "room_id": str(room.id)}
    answer = planner.post(f"/classes/{row.id}/timetable/add", data=data)
    assert (answer.status_code, answer.location) == (303, f"/classes/{row.id}/timetable")
    made = db.session.query(ClassSession).filter_by(class_id=row.id).one()
    assert (made.title, made.lecturer_id, made.room_id) == ("专题讲座", lecturer.id, room.id)


def test_the_edit_page_changes_and_warns(scene: Scene, planner: FlaskClient) -> None:
    row = scene.run()
    session = factories.class_session(row)
    address = f"/classes/{row.id}/timetable/{session.id}"
    answer = planner.post(address, data={**FORM, "hours": "5", "version": "1"})
    assert answer.status_code == 303
    db.session.refresh(session)
    assert (session.title, session.hours, session.sequence) == ("预算审查", Decimal(5), 1)
    page = planner.get(answer.location).get_data(as_text=True)
    assert "共5学时，半天最多计4学时。" in page


def test_the_second_planner_is_told(scene: Scene, planner: FlaskClient, sign_in: SignIn) -> None:
    row = scene.run()
    session = factories.class_session(row)
    address = f"/classes/{row.id}/timetable/{session.id}"
    other = scene.user(Role.PLANNER)
    theirs = {**FORM, "title": "她的题目", "version": "1"}
    assert sign_in(other).post(address, data=theirs).status_code == 303
    mine = {**FORM, "title": "我的题目", "start": "09:30", "version": "1"}
    answer = planner.post(address, data=mine)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert re.findall(r'row">([^<]*)</th><td[^>]*>([^<]*)</td><td[^>]*><b>([^<]*)</b>', text) == [
        ("内容", "她的题目", "我的题目"),
        ("开始时间", "09:00", "09:30"),
    ]
    assert 'value="我的题目"' in text
    reload = planner.post(address, data={**mine, "reload": "1"})
    assert (reload.status_code, reload.location) == (303, address)
    assert planner.post(address, data={**mine, "version": "2", "force": "1"}).status_code == 303
    db.session.refresh(session)
    assert (session.title, session.sequence) == ("我的题目", 2)


def test_the_cancel_button_offers_to_undo(scene: Scene, planner: FlaskClient) -> None:
    row = scene.run()
    session = factories.class_session(row)
    address = f"/classes/{row.id}/timetable/{session.id}"
    assert planner.post(f"{address}/cancel").status_code == 303
    page = planner.get(f"/classes/{row.id}/timetable").get_data(as_text=True)
    assert f'action="{address}/restore"' in page
    assert "已取消" in page
    assert planner.post(f"{address}/cancel").status_code == 409
    assert "恢复" in planner.get(address).get_data(as_text=True)
    assert planner.post(f"{address}/restore").status_code == 303
    assert planner.post(f"{address}/delete").status_code == 409
    db.session.refresh(session)
    assert (session.cancelled_at, session.sequence) == (None, 2)


def test_the_delete_button(scene: Scene, planner: FlaskClient) -> None:
    row = scene.draft()
    session = factories.class_session(row)
    address = f"/classes/{row.id}/timetable/{session.id}/delete"
    assert [planner.post(address).status_code for _time in range(2)] == [303, 404]


def test_a_session_of_another_class_is_not_found(scene: Scene, planner: FlaskClient) -> None:
    row, other = scene.run(1), factories.class_session(scene.run(2))
    for address in ("", "/cancel", "/restore", "/delete"):
        answer = planner.post(f"/classes/{row.id}/timetable/{other.id}{address}", data=FORM)
        assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.TOWNSHIP_OFFICER])
def test_others_only_read(scene: Scene, sign_in: SignIn, role: Role) -> None:
    row = scene.run()
    session = factories.class_session(row)
    client = sign_in(scene.user(role))
    page = client.get(f"/classes/{row.id}/timetable")
    assert page.status_code == 200
    assert "代表法与代表履职" in page.get_data(as_text=True)
    assert "/timetable/add" not in page.get_data(as_text=True)
    for path in ("add", "fill", "copy", f"{session.id}", f"{session.id}/cancel"):
        assert client.post(f"/classes/{row.id}/timetable/{path}", data=FORM).status_code == 403


def test_the_sheet_for_the_wall_leaves_out_what_is_cancelled(
    scene: Scene, planner: FlaskClient
) -> None:
    row = scene.run()
    factories.class_session(row, LAST, title="结业式")
    factories.class_session(row, title="取消的课", cancelled_at=row.changed_at)
    page = planner.get(f"/classes/{row.id}/timetable/print")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "结业式" in text
    assert "取消的课" not in text
    file = planner.get(f"/classes/{row.id}/timetable/excel")
    assert file.status_code == 200
    assert file.data[:2] == b"PK"
