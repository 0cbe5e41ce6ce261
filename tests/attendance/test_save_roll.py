"""Saving the roll of a half-day: what is written, what is left, who may, and doing it twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.attendance.scene import Scene, held_class, record, recorded
from tests.conftest import SignIn
from trainer.accounts.models import AuditEvent
from trainer.accounts.rules import Role
from trainer.attendance.models import Attendance
from trainer.attendance.rules import Mark, Source
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.rules import ClassStatus, SessionKind
from trainer.enrolment.rules import EnrolmentStatus

P, L, E, X, A = Mark


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Three deputies, two half-days; the morning has two sessions. Another class is noise."""
    noise = held_class(2)
    record(noise.enrolments[0], (noise.sessions[0], A))
    scene = held_class(3, place=(noise.county, noise.term))
    second = factories.class_session(scene.training_class, None, "08:00", "08:30")
    scene.sessions.append(second)
    return scene


def _noise() -> dict[tuple[int, int], Mark]:
    return recorded()


def test_one_row_for_each_session_and_deputy(scene: Scene, sign_in: SignIn) -> None:
    before = _noise()
    answer = sign_in(scene.planner).post(scene.address, data=scene.fields(0, P, X, None))
    first, second, _third = scene.enrolments
    morning = [scene.sessions[0].id, scene.sessions[2].id]
    assert answer.status_code == 303
    assert answer.location == f"{scene.address}?half=2017-06-05.morning"
    assert recorded() == before | {
        (session, deputy): mark
        for session in morning
        for deputy, mark in ((first.id, P), (second.id, X))
    }


def test_who_when_and_how_are_kept(scene: Scene, sign_in: SignIn) -> None:
    sign_in(scene.planner).post(scene.address, data=scene.fields(1, L))
    row = db.session.scalars(
        sa.select(Attendance).where(Attendance.session_id == scene.sessions[1].id)
    ).one()
    assert (row.source, row.by_name, row.by_id) == (
        Source.STAFF, scene.planner.name, scene.planner.id,
    )  # fmt: skip
    assert clock.now() - row.at < timedelta(minutes=1)


def test_saving_twice_changes_nothing_more(scene: Scene, sign_in: SignIn) -> None:
    client = sign_in(scene.planner)
    client.post(scene.address, data=scene.fields(0, P, P, P))
    once = recorded()
    events = db.session.scalar(sa.select(sa.func.count(AuditEvent.id)))
    answer = client.post(scene.address, data=scene.fields(0, P, P, P, seen=P))
    assert (answer.status_code, recorded()) == (303, once)
    assert db.session.scalar(sa.select(sa.func.count(AuditEvent.id))) == events


def test_marking_again_undoes(scene: Scene, sign_in: SignIn) -> None:
    client = sign_in(scene.planner)
    client.post(scene.address, data=scene.fields(1, A))
    client.post(scene.address, data=scene.fields(1, P, seen=A))
    key = (scene.sessions[1].id, scene.enrolments[0].id)
    assert recorded()[key] is P


def test_the_trail_tells_before_and_after(scene: Scene, sign_in: SignIn) -> None:
    client = sign_in(scene.planner)
    client.post(scene.address, data=scene.fields(1, A, P))
    client.post(scene.address, data=scene.fields(1, X, P, seen=A))
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    who = next(key for key in event.after if key.endswith(f"#{scene.enrolments[0].id}"))
    assert (event.verb, event.subject_kind, event.subject_id, event.user_id) == (
        "roll.save", "training_class", scene.training_class.id, scene.planner.id,
    )  # fmt: skip
    half = {"half_day": "2017-06-05.afternoon"}
    assert (event.before, event.after) == (half | {who: "absent"}, half | {who: "excused"})


def test_rest_present_without_script(scene: Scene, sign_in: SignIn) -> None:
    form = {**scene.fields(1, None, X, None), "rest": "present"}
    sign_in(scene.planner).post(scene.address, data=form)
    session = scene.sessions[1].id
    assert [recorded()[session, each.id] for each in scene.enrolments] == [P, X, P]


def test_a_session_added_later_is_filled_by_saving_again(scene: Scene, sign_in: SignIn) -> None:
    client = sign_in(scene.planner)
    client.post(scene.address, data=scene.fields(1, L))
    added = factories.class_session(scene.training_class, None, "17:40", "17:50")
    db.session.commit()
    client.post(scene.address, data=scene.fields(1, L, seen=L))
    assert recorded()[added.id, scene.enrolments[0].id] is L


