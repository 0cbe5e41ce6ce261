"""What planners do on the pages of a timetable: move, accept, postpone, build, hand out."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from docx import Document
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import SignIn
from tests.courses.scene import FIRST, Scene, sequences, verbs
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.courses import gathering
from trainer.courses.extra_models import Acceptance, Material, TimetableTemplate
from trainer.courses.models import ClassSession, Room, TrainingClass
from trainer.courses.rules import ClassStatus, SessionKind
from trainer.people.models import Person
from trainer.plans.rules import Mode

SOON = clock.today() + timedelta(days=30)


@pytest.fixture
def planner(scene: Scene, sign_in: SignIn) -> FlaskClient:
    return sign_in(scene.planner)


def times(session: ClassSession) -> tuple[date, str, str]:
    db.session.refresh(session)
    start, end = clock.local(session.starts_at), clock.local(session.ends_at)
    return start.date(), f"{start:%H:%M}", f"{end:%H:%M}"


def test_a_session_is_moved_and_stretched(scene: Scene, planner: FlaskClient) -> None:
    row = scene.run()
    session, other = (
        factories.class_session(row),
        factories.class_session(row, start="14:30", end="16:00"),
    )
    address = f"/classes/{row.id}/timetable/{session.id}/move"
    answer = planner.post(address, data={"day": "2017-06-05", "half": "afternoon"})
    assert (answer.status_code, "slot-" in answer.get_data(as_text=True)) == (200, True)
    assert times(session) == (FIRST, "16:00", "19:00")  # right after the one that is there
    planner.post(address, data={"day": "2017-06-06", "half": "morning"})
    assert times(session) == (date(2017, 6, 6), "09:00", "12:00")
    planner.post(address, data={"day": "2017-06-06", "half": "morning", "minutes": "-30"})
    assert times(session) == (date(2017, 6, 6), "09:00", "11:30")
    assert sequences(session, other) == [3, 0]
    refused = planner.post(address, data={"day": "2017-06-12", "half": "morning"})
    assert (refused.status_code, refused.mimetype) == (422, "text/plain")
    assert verbs() == ["session.move"] * 3


def test_conflicts_block_publishing_until_they_are_solved_or_accepted(
    scene: Scene, planner: FlaskClient
) -> None:
    row = scene.draft(venue_id=factories.venue(scene.county).id)
    factories.class_session(row, start="09:00", end="14:00", hours=Decimal(4))
    assert planner.post(f"/classes/{row.id}/publish").status_code == 409
    [conflict] = gathering.of_class(row)
    address = f"/classes/{row.id}/timetable/conflicts/{conflict.key}"
    assert planner.post(address, data={"reason": ""}).status_code == 422
    assert planner.post(address, data={"reason": "自带午餐"}).status_code == 303
    assert planner.post(address, data={"reason": "自带午餐"}).status_code == 409
    assert "自带午餐" in planner.get(f"/classes/{row.id}/timetable").get_data(as_text=True)
    [kept] = db.session.query(Acceptance)
    assert (kept.by_name, kept.reason) == (scene.planner.name, "自带午餐")
    assert planner.post(f"/classes/{row.id}/publish").status_code == 303
    assert verbs() == ["conflict.accept", "class.publish"]


def test_a_hard_conflict_cannot_be_accepted(scene: Scene, planner: FlaskClient) -> None:
    row = scene.draft(venue_id=factories.venue(scene.county).id)
    factories.class_session(row, date(2017, 6, 20))
    [conflict] = gathering.of_class(row)
    address = f"/classes/{row.id}/timetable/conflicts/{conflict.key}"
    assert planner.post(address, data={"reason": "没关系"}).status_code == 409
    assert planner.post(f"/classes/{row.id}/publish").status_code == 409
    assert db.session.query(Acceptance).count() == 0


def test_typing_a_session_tells_its_conflicts(scene: Scene, planner: FlaskClient) -> None:
    venue = factories.venue(scene.county)
    room = factories.add(Room(venue_id=venue.id, name="小会议室", seats=20))
    row = scene.run(venue_id=venue.id)
    data = {"kind": "lecture", "day": "2017-06-05", "start": "09:00", "end": "12:00"}
    said = planner.post(f"/classes/{row.id}/timetable/check", data={**data, "room_id": room.id})
    assert "小会议室有20座" in said.get_data(as_text=True)
    fine = planner.post(f"/classes/{row.id}/timetable/check", data=data).get_data(as_text=True)
    assert "没有冲突" in fine
    assert db.session.query(ClassSession).filter_by(class_id=row.id).count() == 0


def test_a_class_is_postponed_and_goes_on(scene: Scene, planner: FlaskClient) -> None:
    row = scene.run(first_day=SOON, last_day=SOON + timedelta(days=1))
    session = factories.class_session(row)
    gone = factories.class_session(row, start="19:00", end="20:00", cancelled_at=row.changed_at)
    gone.cancelled_at = clock.now() - timedelta(days=1)
    assert planner.post(f"/classes/{row.id}/postpone", data={"reason": ""}).status_code == 422
    assert planner.post(f"/classes/{row.id}/postpone", data={"reason": "大雪"}).status_code == 303
    db.session.refresh(row)
    db.session.refresh(session)
    assert (row.status, row.reason) == (ClassStatus.POSTPONED, "大雪")
    assert session.cancelled_at == row.postponed_at
    add = planner.get(f"/classes/{row.id}/timetable/add")
    assert add.status_code == 409
    later = SOON + timedelta(days=14)
    answer = planner.post(f"/classes/{row.id}/go-on", data={"first_day": later.isoformat()})
    assert answer.status_code == 303
    assert times(session) == (later, "09:00", "12:00")
    db.session.refresh(row)
    db.session.refresh(gone)
    assert (row.status, row.last_day, session.cancelled_at) == (
        ClassStatus.PUBLISHED,
        later + timedelta(days=1),
        None,
    )
    assert gone.cancelled_at is not None
    assert sequences(session) == [2]
    again = planner.post(f"/classes/{row.id}/go-on", data={"first_day": later.isoformat()})
    assert again.status_code in (409, 422)


def test_a_start_by_hand_is_undone_before_the_first_day_only(
    scene: Scene, planner: FlaskClient
) -> None:
    early = scene.run(1, first_day=SOON, last_day=SOON, status=ClassStatus.RUNNING)
    begun = scene.run(2, first_day=clock.today(), last_day=SOON, status=ClassStatus.RUNNING)
    answers = [planner.post(f"/classes/{row.id}/undo-start").status_code for row in (early, begun)]
    assert answers == [303, 409]
    db.session.refresh(early)
    assert early.status is ClassStatus.PUBLISHED


def test_runs_are_made_together_and_a_change_is_carried_over(
    scene: Scene, planner: FlaskClient
) -> None:
    data = {
        "name": "赴外培训班",
        "run": "1",
        "mode": "off_site",
        "first_day": "2017-06-05",
        "last_day": "2017-06-10",
        "more_first_days": "2017-09-11",
        "capacity": "50",
        "venue_id": "",
        "new_venue": "省城高校",
    }
    address = f"/classes/new?planned={scene.planned.id}"
    overlap = planner.post(address, data={**data, "more_first_days": "2017-06-08"})
    assert overlap.status_code == 422
    assert planner.post(address, data=data).status_code == 303
    one, two = (
        db.session.query(TrainingClass)
        .filter_by(planned_class_id=scene.planned.id)
        .order_by(TrainingClass.run)
    )
    assert (one.run, two.run, two.last_day) == (1, 2, date(2017, 9, 16))
    assert one.venue_id == two.venue_id
    for row in (one, two):
        assert planner.post(f"/classes/{row.id}/timetable/fill").status_code == 303
    sessions = db.session.query(ClassSession).order_by(ClassSession.starts_at)
    lecture = sessions.filter_by(class_id=one.id, kind=SessionKind.LECTURE).first()
    assert lecture is not None
    start = clock.local(lecture.starts_at)
    form = {
        "kind": "lecture",
        "title": "代表法",
        "day": "2017-06-06",
        "start": f"{start:%H:%M}",
        "end": "11:50",
        "hours": "3",
        "presider": "张主任",
        "version": "1",
        "sibling": str(two.id),
    }
    assert planner.post(f"/classes/{one.id}/timetable/{lecture.id}", data=form).status_code == 303
    [twin] = db.session.query(ClassSession).filter_by(class_id=two.id, title="代表法")
    assert (twin.day, twin.presider, twin.sequence) == (date(2017, 9, 12), "张主任", 1)


def test_a_timetable_is_kept_as_a_template_and_used_again(
    scene: Scene, planner: FlaskClient
) -> None:
    one, two = scene.run(1), scene.draft(2, first_day=SOON, last_day=SOON)
    factories.class_session(one)
    assert (
        planner.post(f"/classes/{one.id}/timetable/keep", data={"name": "半天"}).status_code == 303
    )
    assert (
        planner.post(f"/classes/{one.id}/timetable/keep", data={"name": "半天"}).status_code == 422
    )
    [template] = db.session.query(TimetableTemplate)
    fill = planner.post(f"/classes/{two.id}/timetable/fill", data={"template": template.id})
    assert fill.status_code == 303
    [made] = db.session.query(ClassSession).filter_by(class_id=two.id)
    assert times(made) == (SOON, "09:00", "12:00")


def test_a_class_in_the_townships_stops_at_several_places(
    scene: Scene, planner: FlaskClient
) -> None:
    row = scene.run(mode=Mode.DELIVERED)
    factories.class_session(row, place="威远镇")
    address = f"/classes/{row.id}/timetable/stops"
    assert planner.post(address, data={"stops": "明天 丹麻镇"}).status_code == 422
    stops = "2017-06-05 丹麻镇会议室\n2017-06-07 东沟乡"
    assert planner.post(address, data={"stops": stops}).status_code == 303
    made = db.session.query(ClassSession).filter_by(class_id=row.id).order_by(ClassSession.id)
    assert [(one.place, one.day.day) for one in made] == [
        ("威远镇", 5),
        ("丹麻镇会议室", 5),
        ("东沟乡", 7),
    ]


def test_a_file_is_handed_out_to_those_concerned(scene: Scene, sign_in: SignIn) -> None:
    delegation = factories.delegation(scene.term, unit=scene.township)
    seat, other = factories.seat(delegation), factories.seat(delegation)
    row = scene.run()
    factories.quota(row, delegation)
    factories.enrolment(row, seat)
    planner = sign_in(scene.planner)

    def send(name: str, content: bytes) -> int:
        data = {"file": (io.BytesIO(content), name), "title": "", "session_id": ""}
        return planner.post(f"/classes/{row.id}/materials/add", data=data).status_code

    assert [
        send("讲义.exe", b"MZ"),
        send("讲义.pdf", b"MZ"),
        send("讲义.pdf", b""),
        send("讲义.pdf", b"%PDF-1.7 x"),
        send("again.pdf", b"%PDF-1.7 x"),
    ] == [422, 422, 422, 303, 422]
    [kept] = db.session.query(Material)
    address = f"/classes/materials/{kept.id}"
    person = db.session.get_one(Person, seat.person_id)
    mine = sign_in(factories.deputy_user(person))
    file = mine.get(address)
    assert (file.status_code, file.data, file.mimetype) == (200, b"%PDF-1.7 x", "application/pdf")
    person = db.session.get_one(Person, other.person_id)
    assert sign_in(factories.deputy_user(person)).get(address).status_code == 404
    stranger = scene.user(Role.PLANNER, scope=scene.elsewhere)
    assert sign_in(stranger).get(address).status_code == 404


def test_the_word_timetable_has_the_columns_of_the_office(
    scene: Scene, planner: FlaskClient
) -> None:
    row = scene.run()
    factories.class_session(row, presider="张主任", lecturer_id=factories.lecturer(scene.county).id)
    factories.class_session(row, start="14:30", end="17:30")
    answer = planner.get(f"/classes/{row.id}/timetable/word")
    [table] = Document(io.BytesIO(answer.data)).tables
    lines = [[cell.text for cell in line.cells] for line in table.rows]
    assert lines[0] == ["日期", "时间", "内容", "形式", "授课人及职务", "地点", "主持人", "学时"]
    assert [line[1:] for line in lines[1:]] == [
        ["09:00–12:00", "代表法与代表履职", "专题讲座", "王教授", "", "张主任", "4"],
        ["14:30–17:30", "代表法与代表履职", "专题讲座", "", "", "", "4"],
    ]


def test_dates_are_proposed_and_a_timetable_is_built(scene: Scene, planner: FlaskClient) -> None:
    page = planner.get("/classes/dates?year=2017").get_data(as_text=True)
    assert page.count(f"/classes/new?planned={scene.planned.id}") == 2
    row = scene.draft()
    factories.lecturer(scene.county)
    data = {"lectures": "代表法：王教授\n预算：王教授", "in_order": "y", "on_site": "示范村"}
    address = f"/classes/{row.id}/timetable/build"
    nobody = planner.post(address, data={**data, "lectures": "代表法：无名"})
    assert nobody.status_code == 422
    clash = planner.post(address, data=data)  # no day on site is given
    assert clash.status_code == 422
    assert "示范村" in clash.get_data(as_text=True)
    data["days_on_site"] = "2017-06-08"
    assert planner.post(address, data=data).status_code == 200
    assert planner.post(address, data={**data, "keep": "1"}).status_code == 303
    made = db.session.query(ClassSession).filter_by(class_id=row.id)
    assert {one.title for one in made} >= {"代表法", "预算", "示范村"}
    assert [one.clash for one in gathering.of_class(row)] == []
