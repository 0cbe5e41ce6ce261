"""When a roll can be taken, which half-day is offered, and what a save does to one mark."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from trainer.attendance.rules import (
    Mark,
    Span,
    Step,
    half_day_to_take,
    roll_closed,
    step_of,
)
from trainer.courses.rules import ClassStatus

FIRST = date(2017, 6, 5)
START = datetime(2017, 6, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "today", "is_open"),
    [
        (ClassStatus.DRAFT, FIRST, False),
        (ClassStatus.PUBLISHED, FIRST - timedelta(1), False),
        (ClassStatus.PUBLISHED, FIRST, True),
        (ClassStatus.RUNNING, FIRST, True),
        (ClassStatus.RUNNING, FIRST + timedelta(400), True),
        (ClassStatus.FINISHED, FIRST, False),
        (ClassStatus.CLOSED, FIRST, False),
        (ClassStatus.CANCELLED, FIRST, False),
    ],
)
def test_the_roll_is_open_from_the_first_day_until_finished(
    status: ClassStatus, today: date, is_open: bool
) -> None:
    assert (roll_closed(status, first_day=FIRST, today=today) is None) is is_open


def _spans(*whole: bool) -> list[Span]:
    """Half-days of three hours, the next beginning five hours after the last."""
    return [
        Span(START + timedelta(hours=5 * n), START + timedelta(hours=5 * n + 3), one)
        for n, one in enumerate(whole)
    ]


@pytest.mark.parametrize(
    ("hours", "whole", "index"),
    [
        (-24, (False, False), 0),
        (0, (False, False), 0),
        (3, (False, False), 0),
        (4, (False, False), 1),
        (8, (True, True), 1),
        (99, (True, False), 1),
        (99, (False, False), 0),
        (99, (True, True), 1),
        (0, (), None),
    ],
)
def test_the_present_or_next_half_day_is_offered(
    hours: int, whole: tuple[bool, ...], index: int | None
) -> None:
    assert half_day_to_take(_spans(*whole), START + timedelta(hours=hours)) == index


P, A, X = Mark.PRESENT, Mark.ABSENT, Mark.EXCUSED


@pytest.mark.parametrize(
    ("now", "whole", "seen", "mine", "step"),
    [
        (None, False, None, None, Step.KEEP),
        (P, True, P, None, Step.KEEP),
        (None, False, None, P, Step.WRITE),
        (P, True, P, P, Step.KEEP),
        (P, False, P, P, Step.WRITE),  # a session was added to the half-day since
        (P, True, P, A, Step.WRITE),
        (A, True, P, P, Step.KEEP),  # not touched here: theirs stays
        (A, True, None, P, Step.CONFLICT),
        (A, True, P, X, Step.CONFLICT),
        (P, True, None, P, Step.KEEP),  # both said the same
        (None, False, P, A, Step.CONFLICT),
    ],
)
def test_what_a_save_does_to_one_mark(
    now: Mark | None, whole: bool, seen: Mark | None, mine: Mark | None, step: Step
) -> None:
    assert step_of(now=now, whole=whole, seen=seen, mine=mine) is step
