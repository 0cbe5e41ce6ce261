"""A whole timetable in one step: from the template, or from another class."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tests.conftest import SignIn
from tests.courses.scene import FIRST, Scene, verbs
from trainer.core import clock
from trainer.core.errors import Invalid, Refused
from trainer.courses import filling, queries
from trainer.courses.models import ClassSession, Room, TrainingClass

LATER = {"first_day": date(2017, 9, 11), "last_day": date(2017, 9, 16)}


def lines(row: TrainingClass) -> list[str]:
    return [
        f"{s.day:%m-%d} {clock.local(s.starts_at):%H:%M} {s.title}"
        for s in queries.sessions_of(row.id)
    ]


def test_fill_an_empty_timetable_once(scene: Scene) -> None:
    row = scene.draft()
    factories.class_session(row, cancelled_at=row.changed_at)
    made = filling.fill(row, by=scene.by)
    assert len(made) == 15
    assert sum(session.hours for session in made) == 37
    assert verbs() == ["timetable.fill"]
    with pytest.raises(Refused, match="needs an empty one"):
        filling.fill(row, by=scene.by)


def test_the_fill_button(scene: Scene, sign_in: SignIn) -> None:
    row = scene.draft()
    client = sign_in(scene.planner)
    page = client.get(f"/classes/{row.id}/timetable").get_data(as_text=True)
    assert "课程表是空的" in page
    address = f"/classes/{row.id}/timetable/fill"
    assert [client.post(address).status_code for _time in range(2)] == [303, 409]
    assert lines(row)[:3] == [
        "06-05 14:00 报到、安排住宿",
        "06-06 08:30 开班式、集体合影",
        "06-06 09:20 专题讲座1",
    ]


@pytest.fixture
def source(scene: Scene) -> TrainingClass:
    venue = factories.venue(scene.county)
    room = factories.add(Room(venue_id=venue.id, name="报告厅", seats=100))
    row = scene.run(1, venue_id=venue.id)
    lecturer = factories.lecturer(scene.county)
    factories.class_session(
        row, title="讲座", lecturer_id=lecturer.id, room_id=room.id, place="前排"
    )
    factories.class_session(row, date(2017, 6, 10), title="结业式", start="10:00", end="11:00")
    factories.class_session(row, date(2017, 6, 7), title="取消", cancelled_at=row.changed_at)
    return row


def test_copy_moves_the_days(scene: Scene, source: TrainingClass) -> None:
    row = scene.draft(2, venue_id=source.venue_id, **LATER)
    made = filling.copy(row, source=source, by=scene.by)
    assert lines(row) == ["09-11 09:00 讲座", "09-16 10:00 结业式"]
    first: ClassSession = queries.sessions_of(source.id)[0]
    assert (made[0].lecturer_id, made[0].room_id, made[0].place, made[0].hours) == (
        first.lecturer_id,
        first.room_id,
        "前排",
        Decimal(4),
    )
    assert (made[0].sequence, first.sequence) == (0, 0)
    with pytest.raises(Refused, match="needs an empty one"):
        filling.copy(row, source=source, by=scene.by)


def test_rooms_stay_at_their_venue(scene: Scene, source: TrainingClass) -> None:
    row = scene.draft(2, **LATER)
    made = filling.copy(row, source=source, lecturers=False, by=scene.by)
    assert {(s.lecturer_id, s.room_id, s.place) for s in made} == {(None, None, "")}


def test_a_longer_timetable_does_not_fit(scene: Scene, source: TrainingClass) -> None:
    row = scene.draft(2, first_day=FIRST, last_day=date(2017, 6, 9))
    with pytest.raises(Refused, match="does not fit"):
        filling.copy(row, source=source, lecturers=False, by=scene.by)


def test_lecturers_are_not_booked_twice(scene: Scene, source: TrainingClass) -> None:
    row = scene.draft(2)
    with pytest.raises(Invalid, match="王教授 cannot teach"):
        filling.copy(row, source=source, by=scene.by)
    filling.copy(row, source=source, lecturers=False, by=scene.by)


def test_the_copy_page(scene: Scene, sign_in: SignIn, source: TrainingClass) -> None:
    row = scene.draft(2, **LATER)
    scene.draft(3)  # without a timetable
    client = sign_in(scene.planner)
    address = f"/classes/{row.id}/timetable/copy"
    page = client.get(address).get_data(as_text=True)
    assert f'<option value="{source.id}">' in page
    assert page.count("<option") == 2  # nothing chosen, and the source; not the neighbour's
    for wrong in ("", "999", "x"):
        answer = client.post(address, data={"source": wrong})
        assert answer.status_code == 422
        assert 'id="source-error"' in answer.get_data(as_text=True)
    data = {"source": str(source.id), "lecturers": "y"}
    assert client.post(address, data=data).status_code == 303
    assert lines(row) == ["09-11 09:00 讲座", "09-16 10:00 结业式"]
    again = client.post(address, data=data)
    assert again.status_code == 422
    assert "课程表已有课程" in again.get_data(as_text=True)


def test_nothing_to_copy(scene: Scene, sign_in: SignIn) -> None:
    row = scene.draft()
    page = sign_in(scene.planner).get(f"/classes/{row.id}/timetable/copy")
    assert "没有其他班次有课程表" in page.get_data(as_text=True)
