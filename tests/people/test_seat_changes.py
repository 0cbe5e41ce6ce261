"""Seats end, are suspended and restored; a mistake can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.parallel import at_once
from tests.people.stage import Stage, build, end
from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people.models import Seat, Suspension
from trainer.people.rules import EndReason

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def planner(stage: Stage, sign_in: SignIn) -> FlaskClient:
    """The county's planner."""
    return sign_in(factories.user(Role.PLANNER, scope=stage.county))


def _seat(seat_id: int) -> Seat:
    return db.session.get_one(Seat, seat_id, populate_existing=True)


def _suspensions(seat: Seat) -> list[tuple[date, date | None]]:
    found = db.session.scalars(sa.select(Suspension).filter_by(seat_id=seat.id))
    return [(each.from_day, each.to_day) for each in found]


def _trail() -> list[tuple[str, str]]:
    events = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id))
    return [(event.verb, event.subject_name) for event in events]


def test_a_seat_ends_with_day_and_reason(planner: FlaskClient, stage: Stage) -> None:
    seat, person = stage.seat_cb.id, stage.seat_cb.person_id
    answer = planner.post(
        f"/people/seats/{seat}/end", data={"ended_on": "2017-05-01", "reason": "resigned"}
    )
    ended = _seat(seat)
    assert (answer.status_code, answer.location) == (303, f"/people/{person}")
    assert (ended.ended_on, ended.end_reason) == (date(2017, 5, 1), EndReason.RESIGNED)
    page = planner.get(f"/people/{person}").text
    assert f"/people/seats/{seat}/reopen" in page.partition("flash")[2]
    assert _trail() == [("seat.end", "曾国强")]
    event = db.session.scalars(sa.select(AuditEvent)).one()
    assert (event.before, event.after) == (
        {"seat": seat, "ended_on": None, "end_reason": None},
        {"ended_on": "2017-05-01", "end_reason": "resigned"},
    )


@pytest.mark.parametrize(
    ("day", "reason", "sentence"),
    [
        ("", "resigned", "请选择日期。"),
        ("2017-05-01", "", "请选择原因。"),
        ("2016-09-30", "died", "终止日期不能早于当选日期"),
        ("2017-05-11", "moved", "该日期尚未到来。"),
        ("someday", "moved", "someday"),
        ("2017-05-01", "tired", ""),
    ],
)
def test_a_wrong_end_changes_nothing(
    planner: FlaskClient, stage: Stage, day: str, reason: str, sentence: str
) -> None:
    seat = stage.seat_cb.id
    answer = planner.post(f"/people/seats/{seat}/end", data={"ended_on": day, "reason": reason})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert _seat(seat).ended_on is None


def test_an_ended_seat_ends_no_more(planner: FlaskClient, stage: Stage) -> None:
    seat = stage.seat_cb.id
    end(stage.seat_cb, date(2017, 4, 1))
    for verb, data in (
        ("end", {"ended_on": "2017-05-01", "reason": "died"}),
        ("suspend", {"from_day": "2017-05-01"}),
        ("restore", {"restored_on": "2017-05-01"}),
    ):
        assert planner.post(f"/people/seats/{seat}/{verb}", data=data).status_code == 409
    assert (_seat(seat).ended_on, _seat(seat).end_reason) == (
        date(2017, 4, 1),
        EndReason.RESIGNED,
    )


def test_an_end_is_taken_back_once(planner: FlaskClient, stage: Stage) -> None:
    seat = stage.seat_cb.id
    end(stage.seat_cb, date(2017, 4, 1))
    codes = [planner.post(f"/people/seats/{seat}/reopen").status_code for _ in range(2)]
    assert (codes, _seat(seat).ended_on, _seat(seat).end_reason) == ([303, 409], None, None)


def test_an_end_stays_when_the_seat_is_filled_again(planner: FlaskClient, stage: Stage) -> None:
    seat = stage.seat_cb.id
    end(stage.seat_cb, date(2017, 4, 1))
    stage.of_b.seats = 1
    factories.seat(stage.of_b, elected_on=date(2017, 5, 1))
    answer = planner.post(f"/people/seats/{seat}/reopen")
    assert (answer.status_code, "名额已满" in answer.text) == (409, True)
    assert _seat(seat).ended_on == date(2017, 4, 1)


def test_a_seat_is_suspended_and_restored(planner: FlaskClient, stage: Stage) -> None:
    seat = stage.seat_cb.id
    codes = [
        planner.post(f"/people/seats/{seat}/{verb}", data={field: day}).status_code
        for verb, field, day in (
            ("restore", "restored_on", "2017-05-01"),
            ("suspend", "from_day", "2017-05-11"),
            ("suspend", "from_day", "2017-03-01"),
            ("suspend", "from_day", "2017-03-02"),
            ("restore", "restored_on", "2017-03-01"),
            ("restore", "restored_on", ""),
            ("restore", "restored_on", "2017-04-01"),
            ("restore", "restored_on", "2017-04-02"),
            ("suspend", "from_day", "2017-03-31"),
            ("suspend", "from_day", "2017-05-10"),
        )
    ]
    assert codes == [409, 422, 303, 409, 422, 422, 303, 409, 422, 303]
    assert _suspensions(stage.seat_cb) == [
        (date(2017, 3, 1), date(2017, 3, 31)),
        (date(2017, 5, 10), None),
    ]
    assert _trail() == [
        ("seat.suspend", "曾国强"),
        ("seat.restore", "曾国强"),
        ("seat.suspend", "曾国强"),
    ]


def test_forms_say_whose_seat_it_is(planner: FlaskClient, stage: Stage) -> None:
    seat = stage.seat_cb.id
    pages = [
        planner.get(f"/people/seats/{seat}/{verb}").text for verb in ("end", "suspend", "restore")
    ]
    assert ["曾国强" in page and "乙镇代表团" in page for page in pages] == [True] * 3


def test_a_planner_of_a_township_leaves_county_seats_alone(stage: Stage, sign_in: SignIn) -> None:
    other = sign_in(factories.user(Role.PLANNER, scope=stage.a))
    data = {"ended_on": "2017-05-01", "reason": "died"}
    codes = [
        other.post(f"/people/seats/{seat.id}/end", data=data).status_code
        for seat in (stage.seat_ca, stage.seat_tb, stage.seat_ta)
    ]
    assert codes == [404, 404, 303]


def test_the_last_seat_is_given_once(each_app: Flask) -> None:
    """Eight planners at once add somebody to a delegation with one seat left."""
    stage = build()
    stage.of_b.seats = 2
    user = factories.user(Role.PLANNER, scope=stage.county)
    people = [factories.seat(stage.own_b).person_id for _ in range(8)]
    identity, delegation = user.get_id(), stage.of_b.id
    db.session.commit()

    def add(number: int) -> int:
        client = each_app.test_client()
        with client.session_transaction(base_url="http://localhost") as session:
            session["_user_id"] = identity
        data = {"delegation": delegation, "elected_on": "2017-05-01", "election": "by_election"}
        return client.post(f"/people/{people[number]}/seats/new", data=data).status_code

    codes = sorted(at_once(8, add))
    taken = db.session.scalar(
        sa.select(sa.func.count()).select_from(Seat).where(Seat.delegation_id == delegation)
    )
    assert (codes, taken) == ([303] + [422] * 7, 2)
