"""What plans, their targets and their lines may be: no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from tests.plans.stage import LINE
from trainer.core.errors import Invalid, Refused
from trainer.plans import rules
from trainer.plans.rules import Figures, PlanStatus, TargetKind

D, S, A, P = PlanStatus.DRAFT, PlanStatus.SUBMITTED, PlanStatus.ADOPTED, PlanStatus.PUBLISHED
ALLOWED = {(D, S), (S, A), (S, D), (A, P)}


@pytest.mark.parametrize(("old", "new"), list(product(PlanStatus, PlanStatus)))
def test_only_these_steps_are_possible(old: PlanStatus, new: PlanStatus) -> None:
    if (old, new) in ALLOWED:
        rules.require_step(old, new)
        return
    with pytest.raises(Refused):
        rules.require_step(old, new)


def test_a_draft_alone_is_editable_and_what_is_adopted_is_in_force() -> None:
    assert {s: (s.editable, s.in_force) for s in PlanStatus} == {
        D: (True, False),
        S: (False, False),
        A: (False, True),
        P: (False, True),
    }
    rules.require_editable(D)
    for status in (S, A, P):
        with pytest.raises(Refused):
            rules.require_editable(status)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("互人大〔2017〕3号", "互人大〔2017〕3号"),
        ("互人大[2017]3号", "互人大〔2017〕3号"),
        ("互人大（2017）12号", "互人大〔2017〕12号"),
        (" 互人大 【2017】 3 号 ", "互人大〔2017〕3号"),
        ("互人大常(2026)100号", "互人大常〔2026〕100号"),
    ],
)
def test_a_document_number_is_written_officially(typed: str, number: str) -> None:
    assert rules.document_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "互人大〔2017〕第3号",  # GB/T 9704-2012: no 第
        "互人大〔2017〕03号",  # no leading zeros
        "互人大〔2017〕0号",
        "互人大〔17〕3号",
        "互人大〔2017〕3",
        "〔2017〕3号",
        "互人大2017-3号",
        "3",
        "",
    ],
)
def test_a_wrong_document_number_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.document_number(typed)
    assert refusal.value.field == "document_number"


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2016, 10, 1), date(2021, 9, 30), (2017, 2018, 2019, 2020, 2021)),
        (date(2017, 1, 10), date(2022, 1, 8), (2017, 2018, 2019, 2020, 2021)),
        (date(2016, 3, 5), date(2021, 3, 4), (2016, 2017, 2018, 2019, 2020)),
        (date(2016, 8, 1), date(2016, 9, 1), ()),
    ],
)
def test_a_term_plans_for_the_years_it_mainly_covers(
    first: date, last: date, years: tuple[int, ...]
) -> None:
    assert rules.plan_years(first, last) == years


def test_any_year_that_a_term_touches_may_be_planned() -> None:
    assert list(rules.possible_years(date(2016, 10, 1), date(2018, 9, 30))) == [2016, 2017, 2018]


@pytest.mark.parametrize(
    ("on", "earlier", "fits"),
    [
        (date(2017, 2, 20), None, True),
        (date(2017, 3, 1), None, True),
        (date(2017, 3, 2), None, False),
        (date(2017, 2, 20), date(2017, 2, 20), True),
        (date(2017, 2, 19), date(2017, 2, 20), False),
    ],
)
def test_the_adoption_is_past_and_follows_the_revision_before(
    on: date, earlier: date | None, fits: bool
) -> None:
    today = date(2017, 3, 1)
    if fits:
        rules.require_adoption_day(on, today=today, earlier=earlier)
        return
    with pytest.raises(Invalid) as refusal:
        rules.require_adoption_day(on, today=today, earlier=earlier)
    assert refusal.value.field == "adopted_on"


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        (TargetKind.COVERAGE, "0", True),
        (TargetKind.COVERAGE, "100", True),
        (TargetKind.COVERAGE, "100.01", False),
        (TargetKind.NEW_COVERAGE, "101", False),
        (TargetKind.SATISFACTION, "95.5", True),
        (TargetKind.HOURS, "104.5", True),
        (TargetKind.CLASSES, "12", True),
        (TargetKind.CLASSES, "12.5", False),
        (TargetKind.PEOPLE, "1235.5", False),
        (TargetKind.PERSON_TIMES, "5520", True),
        (TargetKind.COST, "1820000.50", True),
        (TargetKind.COST, "-1", False),
    ],
)
def test_a_target_is_possible_or_refused_at_its_field(
    kind: TargetKind, value: str, fits: bool
) -> None:
    if fits:
        rules.require_target(kind, 2018, Decimal(value))
        return
    with pytest.raises(Invalid) as refusal:
        rules.require_target(kind, None, Decimal(value))
    assert refusal.value.field == f"{kind.value}_term"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"audience": ""}, "audience"),
        ({"persons": 0}, "persons"),
        ({"runs": 0}, "runs"),
        ({"days": Decimal(0)}, "days"),
        ({"days": Decimal("2.25")}, "days"),
        ({"first_month": 0}, "first_month"),
        ({"first_month": 13, "last_month": 13}, "first_month"),
        ({"first_month": 5, "last_month": 4}, "last_month"),
        ({"last_month": 13}, "last_month"),
        ({"budget": Decimal("-0.01")}, "budget"),
    ],
)
def test_a_line_is_refused_at_the_field_that_is_wrong(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.require_line(replace(LINE, **changed))
    assert refusal.value.field == field


def test_a_line_may_be_of_one_month_and_cost_nothing() -> None:
    rules.require_line(replace(LINE, first_month=12, last_month=12, budget=Decimal(0)))


def test_figures_count_person_times_over_all_runs() -> None:
    other = replace(LINE, persons=15, runs=1, budget=Decimal("100"))
    assert rules.figures([LINE, other]) == Figures(2, 3, 135, Decimal("36100.50"))
    assert rules.figures([]) == Figures(0, 0, 0, Decimal(0))
    assert Figures(1, 2, 3, Decimal(4)) + Figures(1, 1, 1, Decimal(1)) == Figures(
        2, 3, 4, Decimal(5)
    )
