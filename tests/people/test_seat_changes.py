"""Seats end, are suspended, restored and moved; each step stays, a mistake is taken back."""

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
from trainer.people.models import Seat, SeatStep, Suspension
from trainer.people.rules import EndReason, StepKind

SignIn = Callable[[User], FlaskClient]
BODY = {"body": "互助土族自治县人民代表大会常务委员会", "document": "公告〔2017〕3号"}


@pytest.fixture
def planner(stage: Stage, sign_in: SignIn) -> FlaskClient:
    """The county's planner."""
    return sign_in(factories.user(Role.PLANNER, scope=stage.county))


def _seat(seat_id: int) -> Seat:
    return db.session.get_one(Seat, seat_id, populate_existing=True)


def _suspensions(seat: Seat) -> list[tuple[date, date | None]]:
    found = db.session.scalars(sa.select(Suspension).filter_by(seat_id=seat.id))
    return [(each.from_day, each.to_day) for each in found]


def _steps(seat_id: int) -> list[SeatStep]:
    found = sa.select(SeatStep).filter_by(seat_id=seat_id).order_by(SeatStep.id)
    return list(db.session.scalars(found))


def _trail() -> list[tuple[str, str]]:
    events = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id))
    return [(event.verb, event.subject_name) for event in events]


@pytest.mark.parametrize("reason", list(EndReason))
def test_a_seat_ends_with_day_reason_and_announcement(
    planner: FlaskClient, stage: Stage, reason: EndReason
) -> None:
    seat, person = stage.seat_cb.id, stage.seat_cb.person_id
    data = {"ended_on": "2017-05-01", "reason": reason.value, "note": "本人申请", **BODY}
    answer = planner.post(f"/people/seats/{seat}/end", data=data)
    ended, (step,) = _seat(seat), _steps(seat)
    assert (answer.status_code, answer.location) == (303, f"/people/{person}")
    assert (ended.ended_on, ended.end_reason) == (date(2017, 5, 1), reason)
    assert (step.kind, step.day, step.reason, step.body, step.document, step.note) == (
        StepKind.ENDED,
        date(2017, 5, 1),
        reason,
        BODY["body"],
        BODY["document"],
        "本人申请",
    )
    page = planner.get(f"/people/{person}").text
    assert f"/people/steps/{step.id}/take-back" in page.partition("flash")[2]
    assert [text in page for text in (*BODY.values(), "本人申请", "2017年5月1日")] == [True] * 4
    event = db.session.scalars(sa.select(AuditEvent)).one()
    assert (event.verb, event.subject_name, event.before, event.after) == (
        "seat.end",
        "曾国强",
        {},
        {
            "seat": seat,
            "ended_on": "2017-05-01",
            "end_reason": reason.value,
            **BODY,
            "note": "本人申请",
        },
    )


@pytest.mark.parametrize(
    ("day", "reason", "body", "sentence"),
    [
        ("", "resigned", "常委会", "请选择日期。"),
        ("2017-05-01", "", "常委会", "请选择原因。"),
        ("2017-05-01", "died", " ", "请填写公告机关。"),
        ("2016-09-30", "died", "常委会", "终止日期不能早于当选日期"),
        ("2017-05-11", "moved", "常委会", "该日期尚未到来。"),
        ("someday", "moved", "常委会", "someday"),
        ("2017-05-01", "tired", "常委会", ""),
    ],
)
def test_a_wrong_end_changes_nothing(
    planner: FlaskClient, stage: Stage, day: str, reason: str, body: str, sentence: str
) -> None:
    seat = stage.seat_cb.id
    data = {"ended_on": day, "reason": reason, "body": body}
    answer = planner.post(f"/people/seats/{seat}/end", data=data)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert (_seat(seat).ended_on, _steps(seat)) == (None, [])


def test_an_ended_seat_ends_no_more(planner: FlaskClient, stage: Stage) -> None:
    seat = stage.seat_cb.id
    end(stage.seat_cb, date(2017, 4, 1))
    for verb, data in (
        ("end", {"ended_on": "2017-05-01", "reason": "died"}),
        ("suspend", {"from_day": "2017-05-01"}),
        ("restore", {"restored_on": "2017-05-01"}),
        ("move", {"day": "2017-05-01", "delegation": str(stage.units.id)}),
    ):
        answer = planner.post(f"/people/seats/{seat}/{verb}", data={**data, **BODY})
        assert answer.status_code == 409
    assert (_seat(seat).ended_on, _seat(seat).end_reason) == (date(2017, 4, 1), EndReason.RESIGNED)


