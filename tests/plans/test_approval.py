"""From draft to published, sent back, and amended: both kinds of plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.plans import stage
from tests.plans.stage import County
from trainer.accounts.audit import Actor, actor_of
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.plans import queries, service
from trainer.plans.models import AnnualPlan, FiveYearPlan, Plan
from trainer.plans.rules import PLAN_STEPS, PlanKind, PlanSettings, PlanStatus, TargetKind

DAY = date(2017, 2, 20)
KINDS = list(PlanKind)
Make = Callable[..., Plan]
VERBS: dict[str, tuple[PlanStatus, Callable[[Plan, Actor], object]]] = {
    "submit": (PlanStatus.SUBMITTED, lambda plan, by: service.submit(plan, by=by)),
    "return": (PlanStatus.DRAFT, lambda plan, by: service.send_back(plan, reason="补充", by=by)),
    "adopt": (
        PlanStatus.ADOPTED,
        lambda plan, by: service.adopt(plan, meeting="主任会议", on=DAY, by=by),
    ),
    "publish": (PlanStatus.PUBLISHED, lambda plan, by: service.publish(plan, by=by)),
}


@pytest.fixture
def here(app: Flask) -> County:
    """The county at work."""
    return stage.county()


@pytest.fixture(params=KINDS, ids=[kind.value for kind in KINDS])
def make(request: pytest.FixtureRequest, here: County) -> Make:
    """Return a function that makes a plan of one kind, with something in it."""

    def plan(status: PlanStatus = PlanStatus.DRAFT, **values: Any) -> Plan:
        if status.in_force:
            values.setdefault("adopted_on", DAY)
        if request.param is PlanKind.ANNUAL:
            annual = stage.draft(here, status=status, **values)
            stage.add_line(annual, 3)
            return annual
        five_year = factories.five_year_plan(here.term, status=status, **values)
        stage.add_target(five_year, TargetKind.HOURS, None, 104)
        return five_year

    return plan


@pytest.mark.parametrize("status", PlanStatus)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_works_from_its_state_only(
    here: County, make: Make, verb: str, status: PlanStatus
) -> None:
    goal, act = VERBS[verb]
    plan = make(status)
    if goal in PLAN_STEPS[status]:
        act(plan, here.actor)
        assert plan.status is goal
        assert stage.trail() == [(f"plan.{verb}", here.planner.name)]
        return
    with pytest.raises(Refused, match="present state"):
        act(plan, here.actor)
    assert (plan.status, stage.trail()) == (status, [])


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_works_once(here: County, make: Make, verb: str) -> None:
    goal, act = VERBS[verb]
    plan = make(next(old for old, new in PLAN_STEPS.items() if goal in new))
    act(plan, here.actor)
    with pytest.raises(Refused):
        act(plan, here.actor)
    assert (plan.status, len(stage.trail())) == (goal, 1)


@pytest.mark.parametrize("verb", [*VERBS, "amend"])
def test_only_a_planner_of_the_congress_may(here: County, make: Make, verb: str) -> None:
    goal, act = VERBS.get(verb, (None, lambda plan, by: service.amend(plan, by=by)))
    status = next((old for old, new in PLAN_STEPS.items() if goal in new), PlanStatus.ADOPTED)
    plan = make(status)
    others = [
        factories.user(Role.AUDITOR, scope=here.congress),
        factories.user(Role.TOWNSHIP_OFFICER, scope=here.township),
        factories.user(Role.ADMINISTRATOR),
        factories.user(Role.PLANNER, scope=here.township),
        stage.county("630222").planner,
    ]
    for actor in [*(actor_of(user, "") for user in others), Actor(None, "", None, "")]:
        with pytest.raises(Refused, match="Only a planner"):
            act(plan, actor)
    assert (plan.status, stage.trail()) == (status, [])


def test_an_empty_plan_is_not_submitted(here: County) -> None:
    annual = stage.draft(here)
    five_year = factories.five_year_plan(here.term)
    with pytest.raises(Refused, match="at least one planned class"):
        service.submit(annual, by=here.actor)
    with pytest.raises(Refused, match="at least one target"):
        service.submit(five_year, by=here.actor)
    assert (annual.status, five_year.status) == (PlanStatus.DRAFT, PlanStatus.DRAFT)


def test_the_reason_of_sending_back_stands_until_submitted_again(here: County, make: Make) -> None:
    plan = make(PlanStatus.SUBMITTED)
    with pytest.raises(Invalid) as refusal:
        service.send_back(plan, reason="", by=here.actor)
    assert (refusal.value.field, plan.status) == ("reason", PlanStatus.SUBMITTED)
    service.send_back(plan, reason="补充经费依据", by=here.actor)
    assert plan.returned_because == "补充经费依据"
    service.submit(plan, by=here.actor)
    assert plan.returned_because is None


def test_the_adoption_is_recorded(here: County, make: Make) -> None:
    plan = make(PlanStatus.SUBMITTED)
    service.adopt(plan, meeting="第3次主任会议", on=DAY, number="互人大(2017)3号", by=here.actor)
    assert (plan.meeting, plan.adopted_on, plan.document_number) == (
        "第3次主任会议",
        DAY,
        "互人大〔2017〕3号",
    )


@pytest.mark.parametrize(
    ("meeting", "on", "number", "field"),
    [
        ("", DAY, None, "meeting"),
        ("主任会议", clock.today() + timedelta(days=2), None, "adopted_on"),
        ("主任会议", DAY, "互人大第3号", "document_number"),
    ],
)
def test_a_wrong_adoption_is_refused_at_its_field(
    here: County, make: Make, meeting: str, on: date, number: str | None, field: str
) -> None:
    plan = make(PlanStatus.SUBMITTED)
    with pytest.raises(Invalid) as refusal:
        service.adopt(plan, meeting=meeting, on=on, number=number, by=here.actor)
    assert (refusal.value.field, plan.status) == (field, PlanStatus.SUBMITTED)
    assert (plan.meeting, plan.adopted_on, plan.document_number) == (None, None, None)


def test_an_amendment_is_not_adopted_before_what_it_amends(here: County, make: Make) -> None:
    make(PlanStatus.PUBLISHED)
    plan = make(PlanStatus.SUBMITTED, revision=2)
    with pytest.raises(Invalid) as refusal:
        service.adopt(plan, meeting="主任会议", on=DAY - timedelta(days=1), by=here.actor)
    assert refusal.value.field == "adopted_on"
    service.adopt(plan, meeting="主任会议", on=DAY, by=here.actor)
    assert plan.status is PlanStatus.ADOPTED


def test_the_database_refuses_an_adopted_plan_without_a_day(make: Make) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        make(PlanStatus.ADOPTED, adopted_on=None)


@pytest.mark.parametrize("status", [PlanStatus.ADOPTED, PlanStatus.PUBLISHED])
def test_an_amendment_is_a_draft_with_the_same_content(
    here: County, make: Make, status: PlanStatus
) -> None:
    plan = make(status, meeting="主任会议", document_number="互人大〔2017〕3号", title="题")
    draft = service.amend(plan, by=here.actor)
    assert (draft.revision, draft.status, draft.title, draft.term_id) == (
        2,
        PlanStatus.DRAFT,
        "题",
        here.term.id,
    )
    assert (draft.meeting, draft.document_number, draft.adopted_on) == (None, None, None)
    assert plan.status is status
    assert stage.trail() == [("plan.amend", here.planner.name)]
    if isinstance(plan, AnnualPlan):
        assert isinstance(draft, AnnualPlan)
        assert (draft.year, stage.lines(draft)) == (2017, stage.lines(plan))
        assert stage.lines(draft) == [(3, 3, stage.LINE.name)]
    else:
        assert isinstance(draft, FiveYearPlan)
        assert stage.targets(draft) == {(TargetKind.HOURS, None): Decimal(104)}


def test_the_texts_of_a_five_year_plan_go_into_its_amendment(here: County) -> None:
    texts = {"purpose": "目的", "principles": "原则", "measures": "措施"}
    plan = factories.five_year_plan(here.term, status=PlanStatus.ADOPTED, adopted_on=DAY, **texts)
    draft = service.amend(plan, by=here.actor)
    assert isinstance(draft, FiveYearPlan)
    assert {name: getattr(draft, name) for name in texts} == texts


@pytest.mark.parametrize("status", [PlanStatus.DRAFT, PlanStatus.SUBMITTED])
def test_only_what_is_adopted_is_amended(here: County, make: Make, status: PlanStatus) -> None:
    plan = make(status)
    with pytest.raises(Refused, match="Only an adopted plan"):
        service.amend(plan, by=here.actor)


def test_a_plan_has_one_amendment_at_a_time(here: County, make: Make) -> None:
    plan = make(PlanStatus.ADOPTED)
    service.amend(plan, by=here.actor)
    with pytest.raises(Refused, match="newer revision"):
        service.amend(plan, by=here.actor)


def test_a_discarded_amendment_may_be_begun_again(here: County, make: Make) -> None:
    plan = make(PlanStatus.ADOPTED)
    service.discard(service.amend(plan, by=here.actor), by=here.actor)
    assert service.amend(plan, by=here.actor).revision == 2
    assert plan.status is PlanStatus.ADOPTED


def test_plans_of_other_years_do_not_stand_in_the_way(here: County) -> None:
    plan = factories.annual_plan(here.term, 2017)
    factories.annual_plan(here.term, 2018, revision=4, adopted_on=date(2018, 5, 1))
    draft = service.amend(plan, by=here.actor)
    stage.add_line(db.session.get_one(AnnualPlan, draft.id))
    service.submit(draft, by=here.actor)
    service.adopt(draft, meeting="主任会议", on=DAY, by=stage.colleague(here))
    assert (draft.revision, draft.status) == (2, PlanStatus.ADOPTED)


# Two pairs of eyes


def written(here: County, kind: PlanKind, by: Actor) -> Plan:
    """Return a submitted plan that *by* wrote alone."""
    if kind is PlanKind.ANNUAL:
        plan: Plan = service.create_annual(here.term, year=2017, title="计划", by=by)
        assert isinstance(plan, AnnualPlan)
        service.add_class(plan, line=stage.LINE, by=by)
    else:
        plan = service.create_five_year(here.term, title="计划", by=by)
        service.update_five_year(
            plan, seen=1, texts={}, targets={(TargetKind.HOURS, None): Decimal(8)}, by=by
        )
    service.submit(plan, by=by)
    return plan


@pytest.mark.parametrize("kind", list(PlanKind))
def test_who_alone_wrote_a_plan_does_not_adopt_it(here: County, kind: PlanKind) -> None:
    plan = written(here, kind, here.actor)
    with pytest.raises(Refused):
        service.adopt(plan, meeting="主任会议", on=DAY, by=here.actor)
    assert (plan.status, plan.adopted_on) == (PlanStatus.SUBMITTED, None)
    service.adopt(plan, meeting="主任会议", on=DAY, by=stage.colleague(here))
    assert plan.status is PlanStatus.ADOPTED
    assert stage.said("plan.adopt").get("own_adoption") is None


def test_of_two_authors_each_may_adopt(here: County) -> None:
    plan = written(here, PlanKind.ANNUAL, here.actor)
    service.send_back(plan, reason="补充", by=here.actor)
    assert isinstance(plan, AnnualPlan)
    service.add_class(plan, line=stage.LINE, by=stage.colleague(here))
    service.submit(plan, by=here.actor)
    service.adopt(plan, meeting="主任会议", on=DAY, by=here.actor)
    assert plan.status is PlanStatus.ADOPTED


def test_where_the_settings_allow_it_the_trail_says_so(here: County) -> None:
    plan = written(here, PlanKind.ANNUAL, here.actor)
    allowed = PlanSettings(own_adoption=True)
    service.save_settings(here.congress.id, allowed, by=here.actor)
    service.adopt(plan, meeting="主任会议", on=DAY, by=here.actor)
    assert stage.said("plan.adopt")["own_adoption"] is True
    assert stage.trail("plan.settings") == [("plan.settings", here.actor.name)]
    assert queries.plan_settings(here.congress.id) == allowed
    assert queries.plan_settings(here.township.id) == PlanSettings()


# A closed year


def test_a_closed_year_is_frozen(here: County) -> None:
    plan = factories.annual_plan(here.term, 2017)
    service.close_year(plan, by=here.actor)
    assert (plan.closed_on, plan.status) == (clock.today(), PlanStatus.ADOPTED)
    assert queries.year_closed(here.term.id, 2017)
    assert not queries.year_closed(here.term.id, 2018)
    with pytest.raises(Refused):
        service.amend(plan, by=here.actor)
    with pytest.raises(Refused):
        service.close_year(plan, by=here.actor)


def test_a_year_is_closed_only_when_it_is_over_and_its_plan_adopted(here: County) -> None:
    running = factories.annual_plan(here.term, clock.today().year)
    draft = stage.draft(here, 2016)
    amended = factories.annual_plan(here.term, 2017)
    service.amend(amended, by=here.actor)
    for plan in (running, draft, amended):
        with pytest.raises(Refused):
            service.close_year(plan, by=here.actor)
        assert plan.closed_on is None
