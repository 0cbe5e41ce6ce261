"""Declining and withdrawing, and who moves up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine

from tests import factories
from tests.enrolment.conftest import NOW
from tests.enrolment.stage import OFFICER, PLANNER, build, counters, states, steps
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.courses.rules import ClassStatus
from trainer.enrolment import service
from trainer.people.models import Seat

pytestmark = pytest.mark.usefixtures("app")
Leave = Callable[..., bool]
both = pytest.mark.parametrize(
    ("leave", "state"), [(service.decline, "declined"), (service.withdraw, "withdrawn")]
)


@both
def test_leaving_gives_the_seat_back_and_keeps_the_history(leave: Leave, state: str) -> None:
    stage = build()
    row = service.nominate(stage.training_class, stage.seat(name="李生梅"), by=PLANNER)
    service.nominate(stage.training_class, stage.seat(name="祁永福"), by=PLANNER)
    service.confirm(row, by=PLANNER)
    assert leave(row, reason="因病住院", by=PLANNER) is True
    assert states(stage.training_class) == {"李生梅": state, "祁永福": "nominated"}
    assert counters(stage.training_class) == (1, {"威远镇代表团": 1, "丹麻镇代表团": 0})
    assert steps(row) == [
        ("nominated", "规划员", ""),
        ("confirmed", "规划员", ""),
        (state, "规划员", "因病住院"),
    ]


@both
def test_leaving_twice_changes_nothing(leave: Leave, state: str) -> None:
    stage = build()
    row = service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    leave(row, reason="因病", by=PLANNER)
    assert leave(row, reason="因病", by=PLANNER) is False
    assert counters(stage.training_class)[0] == 0
    assert len(steps(row)) == 2


@both
def test_a_reason_is_needed(leave: Leave, state: str) -> None:
    stage = build()
    row = service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    with pytest.raises(Invalid) as refusal:
        leave(row, reason="  ", by=PLANNER)
    assert (refusal.value.field, str(refusal.value)) == ("reason", "Write the reason.")
    assert counters(stage.training_class)[0] == 1


def test_who_has_left_does_not_leave_in_another_way() -> None:
    stage = build()
    row = service.nominate(stage.training_class, stage.seat(name="李生梅"), by=PLANNER)
    service.withdraw(row, reason="因病", by=PLANNER)
    with pytest.raises(Refused, match="李生梅 has been withdrawn from this class"):
        service.decline(row, reason="因病", by=PLANNER)


def test_who_waits_may_leave_without_freeing_a_seat() -> None:
    stage = build(seats=1)
    service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    waiting = service.nominate(stage.training_class, stage.seat(), wait=True, by=PLANNER)
    assert service.withdraw(waiting, reason="另有公务", by=PLANNER) is True
    assert counters(stage.training_class)[0] == 1


def test_the_first_on_the_waiting_list_moves_up() -> None:
    stage = build(seats=1)
    held = service.nominate(stage.training_class, stage.seat(name="在班"), by=PLANNER)
    first = service.nominate(stage.training_class, stage.seat(name="候一"), wait=True, by=PLANNER)
    service.nominate(stage.training_class, stage.seat(name="候二"), wait=True, by=PLANNER)
    service.withdraw(held, reason="因病", by=OFFICER)
    assert states(stage.training_class) == {
        "在班": "withdrawn",
        "候一": "nominated",
        "候二": "waitlisted",
    }
    assert counters(stage.training_class) == (1, {"威远镇代表团": 1, "丹麻镇代表团": 0})
    assert steps(first) == [("waitlisted", "规划员", ""), ("nominated", "乡镇干部", "")]


def test_the_order_is_the_time_of_entry_not_the_age_of_the_row() -> None:
    stage = build(seats=1)
    held = service.nominate(stage.training_class, stage.seat(name="在班"), by=PLANNER)
    early = service.nominate(stage.training_class, stage.seat(name="早"), wait=True, by=PLANNER)
    service.nominate(stage.training_class, stage.seat(name="晚"), wait=True, by=PLANNER)
    service.withdraw(early, reason="另有公务", by=PLANNER)
    seat = db.session.get_one(Seat, early.seat_id)
    service.nominate(stage.training_class, seat, wait=True, by=PLANNER)
    service.withdraw(held, reason="因病", by=PLANNER)
    assert states(stage.training_class) == {
        "在班": "withdrawn",
        "早": "waitlisted",
        "晚": "nominated",
    }


def test_a_seat_of_another_delegation_is_passed_over() -> None:
    stage = build(seats=1)
    service.nominate(stage.training_class, stage.seat(name="威在"), by=PLANNER)
    danma = service.nominate(stage.training_class, stage.seat(stage.danma, "丹在"), by=PLANNER)
    service.nominate(stage.training_class, stage.seat(name="威候"), wait=True, by=PLANNER)
    service.nominate(stage.training_class, stage.seat(stage.danma, "丹候"), wait=True, by=PLANNER)
    service.withdraw(danma, reason="因病", by=PLANNER)
    assert states(stage.training_class) == {
        "威在": "nominated",
        "丹在": "withdrawn",
        "威候": "waitlisted",
        "丹候": "nominated",
    }


def test_who_is_on_another_class_by_now_stays_in_line() -> None:
    stage = build(seats=1)
    held = service.nominate(stage.training_class, stage.seat(name="在班"), by=PLANNER)
    busy = stage.seat(name="候一")
    service.nominate(stage.training_class, busy, wait=True, by=PLANNER)
    service.nominate(stage.training_class, stage.seat(name="候二"), wait=True, by=PLANNER)
    other = factories.training_class(stage.term, first_day=date(2017, 6, 1))
    factories.quota(other, stage.weiyuan)
    factories.enrolment(other, busy)
    service.withdraw(held, reason="因病", by=PLANNER)
    assert states(stage.training_class) == {
        "在班": "withdrawn",
        "候一": "waitlisted",
        "候二": "nominated",
    }


def test_an_officer_withdraws_after_nominations_closed_but_not_once_the_class_has_begun(
    may_2017: time_machine.Traveller,
) -> None:
    stage = build(nominate_by=date(2017, 5, 10))
    rows = [service.nominate(stage.training_class, stage.seat(), by=OFFICER) for _ in range(2)]
    may_2017.move_to(NOW + timedelta(days=1))
    assert service.withdraw(rows[0], reason="因病", by=OFFICER) is True
    may_2017.move_to(NOW + timedelta(days=26))  # the first day of the class
    with pytest.raises(Refused) as refusal:
        service.withdraw(rows[1], reason="因病", by=OFFICER)
    assert str(refusal.value) == "The class has begun. Ask its organiser to change the list."
    assert service.withdraw(rows[1], reason="因病", by=PLANNER) is True


def test_an_officer_nominates_until_the_day_and_not_after(
    may_2017: time_machine.Traveller,
) -> None:
    stage = build(nominate_by=date(2017, 5, 10))
    service.nominate(stage.training_class, stage.seat(), by=OFFICER)
    may_2017.move_to(NOW + timedelta(hours=14))  # midnight in China
    with pytest.raises(Refused) as refusal:
        service.nominate(stage.training_class, stage.seat(), by=OFFICER)
    assert str(refusal.value) == (
        "Nominations closed on 2017-05-10. Ask the organiser of the class."
    )


def test_an_officer_does_nothing_on_a_draft() -> None:
    stage = build(status=ClassStatus.DRAFT)
    with pytest.raises(Refused, match="The class is not published yet"):
        service.nominate(stage.training_class, stage.seat(), by=OFFICER)


@both
def test_nobody_leaves_a_class_that_is_over(leave: Leave, state: str) -> None:
    stage = build()
    row = service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    stage.training_class.status = ClassStatus.CLOSED
    with pytest.raises(Refused, match="The class is over"):
        leave(row, reason="因病", by=PLANNER)