def test_an_end_is_taken_back_once_and_stays_readable(planner: FlaskClient, stage: Stage) -> None:
    seat, person = stage.seat_cb.id, stage.seat_cb.person_id
    step = end(stage.seat_cb, date(2017, 4, 1)).id
    address = f"/people/steps/{step}/take-back"
    codes = [planner.post(address, data={"note": "录错人"}).status_code for _ in range(2)]
    assert (codes, _seat(seat).ended_on, _seat(seat).end_reason) == ([303, 409], None, None)
    first, second = _steps(seat)
    assert (first.kind, second.kind, second.takes_back_id, second.note) == (
        StepKind.ENDED,
        StepKind.TAKEN_BACK,
        step,
        "录错人",
    )
    assert 'class="is-undone"' in planner.get(f"/people/{person}").text


def test_an_end_stays_when_the_seat_is_filled_again(planner: FlaskClient, stage: Stage) -> None:
    seat = stage.seat_cb.id
    step = end(stage.seat_cb, date(2017, 4, 1)).id
    stage.of_b.seats = 1
    factories.seat(stage.of_b, elected_on=date(2017, 5, 1))
    answer = planner.post(f"/people/steps/{step}/take-back")
    assert (answer.status_code, "名额已满" in answer.text) == (409, True)
    assert (_seat(seat).ended_on, len(_steps(seat))) == (date(2017, 4, 1), 1)