def test_journeys_and_cancelled_sessions_have_no_roll(scene: Scene, sign_in: SignIn) -> None:
    journey = factories.class_session(
        scene.training_class, None, "13:00", "14:00", kind=SessionKind.TRAVEL
    )
    dropped = factories.class_session(
        scene.training_class, None, "13:10", "14:10", cancelled_at=clock.now()
    )
    sign_in(scene.planner).post(scene.address, data=scene.fields(1, P))
    assert {session for session, _ in recorded()} & {journey.id, dropped.id} == set()


@pytest.mark.parametrize("status", [EnrolmentStatus.WITHDRAWN, EnrolmentStatus.WAITLISTED])
def test_who_holds_no_seat_is_left_out_and_said(
    scene: Scene, sign_in: SignIn, status: EnrolmentStatus
) -> None:
    gone = factories.enrolment(scene.training_class, factories.seat(scene.delegations[0]), status)
    before = recorded()
    form = {**scene.fields(1), f"seen-{gone.id}": "", f"mark-{gone.id}": "present"}
    answer = sign_in(scene.planner).post(scene.address, data=form, follow_redirects=True)
    assert recorded() == before
    assert "没有名额" in answer.text


@pytest.mark.parametrize(
    "status",
    [ClassStatus.DRAFT, ClassStatus.FINISHED, ClassStatus.CLOSED, ClassStatus.CANCELLED],
)
def test_refused_with_a_sentence_when_the_roll_is_closed(
    scene: Scene, sign_in: SignIn, status: ClassStatus
) -> None:
    before = recorded()
    scene.training_class.status, scene.training_class.reason = status, "取消"
    answer = sign_in(scene.planner).post(scene.address, data=scene.fields(0, P))
    assert (answer.status_code, recorded()) == (409, before)


def test_refused_before_the_first_day(scene: Scene, sign_in: SignIn) -> None:
    before = recorded()
    tomorrow = clock.today() + timedelta(1)
    scene.training_class.first_day = scene.training_class.last_day = tomorrow
    answer = sign_in(scene.planner).post(scene.address, data=scene.fields(0, P))
    assert (answer.status_code, recorded()) == (409, before)
    assert "第一天" in answer.text


def test_taken_on_the_first_day_of_a_published_class(app: Flask, sign_in: SignIn) -> None:
    scene = held_class(1, first_day=clock.today(), status=ClassStatus.PUBLISHED)
    answer = sign_in(scene.planner).post(scene.address, data=scene.fields(0, P))
    assert answer.status_code == 303
    assert list(recorded().values()) == [P]


def test_refused_for_a_half_day_that_is_gone(scene: Scene, sign_in: SignIn) -> None:
    before = recorded()
    form = {**scene.fields(0, P), "half": "2017-06-09.evening"}
    answer = sign_in(scene.planner).post(scene.address, data=form)
    assert (answer.status_code, recorded()) == (409, before)


@pytest.mark.parametrize("wrong", [{"mark-1": "here", "seen-1": ""}, {"seen-x": ""}])
def test_refused_for_a_form_that_is_none(
    scene: Scene, sign_in: SignIn, wrong: dict[str, str]
) -> None:
    before = recorded()
    answer = sign_in(scene.planner).post(scene.address, data={**scene.fields(0), **wrong})
    assert (answer.status_code, recorded()) == (422, before)


@pytest.mark.parametrize(
    "role", [Role.TOWNSHIP_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR, Role.DEPUTY]
)
def test_only_planners_save(scene: Scene, sign_in: SignIn, role: Role) -> None:
    before = recorded()
    other = factories.user(role, scope=scene.county)
    answer = sign_in(other).post(scene.address, data=scene.fields(0, P))
    assert (answer.status_code, recorded()) == (403, before)


def test_a_planner_of_another_county_finds_nothing(scene: Scene, sign_in: SignIn) -> None:
    before = recorded()
    other = factories.user(scope=factories.congress("630224"))
    answer = sign_in(other).post(scene.address, data=scene.fields(0, P))
    assert (answer.status_code, recorded()) == (404, before)
