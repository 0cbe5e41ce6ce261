"""Creating plans and writing in their drafts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from tests import factories
from tests.plans import stage
from tests.plans.stage import LINE, County
from trainer.accounts.audit import SYSTEM, Actor, actor_of
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused, Stale
from trainer.plans import service
from trainer.plans.models import AnnualPlan, PlannedClass
from trainer.plans.rules import PlanStatus, TargetKind

FROZEN = [PlanStatus.SUBMITTED, PlanStatus.ADOPTED, PlanStatus.PUBLISHED]
TEXTS = {"title": "总体计划", "purpose": "目的", "principles": "原则", "measures": "措施"}


@pytest.fixture
def here(app: Flask) -> County:
    """The county at work; another one with the same years stands beside it."""
    other = stage.county("630222")
    stage.add_line(stage.draft(other), 7, name="邻县班次")
    stage.add_target(factories.five_year_plan(other.term), TargetKind.HOURS, None, 1)
    return stage.county()


def strangers(here: County) -> list[Actor]:
    """Return who may not plan here: other roles, other counties, no scope, nobody."""
    others = [
        factories.user(Role.AUDITOR, scope=here.congress),
        factories.user(Role.ADMINISTRATOR, scope=here.congress),
        factories.user(Role.TOWNSHIP_OFFICER, scope=here.congress),
        factories.user(Role.PLANNER, scope=here.township),
        factories.user(Role.PLANNER, scope=factories.congress("6302")),
        factories.user(Role.PLANNER),
    ]
    return [*(actor_of(user, "") for user in others), Actor(None, "", None, "")]


# Creating


def test_a_five_year_plan_begins_as_an_empty_draft(here: County) -> None:
    plan = service.create_five_year(here.term, title="总体计划", by=here.actor)
    assert (plan.term_id, plan.revision, plan.status, plan.title) == (
        here.term.id,
        1,
        PlanStatus.DRAFT,
        "总体计划",
    )
    assert stage.targets(plan) == {}
    assert stage.trail() == [("plan.create", here.planner.name)]


def test_a_term_has_one_five_year_plan(here: County) -> None:
    service.create_five_year(here.term, title="总体计划", by=here.actor)
    with pytest.raises(Refused, match="five-year plan already"):
        service.create_five_year(here.term, title="再来", by=here.actor)


def test_a_blank_annual_plan_is_an_empty_draft(here: County) -> None:
    plan = service.create_annual(here.term, year=2018, title="2018年计划", by=here.actor)
    assert (plan.year, plan.revision, plan.status, plan.preamble) == (
        2018,
        1,
        PlanStatus.DRAFT,
        "",
    )
    assert stage.lines(plan) == []


def test_a_copied_plan_has_text_and_table_numbered_anew(here: County) -> None:
    last = stage.draft(here, 2017, preamble="前言", status=PlanStatus.DRAFT)
    stage.add_line(last, 9, name="乙班")
    stage.add_line(last, 4, name="甲班")
    plan = service.create_annual(
        here.term, year=2018, title="2018年计划", copy_of=last, by=here.actor
    )
    assert (plan.title, plan.preamble) == ("2018年计划", "前言")
    assert stage.lines(plan) == [(1, 1, "甲班"), (2, 2, "乙班")]
    copied = db.session.query(PlannedClass).filter_by(plan_id=plan.id, line=1).one()
    assert service.line_of(copied) == replace(LINE, name="甲班")
    assert stage.lines(last) == [(4, 4, "甲班"), (9, 9, "乙班")]


@pytest.mark.parametrize("year", [2015, 2022])
def test_a_year_outside_the_term_is_not_planned(here: County, year: int) -> None:
    with pytest.raises(Invalid) as refusal:
        service.create_annual(here.term, year=year, title="计划", by=here.actor)
    assert refusal.value.field == "year"


def test_a_year_is_planned_once(here: County) -> None:
    service.create_annual(here.term, year=2018, title="计划", by=here.actor)
    with pytest.raises(Invalid) as refusal:
        service.create_annual(here.term, year=2018, title="计划", by=here.actor)
    assert refusal.value.field == "year"


# Writing the five-year plan


def test_texts_and_targets_are_replaced_and_told_to_the_trail(here: County) -> None:
    plan = factories.five_year_plan(here.term, title="旧题", purpose="旧")
    stage.add_target(plan, TargetKind.COVERAGE, 2017, 40)
    stage.add_target(plan, TargetKind.COVERAGE, None, 95)
    stage.add_target(plan, TargetKind.HOURS, 2017, 24)
    wanted = {
        (TargetKind.COVERAGE, 2017): Decimal(45),
        (TargetKind.COVERAGE, None): Decimal(95),
        (TargetKind.COST, 2018): Decimal("1820000.50"),
    }
    service.update_five_year(plan, seen=1, texts=TEXTS, targets=wanted, by=here.actor)
    assert (plan.title, plan.purpose, plan.principles, plan.measures, plan.version) == (
        *TEXTS.values(),
        2,
    )
    assert stage.targets(plan) == wanted
    assert stage.trail() == [
        (verb, here.planner.name)
        for verb in ("plan.change", "target.change", "target.change", "target.change")
    ]


def test_the_version_grows_although_only_a_target_changes(here: County) -> None:
    plan = factories.five_year_plan(here.term, **TEXTS)
    service.update_five_year(
        plan, seen=1, texts=TEXTS, targets={(TargetKind.HOURS, None): Decimal(104)}, by=here.actor
    )
    assert plan.version == 2


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ((TargetKind.COVERAGE, 2017), Decimal(101), "coverage_2017"),
        ((TargetKind.CLASSES, None), Decimal("1.5"), "classes_term"),
        ((TargetKind.HOURS, 2016), Decimal(24), "hours_2016"),
    ],
)
def test_an_impossible_target_changes_nothing(
    here: County, key: tuple[TargetKind, int | None], value: Decimal, field: str
) -> None:
    plan = factories.five_year_plan(here.term, title="旧题")
    stage.add_target(plan, TargetKind.HOURS, None, 104)
    with pytest.raises(Invalid) as refusal:
        service.update_five_year(plan, seen=1, texts=TEXTS, targets={key: value}, by=here.actor)
    assert (refusal.value.field, plan.title) == (field, "旧题")
    assert stage.targets(plan) == {(TargetKind.HOURS, None): Decimal(104)}


# Writing the annual plan


def test_title_and_preamble_are_written(here: County) -> None:
    plan = stage.draft(here)
    service.update_annual(plan, seen=1, title="新题", preamble="新前言", by=here.actor)
    assert (plan.title, plan.preamble, plan.version) == ("新题", "新前言", 2)
    assert stage.trail() == [("plan.change", here.planner.name)]


def test_an_older_version_is_stale(here: County) -> None:
    plan = stage.draft(here)
    row = stage.add_line(plan)
    five_year = factories.five_year_plan(here.term)
    service.update_annual(plan, seen=1, title="甲", preamble="", by=here.actor)
    with pytest.raises(Stale):
        service.update_annual(plan, seen=1, title="乙", preamble="", by=here.actor)
    with pytest.raises(Stale):
        service.update_class(row, seen=None, line=LINE, by=here.actor)
    with pytest.raises(Stale):
        service.update_five_year(five_year, seen=2, texts=TEXTS, targets={}, by=here.actor)
    assert plan.title == "甲"


def test_a_class_is_added_at_the_foot_under_a_number_never_used(here: County) -> None:
    adopted = factories.annual_plan(here.term)
    stage.add_line(adopted, 1)
    stage.add_line(adopted, 5)  # an amendment has dropped it since
    plan = stage.draft(here, revision=2)
    stage.add_line(plan, 1, name="甲班")
    row = service.add_class(plan, line=LINE, by=here.actor)
    assert service.line_of(row) == LINE
    assert stage.lines(plan) == [(1, 1, "甲班"), (6, 2, LINE.name)]
    assert stage.trail() == [("planned_class.create", here.planner.name)]


def test_a_class_is_changed_in_all_columns(here: County) -> None:
    row = stage.add_line(stage.draft(here))
    changed = replace(LINE, name="改名", persons=80, days=Decimal(3), budget=Decimal(5), remark="")
    service.update_class(row, seen=1, line=changed, by=here.actor)
    assert (service.line_of(row), row.version) == (changed, 2)


def test_an_impossible_line_is_refused(here: County) -> None:
    plan = stage.draft(here)
    row = stage.add_line(plan)
    wrong = replace(LINE, persons=0)
    with pytest.raises(Invalid):
        service.add_class(plan, line=wrong, by=here.actor)
    with pytest.raises(Invalid):
        service.update_class(row, seen=1, line=wrong, by=here.actor)
    assert service.line_of(row) == LINE


def test_a_deleted_class_leaves_the_others_numbered_on(here: County) -> None:
    plan = stage.draft(here)
    rows = [stage.add_line(plan, n, name=f"{n}班") for n in (1, 2, 3)]
    service.delete_class(rows[1], by=here.actor)
    assert stage.lines(plan) == [(1, 1, "1班"), (3, 2, "3班")]
    assert stage.trail() == [("planned_class.delete", here.planner.name)]


def test_a_class_is_deleted_once(here: County) -> None:
    row = stage.add_line(stage.draft(here))
    service.delete_class(row, by=here.actor)
    with pytest.raises(Refused):
        service.delete_class(row, by=here.actor)


def test_classes_change_places_and_stop_at_the_ends(here: County) -> None:
    plan = stage.draft(here)
    rows = [stage.add_line(plan, n, name=f"{n}班") for n in (1, 2, 3)]
    service.move_class(rows[0], up=True, by=here.actor)
    service.move_class(rows[2], up=False, by=here.actor)
    assert stage.lines(plan) == [(1, 1, "1班"), (2, 2, "2班"), (3, 3, "3班")]
    assert stage.trail() == []
    service.move_class(rows[2], up=True, by=here.actor)
    service.move_class(rows[0], up=False, by=here.actor)
    assert stage.lines(plan) == [(3, 1, "3班"), (1, 2, "1班"), (2, 3, "2班")]
    assert stage.trail() == [("planned_class.move", here.planner.name)] * 2


def test_moving_is_no_conflict_with_writing(here: County) -> None:
    plan = stage.draft(here)
    rows = [stage.add_line(plan, n) for n in (1, 2)]
    service.move_class(rows[0], up=False, by=here.actor)
    service.update_class(rows[0], seen=1, line=replace(LINE, persons=70), by=here.actor)
    assert (rows[0].persons, rows[0].position) == (70, 2)


# Who and when


Verb = Callable[[AnnualPlan, PlannedClass, Actor], object]
WRITING: dict[str, Verb] = {
    "update": lambda plan, _row, by: service.update_annual(
        plan, seen=1, title="新", preamble="", by=by
    ),
    "add": lambda plan, _row, by: service.add_class(plan, line=LINE, by=by),
    "change": lambda _plan, row, by: service.update_class(row, seen=1, line=LINE, by=by),
    "delete": lambda _plan, row, by: service.delete_class(row, by=by),
    "move": lambda _plan, row, by: service.move_class(row, up=False, by=by),
    "discard": lambda plan, _row, by: service.discard(plan, by=by),
}


@pytest.mark.parametrize("verb", WRITING)
@pytest.mark.parametrize("status", FROZEN)
def test_what_is_no_draft_stays_as_it_is(here: County, verb: str, status: PlanStatus) -> None:
    plan = stage.draft(here, status=status, adopted_on=date(2017, 2, 20), title="旧")
    row = stage.add_line(plan, 1)
    stage.add_line(plan, 2)
    with pytest.raises(Refused, match="Only a draft"):
        WRITING[verb](plan, row, here.actor)
    assert (plan.title, len(stage.lines(plan)), stage.trail()) == ("旧", 2, [])


@pytest.mark.parametrize("status", FROZEN)
def test_a_five_year_plan_that_is_no_draft_stays_as_it_is(here: County, status: PlanStatus) -> None:
    plan = factories.five_year_plan(
        here.term, status=status, adopted_on=date(2017, 2, 20), title="旧"
    )
    with pytest.raises(Refused, match="Only a draft"):
        service.update_five_year(plan, seen=1, texts=TEXTS, targets={}, by=here.actor)
    assert plan.title == "旧"


@pytest.mark.parametrize("verb", WRITING)
def test_only_a_planner_of_the_congress_writes(here: County, verb: str) -> None:
    plan = stage.draft(here, title="旧")
    row = stage.add_line(plan, 1)
    stage.add_line(plan, 2)
    for actor in strangers(here):
        with pytest.raises(Refused, match="Only a planner"):
            WRITING[verb](plan, row, actor)
    assert (plan.title, len(stage.lines(plan)), stage.trail()) == ("旧", 2, [])


def test_only_a_planner_of_the_congress_begins_plans(here: County) -> None:
    five_year = factories.five_year_plan(here.term)
    for actor in strangers(here):
        with pytest.raises(Refused, match="Only a planner"):
            service.create_annual(here.term, year=2018, title="计划", by=actor)
        with pytest.raises(Refused, match="Only a planner"):
            service.create_five_year(here.term, title="计划", by=actor)
        with pytest.raises(Refused, match="Only a planner"):
            service.update_five_year(five_year, seen=1, texts=TEXTS, targets={}, by=actor)


def test_the_planner_of_the_province_and_the_command_line_may(here: County) -> None:
    township = factories.term(here.township)
    plan = service.create_annual(township, year=2017, title="乡镇计划", by=here.actor)
    service.add_class(plan, line=LINE, by=SYSTEM)
    assert stage.lines(plan) == [(1, 1, LINE.name)]


def test_a_discarded_draft_is_gone_with_its_table(here: County) -> None:
    plan = stage.draft(here)
    stage.add_line(plan)
    kept = db.session.query(PlannedClass).count()
    service.discard(plan, by=here.actor)
    assert db.session.query(PlannedClass).count() == kept - 1
    assert db.session.get(AnnualPlan, plan.id) is None
    assert stage.trail() == [("plan.delete", here.planner.name)]
    again = service.create_annual(here.term, year=2017, title="重做", by=here.actor)
    assert again.revision == 1
