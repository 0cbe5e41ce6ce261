"""Setting the seats per delegation; what the database itself refuses."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tests import factories
from tests.enrolment.stage import PLANNER, build, states
from trainer.accounts.models import AuditEvent
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment import queries, service
from trainer.enrolment.models import Enrolment, SeatQuota
from trainer.enrolment.rules import EnrolmentStatus, fingerprint
from trainer.people.models import Congress

pytestmark = pytest.mark.usefixtures("app")


def _seats() -> dict[int, int]:
    rows = db.session.execute(sa.select(SeatQuota.delegation_id, SeatQuota.seats))
    return {number: seats for number, seats in rows}  # noqa: C416


def test_seats_are_set_and_changed() -> None:
    stage = build(seats=None)
    first = {stage.weiyuan.id: 5, stage.danma.id: 0}
    assert service.set_quotas(stage.training_class, first, by=PLANNER) is True
    assert _seats() == {stage.weiyuan.id: 5}
    second = {stage.weiyuan.id: 4, stage.danma.id: 2}
    assert service.set_quotas(stage.training_class, second, by=PLANNER) is True
    assert _seats() == second
    events = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(event.verb, event.before, event.after) for event in events] == [
        ("class.quotas", {"威远镇代表团": 0}, {"威远镇代表团": 5}),
        (
            "class.quotas",
            {"威远镇代表团": 5, "丹麻镇代表团": 0},
            {"威远镇代表团": 4, "丹麻镇代表团": 2},
        ),
    ]


def test_setting_the_same_twice_changes_nothing() -> None:
    stage = build(seats=None)
    seats = {stage.weiyuan.id: 5}
    service.set_quotas(stage.training_class, seats, by=PLANNER)
    assert service.set_quotas(stage.training_class, seats, by=PLANNER) is False
    assert db.session.scalar(sa.select(sa.func.count(AuditEvent.id))) == 1


def test_not_below_what_is_taken_and_then_nothing_is_saved() -> None:
    stage = build()
    for _ in range(2):
        service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    with pytest.raises(Invalid) as refusal:
        service.set_quotas(
            stage.training_class, {stage.danma.id: 9, stage.weiyuan.id: 1}, by=PLANNER
        )
    assert refusal.value.field == f"seats-{stage.weiyuan.id}"
    assert str(refusal.value) == (
        "威远镇代表团: 2 seats are taken already; fewer are not possible."
    )
    assert _seats() == {stage.weiyuan.id: 3, stage.danma.id: 1}
    service.set_quotas(stage.training_class, {stage.weiyuan.id: 2}, by=PLANNER)
    assert _seats() == {stage.weiyuan.id: 2, stage.danma.id: 1}


def test_more_seats_let_the_waiting_list_move_up() -> None:
    stage = build(seats=1)
    for name in ("在班", "候一", "候二"):
        service.nominate(stage.training_class, stage.seat(name=name), wait=True, by=PLANNER)
    service.set_quotas(stage.training_class, {stage.weiyuan.id: 2}, by=PLANNER)
    assert states(stage.training_class) == {
        "在班": "nominated",
        "候一": "nominated",
        "候二": "waitlisted",
    }


def test_more_places_let_the_waiting_list_move_up_when_asked() -> None:
    stage = build(capacity=1)
    for name in ("在班", "候一", "候二"):
        service.nominate(stage.training_class, stage.seat(name=name), wait=True, by=PLANNER)
    assert service.move_up(stage.training_class, by=PLANNER) == []
    stage.training_class.capacity = 2
    db.session.flush()
    assert len(service.move_up(stage.training_class, by=PLANNER)) == 1
    assert list(states(stage.training_class).values()) == ["nominated", "nominated", "waitlisted"]
    assert service.move_up(stage.training_class, by=PLANNER) == []


def test_who_waits_goes_before_who_is_nominated_now() -> None:
    stage = build(capacity=1)
    for name in ("在班", "候一"):
        service.nominate(stage.training_class, stage.seat(name=name), wait=True, by=PLANNER)
    stage.training_class.capacity = 2
    with pytest.raises(Refused, match="The class has 2 places, and 2 are taken"):
        service.nominate(stage.training_class, stage.seat(name="新来"), by=PLANNER)


def test_only_delegations_of_the_class_and_of_the_congresses_just_below() -> None:
    stage = build(seats=None)
    township = db.session.get_one(Congress, stage.weiyuan.unit_id)
    own = factories.delegation(factories.term(township), "威远镇人大代表")
    gone = factories.delegation(factories.term(township, 2011), "上届代表")
    former = factories.delegation(factories.term(stage.county, 2011), "上届代表团")
    hamlet = factories.congress("6302230010", parent=township)
    below = factories.delegation(factories.term(hamlet), "再下一级")
    entitled = [(line.delegation.name, line.own) for line in queries.entitled(stage.training_class)]
    assert entitled == [
        ("威远镇代表团", True),
        ("丹麻镇代表团", True),
        ("威远镇人大代表", False),
    ]
    service.set_quotas(stage.training_class, {own.id: 4}, by=PLANNER)
    for other in (gone, former, below):
        with pytest.raises(Refused, match="A delegation of another congress or term"):
            service.set_quotas(stage.training_class, {other.id: 1}, by=PLANNER)


@pytest.mark.parametrize("status", [ClassStatus.FINISHED, ClassStatus.CLOSED])
def test_not_when_the_class_is_over(status: ClassStatus) -> None:
    stage = build(status=status)
    with pytest.raises(Refused, match="The class is over"):
        service.set_quotas(stage.training_class, {stage.weiyuan.id: 9}, by=PLANNER)


def test_the_fingerprint_notices_each_change_and_no_zeros() -> None:
    assert fingerprint({1: 2, 2: 3}) == fingerprint({2: 3, 1: 2, 3: 0})
    assert len({fingerprint(s) for s in ({}, {1: 2}, {1: 3}, {2: 2}, {1: 2, 2: 2})}) == 5


@pytest.mark.parametrize(
    "values",
    [{"taken": -1}, {"taken": 4}, {"seats": 1, "taken": 2}, {"seats": -1, "taken": -1}],
)
def test_the_database_keeps_taken_within_the_seats(values: dict[str, int]) -> None:
    build(seats=3)
    with pytest.raises(IntegrityError, match="taken_within_seats"):
        db.session.execute(sa.update(SeatQuota).where(SeatQuota.seats == 3).values(**values))


@pytest.mark.parametrize("values", [{"taken": -1}, {"taken": 51}, {"capacity": 1}])
def test_the_database_keeps_taken_within_the_capacity(values: dict[str, int]) -> None:
    stage = build()
    for _ in range(2):
        service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    with pytest.raises(IntegrityError, match="taken_within_capacity"):
        db.session.execute(sa.update(TrainingClass).values(**values))


def test_the_database_keeps_one_row_per_person() -> None:
    stage = build()
    seat = stage.seat()
    factories.enrolment(stage.training_class, seat)
    with pytest.raises(IntegrityError):
        factories.enrolment(stage.training_class, seat)


@pytest.mark.parametrize("status", [EnrolmentStatus.REPLACED, EnrolmentStatus.CONFIRMED])
def test_the_database_ties_replaced_to_somebody(status: EnrolmentStatus) -> None:
    stage = build()
    other = factories.enrolment(stage.training_class, stage.seat())
    wrong = None if status is EnrolmentStatus.REPLACED else other.id
    with pytest.raises(IntegrityError, match="replaced_by_somebody"):
        db.session.execute(sa.update(Enrolment).values(status=status, replaced_by_id=wrong))
