"""The figures that queries give about plans, and how many statements they take."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from tests import factories
from tests.conftest import SignIn, counted_queries
from tests.plans import stage
from tests.plans.stage import County
from trainer.core.database import db
from trainer.people.queries import viewer_of
from trainer.plans import queries, service
from trainer.plans.models import AnnualPlan
from trainer.plans.rules import Figures, PlanStatus, TargetKind

DAY = date(2017, 2, 20)


@pytest.fixture
def here(app: Flask) -> County:
    """A county beside another one with plans of the same years."""
    other = stage.county("630222")
    stage.add_line(factories.annual_plan(other.term), persons=999)
    five_year = factories.five_year_plan(other.term, status=PlanStatus.PUBLISHED, adopted_on=DAY)
    stage.add_target(five_year, TargetKind.HOURS, None, 1)
    return stage.county()


def test_sums_are_those_of_the_plan_in_force(here: County) -> None:
    in_force = factories.annual_plan(here.term, 2017)
    stage.add_line(in_force, 1, persons=50, runs=2, budget=Decimal("330000.10"))
    stage.add_line(in_force, 2, persons=127, runs=1, budget=Decimal("35000.20"))
    amendment = stage.draft(here, 2017, revision=2)
    stage.add_line(amendment, 1, persons=1, runs=1, budget=Decimal(1))
    alone = stage.draft(here, 2019)
    stage.add_line(alone, 1, persons=10, runs=3, budget=Decimal(0))
    empty = stage.draft(here, 2020)
    plans = queries.plans_of(viewer_of(here.planner), here.term)
    assert plans.figures == {
        in_force.id: Figures(2, 3, 227, Decimal("365000.30")),
        amendment.id: Figures(1, 1, 1, Decimal(1)),
        alone.id: Figures(1, 3, 30, Decimal(0)),
        empty.id: Figures(),
    }
    assert plans.total == Figures(3, 6, 257, Decimal("365000.30"))
    shown = {year: of_year.shown for year, of_year in plans.years.items()}
    assert shown == {2017: in_force, 2018: None, 2019: alone, 2020: empty, 2021: None}
    assert {y: r.under_way for y, r in plans.years.items() if r.under_way} == {2017: amendment}


def test_a_year_beside_the_five_is_listed_when_it_has_a_plan(here: County) -> None:
    stage.draft(here, 2016)
    plans = queries.plans_of(viewer_of(here.planner), here.term)
    assert list(plans.years) == [2016, 2017, 2018, 2019, 2020, 2021]
    assert queries.years_to_plan(viewer_of(here.planner), here.term) == list(range(2017, 2022))


def test_targets_in_force_are_those_of_the_last_adopted_revision(here: County) -> None:
    assert queries.targets_in_force(here.term.id) == {}
    values = {1: PlanStatus.PUBLISHED, 2: PlanStatus.ADOPTED, 3: PlanStatus.DRAFT}
    for revision, status in values.items():
        plan = factories.five_year_plan(here.term, revision=revision, status=status, adopted_on=DAY)
        stage.add_target(plan, TargetKind.COVERAGE, None, 90 + revision)
        stage.add_target(plan, TargetKind.HOURS, 2017, Decimal("24.5"))
    assert queries.targets_in_force(here.term.id) == {
        (TargetKind.COVERAGE, None): Decimal(92),
        (TargetKind.HOURS, 2017): Decimal("24.5"),
    }
    aims = queries.plans_of(viewer_of(here.planner), here.term).aims
    assert aims == {("coverage", None): Decimal(92), ("hours", 2017): Decimal("24.5")}


def test_the_plan_in_force_of_a_year(here: County) -> None:
    factories.annual_plan(here.term, 2017)
    second = factories.annual_plan(here.term, 2017, revision=2)
    stage.add_line(second, 1)
    stage.draft(here, 2017, revision=3)
    found = queries.plan_in_force(here.term.id, 2017)
    assert found is not None
    assert (found.id, [row.line for row in found.classes]) == (second.id, [1])
    assert queries.plan_in_force(here.term.id, 2018) is None


def test_the_same_line_is_known_in_all_revisions(here: County) -> None:
    first, second = factories.annual_plan(here.term), stage.draft(here, revision=2)
    other_year = stage.draft(here, 2018)
    rows = [stage.add_line(plan, 1) for plan in (first, second, other_year)]
    stage.add_line(second, 2)
    ids = db.session.scalars(queries.same_line(rows[1].id)).all()
    assert sorted(ids) == [rows[0].id, rows[1].id]


def test_the_plan_to_copy_is_the_one_in_force_of_the_year_before(here: County) -> None:
    viewer = viewer_of(here.planner)
    assert queries.plan_to_copy(viewer, here.term, 2017) is None
    draft = stage.draft(here, 2017, revision=2)
    found = queries.plan_to_copy(viewer, here.term, 2017)
    assert found is not None
    assert found.id == draft.id
    adopted = factories.annual_plan(here.term, 2017)
    later = factories.term(here.congress, 2021)
    found = queries.plan_to_copy(viewer, later, 2017)
    assert found is not None
    assert found.id == adopted.id


def test_who_saved_last_and_who_took_which_step(here: County) -> None:
    plan = service.create_annual(here.term, year=2017, title="计划", by=here.actor)
    service.add_class(plan, line=stage.LINE, by=here.actor)
    service.submit(plan, by=here.actor)
    steps = queries.steps_taken(plan)
    assert {verb: event.user_name for verb, event in steps.items()} == {
        "plan.create": here.planner.name,
        "plan.submit": here.planner.name,
    }
    assert queries.last_save(plan) == steps["plan.submit"]
    assert queries.last_save(factories.annual_plan(here.term, 2018)) is None


def _addresses(of: County, plan: AnnualPlan) -> list[str]:
    five_year = factories.five_year_plan(of.term)
    planned = stage.add_line(plan, 1000)
    return [
        "/plans/",
        f"/plans/annual/{plan.id}",
        f"/plans/annual/{plan.id}/excel",
        f"/plans/annual/{plan.id}/compare",
        f"/plans/annual/{plan.id}/classes/{planned.id}",
        f"/plans/five-year/{five_year.id}",
        "/plans/annual/new?year=2018",
    ]


def test_pages_take_the_same_statements_for_1_and_30_lines(here: County, sign_in: SignIn) -> None:
    plan = factories.annual_plan(here.term, 2017)
    addresses = _addresses(here, plan)
    draft = stage.draft(here, revision=2)
    stage.add_line(draft, 1)
    client = sign_in(here.planner)

    def count(address: str) -> int:
        with counted_queries() as statements:
            assert client.get(address).status_code == 200
        return len(statements)

    few = {address: count(address) for address in addresses}
    for number in range(2, 32):
        stage.add_line(plan, number)
        stage.add_line(draft, number, name=f"{number}班")
    for year in (2018, 2019):
        stage.add_line(stage.draft(here, year), 1)
    addresses.remove("/plans/annual/new?year=2018")
    assert {address: count(address) for address in addresses} == {
        address: few[address] for address in addresses
    }
    assert max(few.values()) <= 14
