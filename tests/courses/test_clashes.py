"""Nobody teaches and no room is used in two classes at once."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from flask import Flask

from tests import factories
from tests.conftest import SignIn
from tests.courses.scene import FIRST, Scene, make_scene
from tests.parallel import at_once
from trainer.core.database import db
from trainer.core.errors import DomainError, Invalid
from trainer.courses import timetable
from trainer.courses.models import ClassSession, Room, TrainingClass
from trainer.courses.rules import ClassStatus, SessionKind
from trainer.courses.timetable import SessionFacts


def facts(**changes: Any) -> SessionFacts:
    usual: dict[str, Any] = {
        "kind": SessionKind.LECTURE,
        "title": "预算审查",
        "day": FIRST,
        "start": time(9),
        "end": time(12),
    }
    return SessionFacts(**{**usual, **changes})


def room(scene: Scene) -> Room:
    venue = factories.venue(scene.county)
    made: Room = factories.add(Room(venue_id=venue.id, name="报告厅", seats=100))
    return made


def test_the_same_class(scene: Scene) -> None:
    row = scene.run()
    factories.class_session(row, start="08:00", end="09:30")
    with pytest.raises(Invalid) as refusal:
        timetable.add_session(row, facts=facts(), by=scene.by)
    assert refusal.value.field == "start"
    assert str(refusal.value) == (
        "At this time the class already has “代表法与代表履职” (2017-06-05 08:00–09:30). "
        "Choose another time, or move the other one first."
    )


def test_a_lecturer_in_another_class(scene: Scene) -> None:
    lecturer = factories.lecturer(scene.county)
    factories.class_session(scene.run(2), lecturer_id=lecturer.id)
    with pytest.raises(Invalid) as refusal:
        timetable.add_session(scene.run(1), facts=facts(lecturer_id=lecturer.id), by=scene.by)
    assert refusal.value.field == "lecturer_id"
    assert str(refusal.value) == (
        "王教授 cannot teach “预算审查” (2017-06-05 09:00–12:00) and “代表法与代表履职” in"
        " 县级人大代表赴外培训班（2） (2017-06-05 09:00–12:00) at once."
        " Choose another time or lecturer."
    )


def test_a_room_in_another_class(scene: Scene) -> None:
    hall = room(scene)
    factories.class_session(scene.run(2), room_id=hall.id)
    with pytest.raises(Invalid, match="报告厅 cannot hold") as refusal:
        timetable.add_session(scene.run(1), facts=facts(room_id=hall.id), by=scene.by)
    assert refusal.value.field == "room_id"


@pytest.mark.parametrize("why", ["cancelled session", "cancelled class", "other day", "next"])
def test_what_does_not_clash(scene: Scene, why: str) -> None:
    lecturer = factories.lecturer(scene.county)
    cancelled = {"status": ClassStatus.CANCELLED, "reason": "疫情"}
    other = scene.run(2, **(cancelled if why == "cancelled class" else {}))
    factories.class_session(
        other,
        date(2017, 6, 6) if why == "other day" else FIRST,
        **({"start": "12:00", "end": "13:00"} if why == "next" else {}),
        lecturer_id=lecturer.id,
        cancelled_at=other.changed_at if why == "cancelled session" else None,
    )
    timetable.add_session(scene.run(1), facts=facts(lecturer_id=lecturer.id), by=scene.by)


def test_a_session_does_not_clash_with_itself(scene: Scene) -> None:
    row = scene.run()
    session = factories.class_session(row)
    timetable.edit_session(session, training_class=row, facts=facts(start=time(9, 30)), by=scene.by)


def test_the_page_says_so_in_chinese(scene: Scene, sign_in: SignIn) -> None:
    lecturer = factories.lecturer(scene.county)
    factories.class_session(scene.run(2), lecturer_id=lecturer.id)
    row = scene.run(1)
    data = {
        "kind": "lecture",
        "title": "预算审查",
        "day": "2017-06-05",
        "start": "11:00",
        "end": "13:00",
        "lecturer_id": str(lecturer.id),
        "room_id": "",
    }
    answer = sign_in(scene.planner).post(f"/classes/{row.id}/timetable/add", data=data)
    assert answer.status_code == 422
    assert (
        "王教授不能同时讲授“预算审查”（2017-06-05 11:00–13:00）和县级人大代表赴外培训班（2）的"
        "“代表法与代表履职”（2017-06-05 09:00–12:00）。请另选时间或授课人。"
    ) in answer.get_data(as_text=True)


def test_two_planners_book_a_lecturer_at_once(each_app: Flask) -> None:
    scene = make_scene()
    lecturer_id = factories.lecturer(scene.county).id
    classes = [scene.run(number).id for number in (1, 2, 3, 4)]
    by = scene.by
    db.session.commit()

    def book(which: int) -> bool:
        with each_app.app_context():
            row = db.session.get_one(TrainingClass, classes[which])
            try:
                timetable.add_session(row, facts=facts(lecturer_id=lecturer_id), by=by)
                db.session.commit()
            except DomainError:
                db.session.rollback()
                return False
            return True

    assert sum(at_once(4, book)) == 1
    assert db.session.query(ClassSession).filter_by(lecturer_id=lecturer_id).count() == 1
