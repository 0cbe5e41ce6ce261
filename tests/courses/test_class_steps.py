"""Publish, start, finish, close, cancel and delete a class."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.conftest import SignIn
from tests.courses.scene import Scene, verbs
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.courses import service
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.plans.rules import Mode

TODAY = clock.today()


def ready(scene: Scene, **values: Any) -> TrainingClass:
    row = scene.draft(venue_id=factories.venue(scene.county).id, **values)
    factories.class_session(row)
    return row


def test_publish(scene: Scene) -> None:
    row = ready(scene)
    before = clock.now()
    service.publish(row, by=scene.by)
    assert row.status is ClassStatus.PUBLISHED
    assert row.published_at is not None
    assert before <= row.published_at == row.changed_at
    assert verbs() == ["class.publish"]
    with pytest.raises(Refused, match="not possible"):
        service.publish(row, by=scene.by)


def test_publish_needs_venue_and_timetable(scene: Scene) -> None:
    row = scene.draft()
    factories.class_session(row, cancelled_at=row.changed_at)
    assert [lack.value for lack in service.missing(row)] == ["venue", "timetable"]
    with pytest.raises(Refused, match="cannot be published yet"):
        service.publish(row, by=scene.by)
    assert row.status is ClassStatus.DRAFT


def test_publish_online_needs_the_link(scene: Scene) -> None:
    row = ready(scene, mode=Mode.ONLINE)
    assert [lack.value for lack in service.missing(row)] == ["link"]
    row.link = "https://example.com/"
    service.publish(row, by=scene.by)


def test_start_by_hand_once(scene: Scene) -> None:
    row = scene.run()
    service.start(row, by=scene.by)
    assert row.status is ClassStatus.RUNNING
    with pytest.raises(Refused):
        service.start(row, by=scene.by)
    with pytest.raises(Refused):
        service.start(scene.draft(2), by=scene.by)


def test_a_class_that_began_by_itself_is_finished(scene: Scene) -> None:
    row = scene.run()
    service.finish(row, by=scene.by)
    assert row.status is ClassStatus.FINISHED
    assert verbs() == ["class.start", "class.finish"]
    with pytest.raises(Refused):
        service.finish(row, by=scene.by)


def test_not_finished_before_its_last_day(scene: Scene) -> None:
    row = scene.run(first_day=TODAY, last_day=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="lasts until"):
        service.finish(row, by=scene.by)
    row.last_day = TODAY
    service.finish(row, by=scene.by)


def test_not_finished_before_it_began(scene: Scene) -> None:
    row = scene.run(first_day=TODAY + timedelta(days=1), last_day=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="not possible"):
        service.finish(row, by=scene.by)


def test_close_only_what_is_finished(scene: Scene) -> None:
    row = scene.run(status=ClassStatus.FINISHED)
    service.close(row, by=scene.by)
    assert row.status is ClassStatus.CLOSED
    for status in ClassStatus:
        if status is not ClassStatus.FINISHED:
            with pytest.raises(Refused):
                service.close(
                    factories.training_class(scene.term, status=status, reason="x"), by=scene.by
                )


def test_cancel_cancels_the_sessions(scene: Scene) -> None:
    row = scene.run()
    early = clock.at(row.first_day, clock.local(clock.now()).time())
    kept = factories.class_session(row)
    before = factories.class_session(row, start="14:00", end="17:00", cancelled_at=early)
    other = factories.class_session(scene.run(2))
    service.cancel(row, reason="疫情", by=scene.by)
    assert (row.status, row.reason) == (ClassStatus.CANCELLED, "疫情")
    for session in (kept, before, other):
        db.session.refresh(session)
    assert kept.cancelled_at is not None
    assert (before.cancelled_at, other.cancelled_at) == (early, None)
    assert verbs() == ["class.cancel"]
    with pytest.raises(Refused):
        service.cancel(row, reason="再次", by=scene.by)


def test_cancel_needs_a_reason(scene: Scene) -> None:
    with pytest.raises(Invalid) as refusal:
        service.cancel(scene.run(), reason="", by=scene.by)
    assert refusal.value.field == "reason"


def test_a_finished_class_is_not_cancelled(scene: Scene) -> None:
    with pytest.raises(Refused):
        service.cancel(scene.run(status=ClassStatus.FINISHED), reason="x", by=scene.by)


def left() -> tuple[int, int]:
    counts = [
        db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in (TrainingClass, ClassSession)
    ]
    return counts[0] or 0, counts[1] or 0


def test_delete_a_draft(scene: Scene) -> None:
    row = scene.draft()
    factories.class_session(row)
    factories.class_session(scene.run(2))
    service.delete_draft(row, by=scene.by)
    assert left() == (2, 2)  # the neighbour's and run 2
    assert verbs() == ["class.delete"]


def test_never_delete_what_was_published(scene: Scene) -> None:
    with pytest.raises(Refused, match="cancel it instead"):
        service.delete_draft(scene.run(), by=scene.by)
    assert left() == (2, 1)


def test_not_a_draft_with_seats(scene: Scene) -> None:
    row = scene.draft()
    factories.class_session(row)
    factories.quota(row, factories.delegation(scene.term))
    with pytest.raises(Refused, match="Seats or deputies"):
        service.delete_draft(row, by=scene.by)
    assert left() == (2, 2)


STEPS = {
    "publish": (ClassStatus.DRAFT, ClassStatus.PUBLISHED),
    "start": (ClassStatus.PUBLISHED, ClassStatus.RUNNING),
    "close": (ClassStatus.FINISHED, ClassStatus.CLOSED),
}


@pytest.mark.parametrize("step", STEPS)
def test_the_buttons(scene: Scene, sign_in: SignIn, step: str) -> None:
    old, new = STEPS[step]
    row = ready(scene)
    row.status = old
    client = sign_in(scene.planner)
    answers = [client.post(f"/classes/{row.id}/{step}") for _time in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [
        (303, f"/classes/{row.id}"),
        (409, None),
    ]
    db.session.refresh(row)
    assert row.status is new


@pytest.mark.parametrize("step", [*STEPS, "cancel", "delete"])
def test_only_the_own_planner(scene: Scene, sign_in: SignIn, step: str) -> None:
    row = scene.draft()
    stranger = factories.user(Role.PLANNER, scope=scene.elsewhere)
    answers = {
        who.role.value: sign_in(who).post(f"/classes/{row.id}/{step}").status_code
        for who in (stranger, *(scene.user(role) for role in Role if role is not Role.PLANNER))
    }
    assert answers == {
        "planner": 404,
        "township_officer": 403,
        "administrator": 403,
        "auditor": 403,
        "deputy": 403,
    }


def test_the_delete_button(scene: Scene, sign_in: SignIn) -> None:
    row = scene.draft()
    client = sign_in(scene.planner)
    number = row.id
    answers = [client.post(f"/classes/{number}/delete") for _time in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [(303, "/classes/"), (404, None)]


def test_the_cancel_page(scene: Scene, sign_in: SignIn) -> None:
    row = scene.run(taken=3)
    factories.class_session(row)
    client = sign_in(scene.planner)
    address = f"/classes/{row.id}/cancel"
    assert "将取消1节课程，涉及3名代表" in client.get(address).get_data(as_text=True)
    refused = client.post(address, data={"reason": "  "})
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.get_data(as_text=True)
    long = client.post(address, data={"reason": "长" * 401})
    assert long.status_code == 422
    assert "长" * 401 in long.get_data(as_text=True)
    assert client.post(address, data={"reason": "疫情"}).status_code == 303
    assert client.post(address, data={"reason": "疫情"}).status_code == 409
    assert "疫情" in client.get(f"/classes/{row.id}").get_data(as_text=True)


OFFERED = {
    ClassStatus.DRAFT: {"edit", "publish", "cancel", "delete"},
    ClassStatus.PUBLISHED: {"edit", "start", "cancel"},
    ClassStatus.RUNNING: {"edit", "cancel"},
    ClassStatus.FINISHED: {"close"},
    ClassStatus.CLOSED: set(),
    ClassStatus.POSTPONED: {"edit", "cancel"},
    ClassStatus.CANCELLED: set(),
}


@pytest.mark.parametrize("status", ClassStatus)
def test_the_page_offers_what_is_possible(
    scene: Scene, sign_in: SignIn, status: ClassStatus, app: Flask
) -> None:
    row = ready(scene, first_day=TODAY + timedelta(days=1), last_day=TODAY + timedelta(days=2))
    row.status, row.reason = status, "疫情"
    steps = ("edit", "publish", "start", "close", "cancel", "delete")

    def offered(role: Role) -> set[str]:
        page = sign_in(scene.user(role)).get(f"/classes/{row.id}").get_data(as_text=True)
        return {step for step in steps if f'"/classes/{row.id}/{step}"' in page}

    assert offered(Role.PLANNER) == OFFERED[status]
    assert offered(Role.AUDITOR) == set()


def test_the_page_says_what_is_missing(scene: Scene, sign_in: SignIn) -> None:
    row = scene.draft()
    client = sign_in(scene.planner)
    page = client.get(f"/classes/{row.id}").get_data(as_text=True)
    assert f'"/classes/{row.id}/publish"' not in page
    assert "请选择培训地点。" in page
    assert client.post(f"/classes/{row.id}/publish").status_code == 409


def test_a_class_begun_today_shows_as_running(scene: Scene, sign_in: SignIn) -> None:
    row = ready(scene, first_day=TODAY, last_day=TODAY)
    row.status = ClassStatus.PUBLISHED
    factories.class_session(row, TODAY, title="今天的讲座")
    page = sign_in(scene.planner).get(f"/classes/{row.id}").get_data(as_text=True)
    assert "今天的讲座" in page
    assert f'"/classes/{row.id}/start"' not in page
    assert f'"/classes/{row.id}/hours"' in page
