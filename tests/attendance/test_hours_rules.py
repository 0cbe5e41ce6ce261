"""Hours, leave and completion against a slow reckoning of its own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.attendance.rules import (
    Held,
    Mark,
    Outcome,
    Policy,
    Result,
    gravest,
    hours_earned,
    hours_offered,
    outcome,
)
from trainer.courses.rules import Half

DAY = date(2017, 6, 5)
marks = st.sampled_from([None, *Mark])
sessions = st.lists(
    st.builds(
        Held,
        day=st.integers(0, 3).map(lambda n: DAY + timedelta(n)),
        half=st.sampled_from(list(Half)),
        hours=st.integers(0, 12).map(lambda n: Decimal(n) / 2),
        mark=marks,
    ),
    max_size=12,
)
policies = st.builds(
    Policy,
    most_a_half_day=st.integers(1, 12).map(lambda n: Decimal(n) / 2),
    most_leave=st.integers(1, 10).map(lambda n: Fraction(1, n)),
)


CAME = ("present", "late", "left_early")


def _names(held: list[Held]) -> list[str]:
    return [s.mark.value if s.mark else "" for s in held]


def _result(marks: list[str], missed: int, offered: int, divisor: Fraction) -> Result:
    if "absent" in marks:
        return Result.ABSENT
    if missed * divisor > offered:
        return Result.TOO_MUCH_LEAVE
    return Result.OPEN if "" in marks or not marks else Result.COMPLETED


def _reckoned(held: list[Held], policy: Policy) -> Outcome:
    """The rules again, written out half-day by half-day in half hours."""
    cap = int(policy.most_a_half_day * 2)
    offered = earned = possible = 0
    halves = []
    for day, half in sorted({(s.day, s.half) for s in held}):
        here = [s for s in held if s.day == day and s.half == half]
        units = [(int(s.hours * 2), name) for s, name in zip(here, _names(here), strict=True)]
        offered += min(cap, sum(u for u, _n in units))
        earned += min(cap, sum(u for u, n in units if n in CAME))
        possible += min(cap, sum(u for u, n in units if n in CAME or not n))
        halves.append(_names(here))
    absent = sum("absent" in names for names in halves)
    excused = sum("excused" in names and "absent" not in names for names in halves)
    none = sum(not any(names) for names in halves)
    return Outcome(
        offered=Decimal(offered) / 2,
        earned=Decimal(earned) / 2,
        half_days=len(halves),
        present=len(halves) - absent - excused - none,
        excused=excused,
        absent=absent,
        attended=any(name in CAME for name in _names(held)),
        result=_result(_names(held), offered - possible, offered, 1 / policy.most_leave),
    )


@given(sessions, policies)
def test_outcome_equals_the_plain_reckoning(held: list[Held], policy: Policy) -> None:
    assert outcome(held, policy) == _reckoned(held, policy)


def _days(*given: Mark | None, hours: int = 4) -> list[Held]:
    """Half-days of *hours* each, mornings and afternoons in turn."""
    halves = (Half.MORNING, Half.AFTERNOON)
    return [
        Held(DAY + timedelta(n // 2), halves[n % 2], Decimal(hours), mark)
        for n, mark in enumerate(given)
    ]


def test_a_half_day_gives_at_most_four_hours() -> None:
    held = [Held(DAY, Half.MORNING, Decimal(3), Mark.PRESENT) for _ in range(2)]
    assert (hours_offered(held), hours_earned(held)) == (Decimal(4), Decimal(4))


def test_late_and_leaving_early_count() -> None:
    held = _days(Mark.LATE, Mark.LEFT_EARLY, Mark.PRESENT)
    assert (hours_earned(held), outcome(held).result) == (Decimal(12), Result.COMPLETED)


@pytest.mark.parametrize(
    ("given_marks", "result"),
    [
        ([Mark.PRESENT] * 7, Result.COMPLETED),
        ([Mark.PRESENT] * 6 + [Mark.EXCUSED], Result.COMPLETED),  # exactly one seventh
        ([Mark.PRESENT] * 5 + [Mark.EXCUSED] * 2, Result.TOO_MUCH_LEAVE),
        ([Mark.PRESENT] * 6 + [Mark.ABSENT], Result.ABSENT),
        ([Mark.PRESENT] * 6 + [None], Result.OPEN),
        ([None] * 5 + [Mark.EXCUSED] * 2, Result.TOO_MUCH_LEAVE),  # said before it happens
        ([None] * 6 + [Mark.ABSENT], Result.ABSENT),
        ([], Result.OPEN),
    ],
)
def test_completion(given_marks: list[Mark | None], result: Result) -> None:
    assert outcome(_days(*given_marks)).result is result


def test_leave_from_a_session_without_hours_costs_nothing() -> None:
    held = [*_days(Mark.PRESENT), *_days(Mark.EXCUSED, hours=0)]
    assert outcome(held).result is Result.COMPLETED


def test_the_gravest_mark_stands_for_the_half_day() -> None:
    assert [
        gravest([Mark.PRESENT, Mark.LATE]),
        gravest([Mark.EXCUSED, None]),
        gravest([Mark.ABSENT, Mark.EXCUSED]),
        gravest([None]),
    ] == [Mark.LATE, Mark.EXCUSED, Mark.ABSENT, None]
