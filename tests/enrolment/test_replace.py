"""Giving a deputy's place to another."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from tests import factories
from tests.enrolment.conftest import NOW
from tests.enrolment.stage import OFFICER, PLANNER, build, counters, states, steps
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.enrolment import queries, service
from trainer.enrolment.models import EnrolmentStep

pytestmark = pytest.mark.usefixtures("app")


def test_the_old_one_stays_as_replaced_and_names_the_new_one() -> None:
    stage = build(seats=1)
    old = service.nominate(stage.training_class, stage.seat(name="李生梅"), by=PLANNER)
    service.confirm(old, by=PLANNER)
    new = service.replace(old, stage.seat(name="祁永福"), reason="因病", by=OFFICER)
    assert states(stage.training_class) == {"李生梅": "replaced", "祁永福": "nominated"}
    assert (old.replaced_by_id, new.replaced_by_id) == (new.id, None)
    assert counters(stage.training_class) == (1, {"威远镇代表团": 1, "丹麻镇代表团": 0})
    assert steps(old)[-1] == ("replaced", "乡镇干部", "因病")
    assert steps(new) == [("nominated", "乡镇干部", "")]
    assert [line.other for line in queries.history(old)] == [None, None, "祁永福"]
    assert [line.other for line in queries.history(new)] == ["李生梅"]


def test_doing_it_twice_changes_nothing() -> None:
    stage = build()
    old = service.nominate(stage.training_class, stage.seat(name="李生梅"), by=PLANNER)
    seat = stage.seat(name="祁永福")
    new = service.replace(old, seat, reason="因病", by=PLANNER)
    assert service.replace(old, seat, reason="因病", by=PLANNER) is new
    assert counters(stage.training_class)[0] == 1
    assert db.session.scalar(sa.select(sa.func.count(EnrolmentStep.id))) == 3


def test_a_reason_is_needed() -> None:
    stage = build()
    old = service.nominate(stage.training_class, stage.seat(name="李生梅"), by=PLANNER)
    with pytest.raises(Invalid, match="Write the reason"):
        service.replace(old, stage.seat(), reason="", by=PLANNER)
    assert states(stage.training_class) == {"李生梅": "nominated"}


def test_somebody_of_another_delegation_needs_a_free_seat_there() -> None:
    stage = build()
    old = service.nominate(stage.training_class, stage.seat(name="威"), by=PLANNER)
    service.replace(old, stage.seat(stage.danma, "丹"), reason="因病", by=PLANNER)
    assert counters(stage.training_class) == (1, {"威远镇代表团": 0, "丹麻镇代表团": 1})
    again = service.nominate(stage.training_class, stage.seat(name="威二"), by=PLANNER)
    with pytest.raises(Refused, match="丹麻镇代表团 has 1 seats on this class, and 1 are taken"):
        service.replace(again, stage.seat(stage.danma), reason="因病", by=PLANNER)
    assert counters(stage.training_class) == (2, {"威远镇代表团": 1, "丹麻镇代表团": 1})


def test_the_seat_left_goes_to_the_waiting_list_of_its_delegation() -> None:
    stage = build(seats=1)
    old = service.nominate(stage.training_class, stage.seat(name="威"), by=PLANNER)
    service.nominate(stage.training_class, stage.seat(name="候"), wait=True, by=PLANNER)
    service.replace(old, stage.seat(stage.danma, "丹"), reason="因病", by=PLANNER)
    assert states(stage.training_class) == {"威": "replaced", "候": "nominated", "丹": "nominated"}


def test_there_and_back_again() -> None:
    stage = build(seats=1)
    li, qi = stage.seat(name="李生梅"), stage.seat(name="祁永福")
    first = service.nominate(stage.training_class, li, by=PLANNER)
    second = service.replace(first, qi, reason="因病", by=PLANNER)
    third = service.replace(second, li, reason="痊愈", by=PLANNER)
    assert third.id == first.id
    assert states(stage.training_class) == {"李生梅": "nominated", "祁永福": "replaced"}
    assert (first.replaced_by_id, second.replaced_by_id) == (None, first.id)
    assert [(line.step.status, line.other) for line in queries.history(first)] == [
        ("nominated", None),
        ("replaced", "祁永福"),
        ("nominated", "祁永福"),
    ]


def test_somebody_who_waits_may_step_in() -> None:
    stage = build(seats=1)
    old = service.nominate(stage.training_class, stage.seat(name="在班"), by=PLANNER)
    seat = stage.seat(name="候补")
    waiting = service.nominate(stage.training_class, seat, wait=True, by=PLANNER)
    assert service.replace(old, seat, reason="因病", by=PLANNER).id == waiting.id
    assert states(stage.training_class) == {"在班": "replaced", "候补": "nominated"}


def test_who_is_on_the_class_replaces_nobody() -> None:
    stage = build()
    old = service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    seat = stage.seat(name="祁永福")
    service.nominate(stage.training_class, seat, by=PLANNER)
    with pytest.raises(Refused, match="祁永福 is on this class already"):
        service.replace(old, seat, reason="因病", by=PLANNER)


def test_nobody_replaces_themselves_with_the_other_seat() -> None:
    stage = build()
    chair = stage.seat(name="张主席")
    old = service.nominate(stage.training_class, chair, by=PLANNER)
    other = stage.second_seat(stage.danma, chair.person)
    with pytest.raises(Refused, match="one person takes one seat"):
        service.replace(old, other, reason="因病", by=PLANNER)


def test_who_waits_or_has_left_is_not_replaced() -> None:
    stage = build(seats=1)
    left = service.nominate(stage.training_class, stage.seat(name="离"), by=PLANNER)
    service.withdraw(left, reason="因病", by=PLANNER)
    service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    waiting = service.nominate(stage.training_class, stage.seat(name="候"), wait=True, by=PLANNER)
    for row, sentence in ((left, "has been withdrawn"), (waiting, "is on the waiting list")):
        with pytest.raises(Refused, match=sentence):
            service.replace(row, stage.seat(), reason="因病", by=PLANNER)


def test_the_new_one_must_be_in_office_and_free() -> None:
    stage = build()
    old = service.nominate(stage.training_class, stage.seat(name="李生梅"), by=PLANNER)
    late = stage.seat(elected_on=date(2017, 9, 20))
    with pytest.raises(Refused, match="is not in office on 2017-06-05"):
        service.replace(old, late, reason="因病", by=PLANNER)
    busy = stage.seat()
    other = factories.training_class(stage.term, name="另一班")
    factories.quota(other, stage.weiyuan)
    factories.enrolment(other, busy)
    with pytest.raises(Refused, match="另一班"):
        service.replace(old, busy, reason="因病", by=PLANNER)


def test_an_officer_replaces_only_while_nominations_are_open(
    may_2017: time_machine.Traveller,
) -> None:
    stage = build(nominate_by=date(2017, 5, 10))
    old = service.nominate(stage.training_class, stage.seat(), by=OFFICER)
    may_2017.move_to(NOW + timedelta(days=1))
    with pytest.raises(Refused, match="Nominations closed on 2017-05-10"):
        service.replace(old, stage.seat(), reason="因病", by=OFFICER)
