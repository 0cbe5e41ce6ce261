"""Which steps a class may take, what publishing needs, and how runs are numbered."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from trainer.core.errors import Invalid, Refused
from trainer.courses import rules
from trainer.courses.rules import ClassStatus, Lack
from trainer.plans.rules import Mode

D, P, R, F, C, L, X = ClassStatus
ALLOWED = {(D, P), (D, X), (P, R), (P, L), (P, X), (L, P), (L, X), (R, F), (R, X), (F, C)}
TODAY = date(2017, 6, 5)


@pytest.mark.parametrize(("old", "new"), list(product(ClassStatus, ClassStatus)))
def test_every_pair_of_states(old: ClassStatus, new: ClassStatus) -> None:
    if (old, new) in ALLOWED:
        rules.require_step(old, new)
    else:
        with pytest.raises(Refused):
            rules.require_step(old, new)


def test_what_each_state_allows() -> None:
    assert [(s, s.public, s.editable) for s in ClassStatus] == [
        (D, False, True),
        (P, True, True),
        (R, True, True),
        (F, True, False),
        (C, True, False),
        (L, True, True),
        (X, True, False),
    ]


@pytest.mark.parametrize("status", ClassStatus)
@pytest.mark.parametrize(("first_day", "begun"), [(date(2017, 6, 6), False), (TODAY, True)])
def test_a_published_class_runs_by_itself(
    status: ClassStatus, first_day: date, begun: bool
) -> None:
    expected = R if status is P and begun else status
    assert rules.status_on(status, first_day=first_day, today=TODAY) is expected


@pytest.mark.parametrize(
    ("mode", "venue", "link", "sessions", "expected"),
    [
        (Mode.GATHERED, False, True, 0, [Lack.VENUE, Lack.TIMETABLE]),
        (Mode.OFF_SITE, True, False, 1, []),
        (Mode.ONLINE, True, False, 1, [Lack.LINK]),
        (Mode.ONLINE, False, True, 1, []),
        (Mode.DELIVERED, False, False, 1, []),
        (Mode.DELIVERED, False, False, 0, [Lack.TIMETABLE]),
        (Mode.GUEST, False, False, 0, [Lack.VENUE]),
    ],
)
def test_what_is_missing_before_publishing(
    mode: Mode, venue: bool, link: bool, sessions: int, expected: list[Lack]
) -> None:
    assert rules.lacks(mode=mode, venue=venue, link=link, sessions=sessions) == expected


def test_nothing_missing_is_publishable() -> None:
    rules.require_publishable([])
    with pytest.raises(Refused, match="what is still missing"):
        rules.require_publishable([Lack.VENUE])


@pytest.mark.parametrize(
    ("numbers", "expected"), [([], 1), ([1], 2), ([2], 1), ([1, 3], 2), ([1, 2, 3], 4)]
)
def test_the_next_run_takes_the_lowest_free_number(numbers: list[int], expected: int) -> None:
    assert rules.next_run(numbers) == expected


def test_no_more_runs_than_planned() -> None:
    rules.require_run(live=1, planned=2)
    with pytest.raises(Refused, match="The plan has 2 runs"):
        rules.require_run(live=2, planned=2)


def test_a_class_is_over_from_its_last_day_on() -> None:
    rules.require_over(TODAY, TODAY)
    with pytest.raises(Refused, match="until 2017-06-06"):
        rules.require_over(date(2017, 6, 6), TODAY)


@pytest.mark.parametrize(
    ("last", "fits"),
    [
        (date(2017, 6, 4), False),
        (date(2017, 6, 5), True),
        (date(2018, 6, 5), True),
        (date(2018, 6, 6), False),
    ],
)
def test_days_are_in_order_and_at_most_a_year(last: date, fits: bool) -> None:
    if fits:
        rules.require_days(TODAY, last)
        return
    with pytest.raises(Invalid) as refusal:
        rules.require_days(TODAY, last)
    assert refusal.value.field == "last_day"
