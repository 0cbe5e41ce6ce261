"""Every change that a calendar shows raises the sequence of the sessions concerned by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from tests import factories
from tests.courses.scene import FIRST, LAST, Scene, make_scene, sequences
from tests.parallel import at_once
from trainer.core import clock
from trainer.core.database import db
from trainer.courses import resources, service, timetable
from trainer.courses.changes import of_class, touch_sessions
from trainer.courses.models import ClassSession, Lecturer, Room, TrainingClass, Venue
from trainer.courses.resources import LecturerFacts, RoomFacts, VenueFacts
from trainer.courses.rules import Rank
from trainer.courses.service import ClassFacts
from trainer.courses.timetable import SessionFacts
from trainer.plans.rules import Mode

LONG_AGO = clock.at(date(2017, 1, 1), clock.local(clock.now()).time().replace(hour=8))


class Shown(Scene):
    """The scene with a class in a room of a venue, and another class that must stay as it is."""

    row: TrainingClass
    venue: Venue
    room: Room
    lecturer: Lecturer
    session: ClassSession
    plain: ClassSession
    other: ClassSession


@pytest.fixture
def shown(scene: Scene) -> Shown:
    venue = factories.venue(scene.county)
    room = factories.add(Room(venue_id=venue.id, name="报告厅", seats=100))
    lecturer = factories.lecturer(scene.county)
    row = scene.run(1, venue_id=venue.id, changed_at=LONG_AGO)
    teaching = {"lecturer_id": lecturer.id, "room_id": room.id}
    made = Shown(**vars(scene))
    made.row, made.venue, made.room, made.lecturer = row, venue, room, lecturer
    made.session = factories.class_session(row, changed_at=LONG_AGO, **teaching)
    made.plain = factories.class_session(
        row, date(2017, 6, 6), start="14:00", end="17:00", changed_at=LONG_AGO, sequence=4
    )
    made.other = factories.class_session(scene.run(2, changed_at=LONG_AGO), changed_at=LONG_AGO)
    return made


def class_facts(**changes: Any) -> ClassFacts:
    facts = ClassFacts(
        name="县级人大代表赴外培训班",
        mode=Mode.OFF_SITE,
        first_day=FIRST,
        last_day=LAST,
        capacity=50,
    )
    return replace(facts, **changes)


def session_facts(shown: Shown, **changes: Any) -> SessionFacts:
    start, end = clock.local(shown.session.starts_at), clock.local(shown.session.ends_at)
    facts = SessionFacts(
        kind=shown.session.kind,
        title=shown.session.title,
        day=FIRST,
        start=start.time(),
        end=end.time(),
        hours=shown.session.hours,
        lecturer_id=shown.lecturer.id,
        room_id=shown.room.id,
    )
    return replace(facts, **changes)


def edit_class(**changes: Any) -> Callable[[Shown], None]:
    return lambda s: service.edit_class(
        s.row, facts=class_facts(**{"venue_id": s.venue.id, **changes}), by=s.by
    )


def edit_session(**changes: Any) -> Callable[[Shown], None]:
    return lambda s: timetable.edit_session(
        s.session, training_class=s.row, facts=session_facts(s, **changes), by=s.by
    )


def edit_venue(**changes: Any) -> Callable[[Shown], None]:
    facts = replace(VenueFacts("西北师范大学"), **changes)
    return lambda s: resources.edit_venue(s.venue, facts=facts, by=s.by)


def edit_room(name: str, seats: int) -> Callable[[Shown], None]:
    return lambda s: resources.edit_room(s.room, facts=RoomFacts(name, seats), by=s.by)


def edit_lecturer(*facts: Any) -> Callable[[Shown], None]:
    return lambda s: resources.edit_lecturer(s.lecturer, facts=LecturerFacts(*facts), by=s.by)


def cancel_session(s: Shown) -> None:
    timetable.cancel_session(s.session, training_class=s.row, by=s.by)


def cancel_class(s: Shown) -> None:
    service.cancel(s.row, reason="疫情", by=s.by)


BOTH, ONE, NONE = [1, 5], [1, 4], [0, 4]
CASES: dict[str, tuple[Callable[[Shown], None], list[int]]] = {
    "class name": (edit_class(name="新名称"), BOTH),
    "run": (edit_class(run=3), BOTH),
    "mode": (edit_class(mode=Mode.GATHERED), BOTH),
    "venue": (edit_class(venue_id=None), BOTH),
    "new venue": (edit_class(venue_id=None, new_venue="党校"), BOTH),
    "head": (edit_class(head="李主任"), BOTH),
    "phone of the head": (edit_class(head_phone="0972-8320000"), BOTH),
    "gathering": (edit_class(gathering="县政府广场"), BOTH),
    "bring": (edit_class(bring="代表证"), BOTH),
    "link": (edit_class(link="https://example.com/"), BOTH),
    "two things at once": (edit_class(name="新名称", head="李主任"), BOTH),
    "days with the timetable": (
        edit_class(first_day=date(2017, 6, 12), last_day=date(2017, 6, 17)),
        BOTH,
    ),
    "name and days": (
        edit_class(name="新", first_day=date(2017, 6, 12), last_day=date(2017, 6, 17)),
        BOTH,
    ),
    "capacity, host, organiser": (edit_class(capacity=60, host="人代工委", organiser="党校"), NONE),
    "nothing of the class": (edit_class(), NONE),
    "title": (edit_session(title="预算审查"), ONE),
    "start": (edit_session(start=clock.local(clock.now()).time().replace(8, 30, 0)), ONE),
    "day": (edit_session(day=date(2017, 6, 7)), ONE),
    "place": (edit_session(place="301"), ONE),
    "no room": (edit_session(room_id=None), ONE),
    "no lecturer": (edit_session(lecturer_id=None), ONE),
    "new lecturer": (edit_session(lecturer_id=None, new_lecturer="李教授"), ONE),
    "nothing of the session": (edit_session(), NONE),
    "venue's name": (edit_venue(name="兰州大学"), BOTH),
    "venue's address": (edit_venue(address="安宁区"), BOTH),
    "venue's place on the map": (edit_venue(latitude=36.1, longitude=103.7), BOTH),
    "nothing of the venue": (edit_venue(), NONE),
    "room's name": (edit_room("大礼堂", 100), ONE),
    "room's seats": (edit_room("报告厅", 90), NONE),
    "lecturer's name": (edit_lecturer("李教授"), ONE),
    "lecturer's unit": (edit_lecturer("王教授", "西北师大"), ONE),
    "lecturer's rank": (edit_lecturer("王教授", "", Rank.FULL), NONE),
    "cancel a session": (cancel_session, ONE),
    "cancel the class": (cancel_class, BOTH),
}


@pytest.mark.parametrize("case", CASES)
def test_each_verb(shown: Shown, case: str) -> None:
    verb, expected = CASES[case]
    before = clock.now()
    verb(shown)
    assert sequences(shown.session, shown.plain, shown.other) == [*expected, 0]
    touched = [new != old for new, old in zip(expected, NONE, strict=True)]
    changed = [s.changed_at >= before for s in (shown.session, shown.plain, shown.other)]
    assert changed == [*touched, False]
    assert (shown.row.changed_at >= before) == any(touched)


def test_restoring_raises_once_more(shown: Shown) -> None:
    cancel_session(shown)
    timetable.restore_session(shown.session, training_class=shown.row, by=shown.by)
    assert sequences(shown.session, shown.plain, shown.other) == [2, 4, 0]
    assert shown.session.cancelled_at is None


def test_twice_raises_twice(shown: Shown) -> None:
    touch_sessions(of_class(shown.row.id))
    touch_sessions(of_class(shown.row.id))
    assert sequences(shown.session, shown.plain, shown.other) == [2, 6, 0]


def test_cancelled_sessions_follow_a_rename(shown: Shown) -> None:
    cancel_session(shown)
    edit_class(name="新名称")(shown)
    assert sequences(shown.session, shown.plain, shown.other) == [2, 5, 0]


def test_versions_stay_so_that_a_rename_is_no_conflict(shown: Shown) -> None:
    version = shown.session.version
    touch_sessions(of_class(shown.row.id))
    assert shown.session.version == version


def test_moving_a_class_moves_cancelled_sessions_too(shown: Shown) -> None:
    cancel_session(shown)
    start = shown.session.starts_at
    edit_class(first_day=date(2017, 6, 12), last_day=date(2017, 6, 17))(shown)
    assert shown.session.starts_at == start + timedelta(days=7)


def test_no_raise_is_lost_between_two_planners(each_app: Flask) -> None:
    scene = make_scene()
    session = factories.class_session(scene.run(1))
    number = session.class_id
    db.session.commit()

    def touch(_number: int) -> None:
        with each_app.app_context():
            touch_sessions(of_class(number))
            db.session.commit()

    at_once(8, touch)
    assert sequences(session) == [8]
