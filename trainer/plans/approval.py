"""Verbs on plans from draft to published: submit, send back, adopt, publish, amend, close."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit, changes
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.people.models import Term
from trainer.plans import queries, rules
from trainer.plans.lines import classes_of, line_of
from trainer.plans.locking import authors, hold, note_author, open_draft, require_planner
from trainer.plans.models import (
    AnnualPlan,
    Budget,
    Emphasis,
    FiveYearPlan,
    Plan,
    PlannedClass,
    Target,
)
from trainer.plans.rules import PlanStatus


def _step(plan: Plan, new: PlanStatus, by: Actor) -> None:
    """Lock *plan* and raise Refused unless *by* may take it to *new*."""
    require_planner(plan.term_id, by)
    hold(plan)
    rules.require_step(plan.status, new)


def submit(plan: Plan, *, by: Actor) -> None:
    """Hand a draft in for adoption; it must have something in its table."""
    _step(plan, PlanStatus.SUBMITTED, by)
    if isinstance(plan, AnnualPlan) and not classes_of(plan.id):
        raise Refused(noop("Add at least one planned class before you submit the plan."))
    if isinstance(plan, FiveYearPlan) and not _has_targets(plan):
        raise Refused(noop("Set at least one target before you submit the plan."))
    plan.status, plan.returned_because = PlanStatus.SUBMITTED, None
    audit("plan.submit", plan, by=by)


def _has_targets(plan: FiveYearPlan) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(Target.plan_id == plan.id))))


def send_back(plan: Plan, *, reason: str, by: Actor) -> None:
    """Give a submitted plan back to be changed, with the reason."""
    _step(plan, PlanStatus.DRAFT, by)
    if not reason:
        raise Invalid(noop("Say what has to be changed."), field="reason")
    plan.status, plan.returned_because = PlanStatus.DRAFT, reason
    audit("plan.return", plan, by=by)


def adopt(plan: Plan, *, meeting: str, on: date, number: str | None = None, by: Actor) -> None:
    """Record that *meeting* adopted a submitted plan on a day; from then on it is frozen.

    *number* is the document number, when it has got one. Raises Refused when *by* alone wrote the
    plan and the settings do not allow that; where they do, the trail says so.
    """
    _step(plan, PlanStatus.ADOPTED, by)
    if not meeting:
        raise Invalid(noop("Please fill this in."), field="meeting")
    rules.require_adoption_day(on, today=clock.today(), earlier=_adopted_before(plan))
    congress_id = db.session.get_one(Term, plan.term_id).congress_id
    allowed = queries.plan_settings(congress_id).own_adoption
    alone = rules.alone(authors(plan), by.user_id)
    rules.require_second_person(alone=alone, allowed=allowed)
    plan.document_number = rules.document_number(number) if number else None
    plan.meeting, plan.adopted_on, plan.status = meeting, on, PlanStatus.ADOPTED
    before, after = changes(plan)
    if alone:
        after["own_adoption"] = True
    audit("plan.adopt", plan, by=by, before=before, after=after)


def _adoptions(plan: Plan) -> dict[int, date | None]:
    """Return the adoption day of each revision of the document that *plan* is one of."""
    model = type(plan)
    query = sa.select(model.revision, model.adopted_on).where(model.term_id == plan.term_id)
    if isinstance(plan, AnnualPlan):
        query = query.where(AnnualPlan.year == plan.year)
    return dict(db.session.execute(query).all())


def _adopted_before(plan: Plan) -> date | None:
    earlier = (day for number, day in _adoptions(plan).items() if number < plan.revision)
    return max((day for day in earlier if day), default=None)


def publish(plan: Plan, *, by: Actor) -> None:
    """Open an adopted plan to townships, deputies and the public."""
    _step(plan, PlanStatus.PUBLISHED, by)
    plan.status = PlanStatus.PUBLISHED
    audit("plan.publish", plan, by=by)


def close_year(plan: AnnualPlan, *, by: Actor) -> None:
    """Close the year of a plan in force: nothing of it is amended any more.

    Raises Refused unless the year is over and *plan* is the newest revision and in force.
    """
    require_planner(plan.term_id, by)
    hold(db.session.get_one(Term, plan.term_id))
    hold(plan)
    rules.require_closable(
        plan.status, closed=plan.closed_on is not None, year=plan.year, today=clock.today()
    )
    if max(_adoptions(plan)) > plan.revision:
        raise Refused(noop("There is a newer revision already; go on with that one."))
    plan.closed_on = clock.today()
    audit("plan.close", plan, by=by)


def amend(plan: Plan, *, by: Actor) -> Plan:
    """Begin the next revision of an adopted plan as a draft with the same text and lines.

    Raises Refused unless *plan* is adopted, the newest revision, and its year not closed.
    """
    require_planner(plan.term_id, by)
    hold(db.session.get_one(Term, plan.term_id))
    hold(plan)
    if not plan.status.in_force:
        raise Refused(noop("Only an adopted plan is amended; a draft is simply changed."))
    if isinstance(plan, AnnualPlan) and plan.closed_on:
        raise Refused(noop("The year is closed; its plan is not changed any more."))
    if max(_adoptions(plan)) > plan.revision:
        raise Refused(noop("There is a newer revision already; go on with that one."))
    draft = _next_annual(plan) if isinstance(plan, AnnualPlan) else _next_five_year(plan)
    db.session.add(draft)
    audit("plan.amend", draft, by=by)
    note_author(draft, by)
    return draft


def _next_annual(plan: AnnualPlan) -> AnnualPlan:
    return AnnualPlan(
        term_id=plan.term_id,
        year=plan.year,
        revision=plan.revision + 1,
        title=plan.title,
        preamble=plan.preamble,
        classes=[
            PlannedClass(line=row.line, position=row.position, **asdict(line_of(row)))
            for row in classes_of(plan.id)
        ],
    )


def _next_five_year(plan: FiveYearPlan) -> FiveYearPlan:
    return FiveYearPlan(
        term_id=plan.term_id,
        revision=plan.revision + 1,
        **{name: getattr(plan, name) for name in rules.TEXTS},
        targets=[
            Target(kind=row.kind, year=row.year, value=row.value)
            for row in db.session.scalars(sa.select(Target).where(Target.plan_id == plan.id))
        ],
        emphases=[
            Emphasis(year=row.year, text=row.text)
            for row in db.session.scalars(sa.select(Emphasis).where(Emphasis.plan_id == plan.id))
        ],
        budgets=[
            Budget(year=row.year, source=row.source, amount=row.amount)
            for row in db.session.scalars(sa.select(Budget).where(Budget.plan_id == plan.id))
        ],
    )


def discard(plan: Plan, *, by: Actor) -> None:
    """Delete a draft revision with all that is in it; what was adopted is never deleted."""
    open_draft(plan, by)
    audit("plan.delete", plan, by=by, before={"title": plan.title}, after={})
    db.session.delete(plan)
    db.session.flush()