def test_a_seat_is_suspended_and_restored(planner: FlaskClient, stage: Stage) -> None:
    seat = stage.seat_cb.id
    codes = [
        planner.post(f"/people/seats/{seat}/{verb}", data={field: day, **BODY}).status_code
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


def test_only_the_newest_step_is_taken_back(planner: FlaskClient, stage: Stage) -> None:
    seat = stage.seat_cb.id
    for verb, field, day in (
        ("suspend", "from_day", "2017-03-01"),
        ("restore", "restored_on", "2017-04-01"),
    ):
        planner.post(f"/people/seats/{seat}/{verb}", data={field: day, **BODY})
    suspended, restored = (each.id for each in _steps(seat))
    spans, codes = [], []
    for step in (suspended, restored, suspended, suspended):
        codes.append(planner.post(f"/people/steps/{step}/take-back").status_code)
        spans.append(_suspensions(stage.seat_cb))
    both, still = [(date(2017, 3, 1), date(2017, 3, 31))], [(date(2017, 3, 1), None)]
    assert (codes, spans) == ([409, 303, 303, 409], [both, still, [], []])


def test_a_seat_moves_and_moves_back(planner: FlaskClient, stage: Stage) -> None:
    seat = stage.seat_cb.id
    address = f"/people/seats/{seat}/move"
    data = {"delegation": str(stage.units.id), "day": "2017-03-01", **BODY}
    codes = [
        planner.post(address, data={**data, **changed}).status_code
        for changed in (
            {"delegation": ""},
            {"delegation": str(stage.of_b.id)},
            {"delegation": str(stage.own_a.id)},
            {"day": "2017-05-11"},
            {"day": "2016-09-01"},
            {"body": ""},
            {},
        )
    ]
    assert (codes, _seat(seat).delegation_id) == ([422] * 6 + [303], stage.units.id)
    (step,) = _steps(seat)
    assert (step.kind, step.from_delegation_id, step.to_delegation_id) == (
        StepKind.MOVED,
        stage.of_b.id,
        stage.units.id,
    )
    assert "乙镇代表团 → 县直代表团" in planner.get(f"/people/{stage.seat_cb.person_id}").text
    planner.post(f"/people/steps/{step.id}/take-back")
    assert (_seat(seat).delegation_id, _trail()) == (
        stage.of_b.id,
        [("seat.move", "曾国强"), ("seat.take_back", "曾国强")],
    )


def test_nobody_moves_into_a_full_delegation(planner: FlaskClient, stage: Stage) -> None:
    stage.units.seats = 1
    data = {"delegation": str(stage.units.id), "day": "2017-03-01", **BODY}
    answer = planner.post(f"/people/seats/{stage.seat_cb.id}/move", data=data)
    assert (answer.status_code, "名额已满" in answer.text) == (422, True)


def test_a_document_number_is_added_once(planner: FlaskClient, stage: Stage) -> None:
    step = end(stage.seat_cb, date(2017, 4, 1)).id
    address = f"/people/steps/{step}/document"
    data = [{"document": ""}, {"document": "公告〔2017〕5号"}, {"document": "公告〔2017〕6号"}]
    codes = [planner.post(address, data=each).status_code for each in data]
    (kept,) = _steps(stage.seat_cb.id)
    assert (codes, kept.document) == ([422, 303, 422], "公告〔2017〕5号")
    assert planner.get(address).status_code == 200


def test_the_database_keeps_steps_as_they_were_recorded(each_app: Flask) -> None:
    stage = build()
    step = end(stage.seat_cb, date(2017, 4, 1))
    db.session.commit()
    for change in (
        sa.update(SeatStep).values(day=date(2017, 4, 2)),
        sa.update(SeatStep).values(by_name="别人"),
        sa.delete(SeatStep),
    ):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            db.session.execute(change)
        db.session.rollback()
    db.session.execute(sa.update(SeatStep).values(document="公告〔2017〕5号"))
    db.session.commit()
    with pytest.raises(sa.exc.IntegrityError, match="append-only"):
        db.session.execute(sa.update(SeatStep).values(document="公告〔2017〕6号"))
    db.session.rollback()
    assert db.session.get_one(SeatStep, step.id).document == "公告〔2017〕5号"


def test_forms_say_whose_seat_it_is_and_who_usually_announces(
    planner: FlaskClient, stage: Stage
) -> None:
    pages = [
        planner.get(f"/people/seats/{seat.id}/{verb}").text
        for seat in (stage.seat_cb, stage.seat_ta)
        for verb in ("end", "suspend", "restore", "move")
    ]
    words = [
        ("曾国强", "乙镇代表团", f'value="{stage.county.name}常务委员会"'),
        ("尉迟玉", "甲镇代表", f'value="{stage.a.name}主席团"'),
    ]
    assert [
        all(word in page for word in words[number // 4]) for number, page in enumerate(pages)
    ] == [True] * 8


def test_a_planner_of_a_township_leaves_county_seats_alone(stage: Stage, sign_in: SignIn) -> None:
    other = sign_in(factories.user(Role.PLANNER, scope=stage.a))
    data = {"ended_on": "2017-05-01", "reason": "died", **BODY}
    steps = [end(seat, date(2017, 4, 1)).id for seat in (stage.seat_cb, stage.seat_tb)]
    codes = [
        other.post(f"/people/seats/{seat.id}/end", data=data).status_code
        for seat in (stage.seat_ca, stage.seat_tb, stage.seat_ta)
    ]
    assert codes == [404, 404, 303]
    assert [
        other.post(f"/people/steps/{step}/{verb}", data={"document": "1"}).status_code
        for step in steps
        for verb in ("take-back", "document")
    ] == [404] * 4


def test_whether_newly_elected_follows_from_the_term_before(
    planner: FlaskClient, stage: Stage
) -> None:
    """Nobody's tick counts once a term before is kept; without one it is all there is."""
    former = factories.person("老代表")
    factories.seat(
        factories.delegation(stage.past, "旧代表团"), former, elected_on=date(2011, 10, 1)
    )
    data = {"elected_on": "2017-05-01", "election": "by_election", "newly_elected": "y"}
    county = {**data, "delegation": str(stage.units.id)}
    new = factories.person("新代表")
    factories.seat(stage.own_b, new)
    assert 'name="newly_elected"' not in planner.get(f"/people/{new.id}/seats/new").text
    for person in (former, new):
        planner.post(f"/people/{person.id}/seats/new?term={stage.term.id}", data=county)
    town = {**data, "delegation": str(stage.own_a.id), "newly_elected": ""}
    address = f"/people/{former.id}/seats/new?term={stage.term_a.id}"
    assert 'name="newly_elected"' in planner.get(address).text
    planner.post(address, data=town)
    found = db.session.execute(
        sa.select(Seat.person_id, Seat.newly_elected)
        .where(Seat.election == "by_election")
        .order_by(Seat.id)
    )
    assert [tuple(row) for row in found] == [(former.id, False), (new.id, True), (former.id, False)]


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
