"""Putting deputies on a class."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.enrolment.stage import OFFICER, PLANNER, build, counters, states, steps
from trainer.accounts.models import AuditEvent
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment import service
from trainer.enrolment.rules import EnrolmentStatus, NotAll
from trainer.people.models import Suspension, Term

pytestmark = pytest.mark.usefixtures("app")


def test_a_nomination_takes_a_seat_and_a_place(app: Flask) -> None:
    stage = build()
    seat, noise = stage.seat(name="李生梅"), stage.seat(stage.danma, "赵海燕")
    days: dict[str, Any] = {"first_day": date(2017, 9, 4), "last_day": date(2017, 9, 9)}
    other = factories.training_class(stage.term, run=2, **days)
    factories.quota(other, stage.danma)
    factories.enrolment(other, noise)
    enrolment = service.nominate(stage.training_class, seat, by=PLANNER)
    assert states(stage.training_class) == {"李生梅": "nominated"}
    assert counters(stage.training_class) == (1, {"威远镇代表团": 1, "丹麻镇代表团": 0})
    assert counters(other) == (1, {"丹麻镇代表团": 1})
    assert steps(enrolment) == [("nominated", "规划员", "")]
    event = db.session.scalars(sa.select(AuditEvent)).one()
    assert (event.verb, event.subject_name, event.user_name) == (
        "enrolment.nominate",
        "李生梅",
        "规划员",
    )


def test_doing_it_twice_leaves_one_row() -> None:
    stage = build()
    seat = stage.seat(name="李生梅")
    first = service.nominate(stage.training_class, seat, by=PLANNER)
    again = service.nominate_all(stage.training_class, [seat], by=PLANNER)
    assert (again.nominated, again.waiting, again.already) == ([], [], [first])
    assert counters(stage.training_class)[0] == 1
    assert len(steps(first)) == 1


def test_a_full_delegation_is_refused_with_its_figures() -> None:
    stage = build(seats=1)
    service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    with pytest.raises(Refused) as refusal:
        service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    assert str(refusal.value) == "威远镇代表团 has 1 seats on this class, and 1 are taken."
    assert counters(stage.training_class) == (1, {"威远镇代表团": 1, "丹麻镇代表团": 0})


def test_a_full_class_is_refused_and_no_seat_is_lost() -> None:
    stage = build(capacity=1)
    service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    with pytest.raises(Refused) as refusal:
        service.nominate(stage.training_class, stage.seat(stage.danma), by=PLANNER)
    assert str(refusal.value) == "The class has 1 places, and 1 are taken."
    assert counters(stage.training_class) == (1, {"威远镇代表团": 1, "丹麻镇代表团": 0})


@pytest.mark.parametrize("wait", [False, True])
def test_a_delegation_without_seats_is_refused(wait: bool) -> None:
    stage = build()
    stranger = stage.seat(factories.delegation(stage.term, "东山乡代表团"))
    with pytest.raises(Refused, match="东山乡代表团 has no seats on this class"):
        service.nominate(stage.training_class, stranger, wait=wait, by=PLANNER)
    assert states(stage.training_class) == {}


@pytest.mark.parametrize(
    "values",
    [
        {"elected_on": date(2017, 6, 6)},
        {"ended_on": date(2017, 6, 5), "end_reason": "resigned"},
        {"suspended": True},
    ],
)
def test_only_who_is_in_office_on_the_first_day(values: dict[str, Any]) -> None:
    stage = build()
    suspended = values.pop("suspended", False)
    seat = stage.seat(name="李生梅", **values)
    if suspended:
        factories.add(Suspension(seat_id=seat.id, from_day=date(2017, 5, 1), to_day=None))
        values["suspended"] = True
    with pytest.raises(Refused) as refusal:
        service.nominate(stage.training_class, seat, by=PLANNER)
    assert str(refusal.value) == (
        "李生梅 is not in office on 2017-06-05, the first day of the class."
    )


def test_a_person_with_two_seats_takes_only_one() -> None:
    stage = build()
    chair = stage.seat(name="张主席")
    second = stage.second_seat(stage.danma, chair.person)
    service.nominate(stage.training_class, chair, by=PLANNER)
    with pytest.raises(Refused) as refusal:
        service.nominate(stage.training_class, second, by=PLANNER)
    assert str(refusal.value) == (
        "张主席 is already on this class for 威远镇代表团; one person takes one seat."
    )


def test_both_seats_of_a_person_ticked_together_are_refused_whole() -> None:
    stage = build()
    chair = stage.seat(name="张主席")
    second = stage.second_seat(stage.danma, chair.person)
    with pytest.raises(Refused, match="one person takes one seat"):
        service.nominate_all(stage.training_class, [stage.seat(), chair, second], by=PLANNER)
    assert (states(stage.training_class), counters(stage.training_class)[0]) == ({}, 0)


def test_after_a_withdrawal_the_other_seat_may_be_used() -> None:
    stage = build()
    chair = stage.seat(name="张主席")
    second = stage.second_seat(stage.danma, chair.person)
    first = service.nominate(stage.training_class, chair, by=PLANNER)
    service.withdraw(first, reason="改用另一资格", by=PLANNER)
    again = service.nominate(stage.training_class, second, by=PLANNER)
    assert again.id == first.id
    assert counters(stage.training_class) == (1, {"威远镇代表团": 0, "丹麻镇代表团": 1})
    assert steps(again) == [
        ("nominated", "规划员", ""),
        ("withdrawn", "规划员", "改用另一资格"),
        ("nominated", "规划员", ""),
    ]


def _other_class(term: Term, **values: Any) -> TrainingClass:
    values = {"name": "履职能力班", "first_day": date(2017, 6, 10), **values}
    return factories.training_class(term, last_day=date(2017, 6, 12), **values)


def test_an_overlapping_class_is_named() -> None:
    stage = build()
    seat = stage.seat(name="李生梅")
    other = _other_class(stage.term)
    factories.quota(other, stage.weiyuan)
    factories.enrolment(other, seat)
    with pytest.raises(Refused) as refusal:
        service.nominate(stage.training_class, seat, by=OFFICER)
    assert str(refusal.value) == (
        "李生梅 is already on “履职能力班” from 2017-06-10 to 2017-06-12."
    )


def test_a_draft_that_overlaps_is_not_named_to_an_officer() -> None:
    stage = build()
    seat = stage.seat(name="李生梅")
    other = _other_class(stage.term, status=ClassStatus.DRAFT)
    factories.quota(other, stage.weiyuan)
    factories.enrolment(other, seat)
    with pytest.raises(Refused, match="履职能力班"):
        service.nominate(stage.training_class, seat, by=PLANNER)
    with pytest.raises(Refused) as refusal:
        service.nominate(stage.training_class, seat, by=OFFICER)
    assert str(refusal.value) == (
        "李生梅 is needed elsewhere from 2017-06-10 to 2017-06-12. Ask the organiser."
    )


@pytest.mark.parametrize(
    ("status", "state", "first_day"),
    [
        (ClassStatus.CANCELLED, EnrolmentStatus.CONFIRMED, date(2017, 6, 10)),
        (ClassStatus.PUBLISHED, EnrolmentStatus.WITHDRAWN, date(2017, 6, 10)),
        (ClassStatus.PUBLISHED, EnrolmentStatus.WAITLISTED, date(2017, 6, 10)),
        (ClassStatus.PUBLISHED, EnrolmentStatus.CONFIRMED, date(2017, 6, 11)),
    ],
)
def test_what_is_no_overlap(status: ClassStatus, state: EnrolmentStatus, first_day: date) -> None:
    stage = build()
    seat = stage.seat(name="李生梅")
    other = _other_class(stage.term, status=status, reason="台风", first_day=first_day)
    factories.quota(other, stage.weiyuan)
    factories.enrolment(other, seat, state)
    service.nominate(stage.training_class, seat, by=PLANNER)
    assert states(stage.training_class) == {"李生梅": "nominated"}


def test_several_are_taken_together_or_not_at_all() -> None:
    stage = build(seats=2)
    seats = [stage.seat() for _ in range(4)]
    with pytest.raises(NotAll) as refusal:
        service.nominate_all(stage.training_class, seats, by=PLANNER)
    assert [str(one) for one in refusal.value.refusals] == [
        "威远镇代表团 has 2 seats on this class, and 2 are taken."
    ] * 2
    assert (states(stage.training_class), counters(stage.training_class)[0]) == ({}, 0)
    done = service.nominate_all(stage.training_class, seats[:2], by=PLANNER)
    assert [row.seat_id for row in done.nominated] == [seat.id for seat in seats[:2]]


@pytest.mark.parametrize(
    ("status", "reason", "sentence"),
    [
        (
            ClassStatus.CANCELLED,
            "台风",
            "The class is cancelled; its list of participants stays as it is.",
        ),
        (ClassStatus.FINISHED, "", "The class is over; its list of participants stays as it is."),
        (ClassStatus.CLOSED, "", "The class is over; its list of participants stays as it is."),
    ],
)
def test_nobody_joins_a_class_that_is_over(status: ClassStatus, reason: str, sentence: str) -> None:
    stage = build(status=status, reason=reason)
    with pytest.raises(Refused) as refusal:
        service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("status", [ClassStatus.DRAFT, ClassStatus.PUBLISHED, ClassStatus.RUNNING])
def test_a_planner_may_until_the_class_is_over(status: ClassStatus) -> None:
    stage = build(status=status, nominate_by=date(2017, 5, 1))
    service.nominate(stage.training_class, stage.seat(name="李生梅"), by=PLANNER)
    assert states(stage.training_class) == {"李生梅": "nominated"}
