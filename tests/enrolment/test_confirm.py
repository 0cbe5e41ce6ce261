"""Confirming nominated deputies."""

from __future__ import annotations

import pytest

from tests.enrolment.stage import PLANNER, build, counters, states, steps
from trainer.core.errors import Refused
from trainer.courses.rules import ClassStatus
from trainer.enrolment import service
from trainer.enrolment.rules import NotAll

pytestmark = pytest.mark.usefixtures("app")


def test_confirming_keeps_the_seat_and_is_written_down() -> None:
    stage = build()
    row = service.nominate(stage.training_class, stage.seat(name="李生梅"), by=PLANNER)
    noise = service.nominate(stage.training_class, stage.seat(name="祁永福"), by=PLANNER)
    assert service.confirm(row, by=PLANNER) is True
    assert states(stage.training_class) == {"李生梅": "confirmed", "祁永福": "nominated"}
    assert counters(stage.training_class)[0] == 2
    assert [status for status, *_ in steps(row)] == ["nominated", "confirmed"]
    assert [status for status, *_ in steps(noise)] == ["nominated"]


def test_confirming_twice_changes_nothing() -> None:
    stage = build()
    row = service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    service.confirm(row, by=PLANNER)
    assert service.confirm(row, by=PLANNER) is False
    assert len(steps(row)) == 2


def test_several_at_once() -> None:
    stage = build()
    done = service.nominate_all(stage.training_class, [stage.seat() for _ in range(3)], by=PLANNER)
    service.confirm(done.nominated[0], by=PLANNER)
    assert service.confirm_all(stage.training_class, done.nominated, by=PLANNER) == 2
    assert set(states(stage.training_class).values()) == {"confirmed"}


def test_who_is_off_the_class_cannot_be_confirmed_and_then_nobody_is() -> None:
    stage = build(seats=1)
    gone = service.nominate(stage.training_class, stage.seat(name="李生梅"), by=PLANNER)
    service.withdraw(gone, reason="因病", by=PLANNER)
    held = service.nominate(stage.training_class, stage.seat(name="祁永福"), by=PLANNER)
    waiting = service.nominate(
        stage.training_class, stage.seat(name="马玉兰"), wait=True, by=PLANNER
    )
    with pytest.raises(NotAll) as refusal:
        service.confirm_all(stage.training_class, [gone, held, waiting], by=PLANNER)
    assert [str(one) for one in refusal.value.refusals] == [
        "李生梅 has been withdrawn from this class. Nominate again to go on.",
        "马玉兰 is on the waiting list; a seat must become free first.",
    ]
    assert states(stage.training_class) == {
        "李生梅": "withdrawn",
        "祁永福": "nominated",
        "马玉兰": "waitlisted",
    }


def test_not_when_the_class_is_over() -> None:
    stage = build()
    row = service.nominate(stage.training_class, stage.seat(), by=PLANNER)
    stage.training_class.status = ClassStatus.FINISHED
    with pytest.raises(Refused, match="The class is over"):
        service.confirm(row, by=PLANNER)
