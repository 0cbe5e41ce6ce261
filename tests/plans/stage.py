"""A county with a planner and its plans, beside another county that must not matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tests import factories
from trainer.accounts.audit import Actor, actor_of
from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people.models import Congress, Term
from trainer.plans.models import AnnualPlan, FiveYearPlan, PlannedClass, Target
from trainer.plans.rules import ClassLine, Mode, PlanStatus, TargetKind

LINE = ClassLine(
    name="新任代表初任培训班",
    audience="新任县人大代表",
    persons=60,
    runs=2,
    first_month=3,
    last_month=4,
    days=Decimal("2.5"),
    mode=Mode.GATHERED,
    place="县委党校",
    content="代表法与代表履职",
    host="人代工委",
    organiser="县委党校",
    budget=Decimal("36000.50"),
    budget_source="代表活动经费",
    responsible="李明",
    remark="分两期",
)


@dataclass
class County:
    """A county congress with its term and planner, and a township below it."""

    congress: Congress
    township: Congress
    term: Term
    planner: User
    actor: Actor


def county(code: str = "630223", first: int = 2016) -> County:
    """Return a county as it stands before anything is planned."""
    congress = factories.congress(code)
    township = factories.congress(f"{code}001", parent=congress)
    planner = factories.user(Role.PLANNER, scope=congress)
    return County(
        congress, township, factories.term(congress, first), planner, actor_of(planner, "10.0.0.1")
    )


def colleague(of: County) -> Actor:
    """Return another planner of the county, acting."""
    return actor_of(factories.user(Role.PLANNER, scope=of.congress), "10.0.0.2")


def said(verb: str) -> dict[str, Any]:
    """Return what the last line of the trail with *verb* says was after it."""
    line = sa.select(AuditEvent).where(AuditEvent.verb == verb).order_by(AuditEvent.id.desc())
    event = db.session.scalars(line.limit(1)).one()
    return dict(event.after)


def draft(of: County, year: int = 2017, **values: Any) -> AnnualPlan:
    """Return an annual plan in draft."""
    return factories.annual_plan(
        of.term, year, **{"status": PlanStatus.DRAFT, "adopted_on": None, **values}
    )


def add_line(plan: AnnualPlan, number: int = 1, **values: Any) -> PlannedClass:
    """Return line *number* of a plan, with the columns of `LINE` except *values*."""
    columns = vars(replace(LINE, **values))
    return factories.planned_class(plan, line=number, position=number, **columns)


def add_target(
    plan: FiveYearPlan, kind: TargetKind, year: int | None, value: Decimal | int
) -> Target:
    """Return a target of a five-year plan."""
    row: Target = factories.add(Target(plan_id=plan.id, kind=kind, year=year, value=Decimal(value)))
    return row


def lines(plan: AnnualPlan) -> list[tuple[int, int, str]]:
    """Return (line, position, name) of a plan's lines in their order."""
    db.session.expire_all()
    rows = db.session.execute(
        sa.select(PlannedClass.line, PlannedClass.position, PlannedClass.name)
        .where(PlannedClass.plan_id == plan.id)
        .order_by(PlannedClass.position)
    )
    return [(line, position, name) for line, position, name in rows]


def targets(plan: FiveYearPlan) -> dict[tuple[TargetKind, int | None], Decimal]:
    """Return the targets of a plan as they are stored."""
    rows = db.session.execute(
        sa.select(Target.kind, Target.year, Target.value).where(Target.plan_id == plan.id)
    )
    return {(kind, year): value for kind, year, value in rows}


def trail(*verbs: str) -> list[tuple[str, str]]:
    """Return (verb, user) of the trail's lines, of *verbs* only when given."""
    events = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id))
    return [(e.verb, e.user_name) for e in events if not verbs or e.verb in verbs]


def class_entries(**changed: str) -> dict[str, str]:
    """Return what a browser sends for the form of a planned class that says `LINE`."""
    entries = {
        "name": LINE.name,
        "audience": LINE.audience,
        "persons": "60",
        "runs": "2",
        "first_month": "3",
        "last_month": "4",
        "days": "2.5",
        "mode": "gathered",
        "place": LINE.place,
        "content": LINE.content,
        "host": LINE.host,
        "organiser": LINE.organiser,
        "budget": "36,000.50",
        "budget_source": LINE.budget_source,
        "responsible": LINE.responsible,
        "remark": LINE.remark,
    }
    return {**entries, **changed}
