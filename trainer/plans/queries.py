"""Reads of plans, filtered by what the asker may see.

Planners and auditors see every revision of the congresses in their subtree. Township officers and
deputies see what is published by their own congress and the congresses above it: a plan is made
public (Deputies Law, art. 43). The administrator sees none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from trainer.accounts.models import AuditEvent
from trainer.accounts.rules import Role
from trainer.core import settings
from trainer.core.database import db
from trainer.people.models import Congress, Delegation, Seat, Term
from trainer.people.queries import Viewer, in_subtree
from trainer.plans.models import AnnualPlan, FiveYearPlan, Plan, PlannedClass, Target
from trainer.plans.rules import (
    Figures,
    PlanKind,
    PlanSettings,
    PlanStatus,
    TargetKey,
    plan_years,
    possible_years,
)

Document = TypeVar("Document", FiveYearPlan, AnnualPlan)
MODELS: dict[PlanKind, type[FiveYearPlan] | type[AnnualPlan]] = {
    PlanKind.FIVE_YEAR: FiveYearPlan,
    PlanKind.ANNUAL: AnnualPlan,
}
IN_FORCE = (PlanStatus.ADOPTED, PlanStatus.PUBLISHED)


@dataclass(frozen=True)
class Revisions(Generic[Document]):
    """The revisions of one document that a viewer may see, the newest first."""

    rows: tuple[Document, ...] = ()

    @property
    def newest(self) -> Document | None:
        """The last revision, in whatever state."""
        return self.rows[0] if self.rows else None

    @property
    def in_force(self) -> Document | None:
        """The last revision that is adopted."""
        return next((row for row in self.rows if row.status.in_force), None)

    @property
    def shown(self) -> Document | None:
        """The one to show first: in force, else the newest."""
        return self.in_force or self.newest

    @property
    def under_way(self) -> Document | None:
        """An amendment that is not adopted yet, beside the revision in force."""
        return self.newest if self.in_force and self.newest is not self.in_force else None


@dataclass(frozen=True)
class TermPlans:
    """All plans of a term; *years* has every year of it, *figures* the sums by annual plan."""

    five_year: Revisions[FiveYearPlan]
    years: Mapping[int, Revisions[AnnualPlan]]
    figures: Mapping[int, Figures]

    @property
    def aims(self) -> dict[tuple[str, int | None], Decimal]:
        """The targets of the five-year plan shown, by the value of their kind and by year."""
        plan = self.five_year.shown
        return {(row.kind.value, row.year): row.value for row in (plan.targets if plan else ())}

    @property
    def total(self) -> Figures:
        """The sums over the plans shown for each year."""
        shown = (of_year.shown for of_year in self.years.values())
        return sum((self.figures[plan.id] for plan in shown if plan), Figures())


def _paths_of_deputy(person_id: int | None) -> Sequence[str]:
    return db.session.scalars(
        sa.select(Congress.path)
        .join(Term, Term.congress_id == Congress.id)
        .join(Delegation, Delegation.term_id == Term.id)
        .join(Seat, Seat.delegation_id == Delegation.id)
        .where(Seat.person_id == (person_id or -1))
        .distinct()
    ).all()


def _upwards(path: str) -> list[str]:
    """Return *path* and the paths above it: a/b/ gives a/ and a/b/."""
    codes = path.rstrip("/").split("/")
    return ["/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]


def reachable(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that a Congress row is one whose plans the viewer may look for."""
    if viewer.sees_all:
        return in_subtree(viewer)
    paths: Sequence[str] = ()
    if viewer.role is Role.DEPUTY:
        paths = _paths_of_deputy(viewer.person_id)
    elif viewer.role is Role.TOWNSHIP_OFFICER and viewer.path:
        paths = [viewer.path]
    return Congress.path.in_({above for path in paths for above in _upwards(path)})


def visible_plans(
    viewer: Viewer, model: type[FiveYearPlan] | type[AnnualPlan]
) -> sa.ColumnElement[bool]:
    """Return the condition that a row of *model* may be seen by the viewer."""
    terms = sa.select(Term.id).join(Term.congress).where(reachable(viewer))
    within = model.term_id.in_(terms)
    return within if viewer.sees_all else within & (model.status == PlanStatus.PUBLISHED)


def _terms_with_plans(viewer: Viewer) -> sa.CompoundSelect[int]:
    return sa.union(
        sa.select(FiveYearPlan.term_id).where(visible_plans(viewer, FiveYearPlan)),
        sa.select(AnnualPlan.term_id).where(visible_plans(viewer, AnnualPlan)),
    )


def offered_terms(viewer: Viewer) -> list[Term]:
    """Return the terms to choose from: the viewer's own congress, and others that have plans."""
    planned = Term.id.in_(_terms_with_plans(viewer))
    own = Term.congress_id == viewer.congress_id if viewer.sees_all else sa.true()
    return list(
        db.session.scalars(
            sa.select(Term)
            .join(Term.congress)
            .where(reachable(viewer), sa.or_(own, planned))
            .options(joinedload(Term.congress))
            .order_by(Congress.path, Term.first_day.desc())
        )
    )


def default_term(viewer: Viewer, terms: Sequence[Term], day: date) -> Term | None:
    """Return the term of *terms* to show first on *day*.

    Staff of a congress begin with its own present term; who only reads begins where there is
    something to read.
    """
    present = [term for term in terms if term.first_day <= day <= term.last_day]
    if viewer.sees_all:
        own = [term for term in terms if term.congress_id == viewer.congress_id]
        return next(iter([term for term in present if term in own] + own + list(terms)), None)
    planned = set(db.session.scalars(_terms_with_plans(viewer)))
    readable = [term for term in terms if term.id in planned]
    first = [term for term in present if term in readable]
    return next(iter([*first, *readable, *present, *terms]), None)


def plans_of(viewer: Viewer, term: Term) -> TermPlans:
    """Return the plans of *term*: five statements at most, whatever there is."""
    five_year = db.session.scalars(
        sa.select(FiveYearPlan)
        .where(FiveYearPlan.term_id == term.id, visible_plans(viewer, FiveYearPlan))
        .options(selectinload(FiveYearPlan.targets))
        .order_by(FiveYearPlan.revision.desc())
    ).all()
    annual = db.session.scalars(
        sa.select(AnnualPlan)
        .where(AnnualPlan.term_id == term.id, visible_plans(viewer, AnnualPlan))
        .order_by(AnnualPlan.year, AnnualPlan.revision.desc())
    ).all()
    years = sorted({*plan_years(term.first_day, term.last_day), *(plan.year for plan in annual)})
    return TermPlans(
        Revisions(tuple(five_year)),
        {year: Revisions(tuple(p for p in annual if p.year == year)) for year in years},
        _figures([plan.id for plan in annual]),
    )


def _figures(plan_ids: Sequence[int]) -> dict[int, Figures]:
    sums = {plan_id: Figures() for plan_id in plan_ids}
    if not plan_ids:
        return sums
    rows = db.session.execute(
        sa.select(
            PlannedClass.plan_id,
            sa.func.count(),
            sa.func.sum(PlannedClass.runs),
            sa.func.sum(PlannedClass.persons * PlannedClass.runs),
            sa.func.sum(PlannedClass.budget),
        )
        .where(PlannedClass.plan_id.in_(plan_ids))
        .group_by(PlannedClass.plan_id)
    )
    for plan_id, lines, runs, person_times, budget in rows:
        sums[plan_id] = Figures(lines, int(runs), int(person_times), Decimal(budget))
    return sums


def five_year_plan(viewer: Viewer, plan_id: int) -> FiveYearPlan | None:
    """Return a five-year plan with its targets and term, if the viewer may see it."""
    return db.session.scalar(
        sa.select(FiveYearPlan)
        .where(FiveYearPlan.id == plan_id, visible_plans(viewer, FiveYearPlan))
        .options(
            selectinload(FiveYearPlan.targets),
            selectinload(FiveYearPlan.emphases),
            selectinload(FiveYearPlan.budgets),
            joinedload(FiveYearPlan.term).joinedload(Term.congress),
        )
    )


def annual_plan(viewer: Viewer, plan_id: int) -> AnnualPlan | None:
    """Return an annual plan with its planned classes and term, if the viewer may see it."""
    return db.session.scalar(
        sa.select(AnnualPlan)
        .where(AnnualPlan.id == plan_id, visible_plans(viewer, AnnualPlan))
        .options(
            selectinload(AnnualPlan.classes),
            joinedload(AnnualPlan.term).joinedload(Term.congress),
        )
    )


def planned_class(viewer: Viewer, class_id: int) -> PlannedClass | None:
    """Return a planned class with its plan and term, if the viewer may see the plan."""
    return db.session.scalar(
        sa.select(PlannedClass)
        .join(PlannedClass.plan)
        .where(PlannedClass.id == class_id, visible_plans(viewer, AnnualPlan))
        .options(
            joinedload(PlannedClass.plan).joinedload(AnnualPlan.term).joinedload(Term.congress)
        )
    )


def same_line(class_id: int) -> sa.Select[int]:
    """Return the ids of a planned class in all revisions of its year: where its classes hang."""
    own, its_plan = sa.orm.aliased(PlannedClass), sa.orm.aliased(AnnualPlan)
    return (
        sa.select(PlannedClass.id)
        .join(PlannedClass.plan)
        .join(own, own.id == class_id)
        .join(its_plan, own.plan_id == its_plan.id)
        .where(
            PlannedClass.line == own.line,
            AnnualPlan.term_id == its_plan.term_id,
            AnnualPlan.year == its_plan.year,
        )
    )


def five_year_revisions(viewer: Viewer, plan: FiveYearPlan) -> Revisions[FiveYearPlan]:
    """Return the revisions of the document that *plan* is one of, without their targets."""
    query = sa.select(FiveYearPlan).where(
        FiveYearPlan.term_id == plan.term_id, visible_plans(viewer, FiveYearPlan)
    )
    return Revisions(tuple(db.session.scalars(query.order_by(FiveYearPlan.revision.desc()))))


def annual_revisions(viewer: Viewer, plan: AnnualPlan) -> Revisions[AnnualPlan]:
    """Return the revisions of the document that *plan* is one of, without their classes."""
    query = sa.select(AnnualPlan).where(
        AnnualPlan.term_id == plan.term_id,
        AnnualPlan.year == plan.year,
        visible_plans(viewer, AnnualPlan),
    )
    return Revisions(tuple(db.session.scalars(query.order_by(AnnualPlan.revision.desc()))))


def plan_to_copy(viewer: Viewer, term: Term, year: int) -> AnnualPlan | None:
    """Return the plan of *year* of the term's congress, of whatever term, with its classes.

    The revision in force, else the newest draft.
    """
    return db.session.scalar(
        sa.select(AnnualPlan)
        .join(AnnualPlan.term)
        .where(
            AnnualPlan.year == year,
            Term.congress_id == term.congress_id,
            visible_plans(viewer, AnnualPlan),
        )
        .options(selectinload(AnnualPlan.classes))
        .order_by(AnnualPlan.status.in_(IN_FORCE).desc(), AnnualPlan.revision.desc())
        .limit(1)
    )


def years_to_plan(viewer: Viewer, term: Term) -> list[int]:
    """Return the years of a term that have no plan yet; those it mainly covers come first."""
    planned = set(
        db.session.scalars(
            sa.select(AnnualPlan.year).where(
                AnnualPlan.term_id == term.id, visible_plans(viewer, AnnualPlan)
            )
        )
    )
    main = plan_years(term.first_day, term.last_day)
    others = [y for y in possible_years(term.first_day, term.last_day) if y not in main]
    return [year for year in (*main, *others) if year not in planned]


def targets_in_force(term_id: int) -> dict[TargetKey, Decimal]:
    """Return the targets of the five-year plan in force of a term; none gives an empty dict."""
    newest = (
        sa.select(FiveYearPlan.id)
        .where(FiveYearPlan.term_id == term_id, FiveYearPlan.status.in_(IN_FORCE))
        .order_by(FiveYearPlan.revision.desc())
        .limit(1)
        .scalar_subquery()
    )
    targets = db.session.scalars(sa.select(Target).where(Target.plan_id == newest))
    return {(target.kind, target.year): target.value for target in targets}


def plan_in_force(term_id: int, year: int) -> AnnualPlan | None:
    """Return the annual plan in force of a year with its classes; for figures, not for pages."""
    return db.session.scalar(
        sa.select(AnnualPlan)
        .where(
            AnnualPlan.term_id == term_id,
            AnnualPlan.year == year,
            AnnualPlan.status.in_(IN_FORCE),
        )
        .options(selectinload(AnnualPlan.classes))
        .order_by(AnnualPlan.revision.desc())
        .limit(1)
    )


def last_save(row: Plan | PlannedClass) -> AuditEvent | None:
    """Return the trail's last line about *row*: who saved it, and when."""
    return db.session.scalar(
        sa.select(AuditEvent)
        .where(AuditEvent.subject_kind == row.__tablename__, AuditEvent.subject_id == row.id)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )


def steps_taken(plan: Plan) -> dict[str, AuditEvent]:
    """Return the last line of the trail for each verb done to *plan*, as ``plan.submit``."""
    events = db.session.scalars(
        sa.select(AuditEvent)
        .where(AuditEvent.subject_kind == plan.__tablename__, AuditEvent.subject_id == plan.id)
        .order_by(AuditEvent.id)
    )
    return {event.verb: event for event in events}


def settings_key(congress_id: int) -> str:
    """Return the name of the setting that says how the committee of a congress plans."""
    return f"plans/{congress_id}"


def plan_settings(congress_id: int) -> PlanSettings:
    """Return how the committee of a congress plans."""
    return PlanSettings(**settings.get(settings_key(congress_id), {}))


def year_closed(term_id: int, year: int) -> bool:
    """Tell whether a year of a term was closed: nothing of it is planned any more."""
    closed = sa.exists().where(
        AnnualPlan.term_id == term_id, AnnualPlan.year == year, AnnualPlan.closed_on.is_not(None)
    )
    return bool(db.session.scalar(sa.select(closed)))


def five_year_in_force(term_id: int) -> FiveYearPlan | None:
    """Return the five-year plan in force of a term with all its parts."""
    return db.session.scalar(
        sa.select(FiveYearPlan)
        .where(FiveYearPlan.term_id == term_id, FiveYearPlan.status.in_(IN_FORCE))
        .options(
            selectinload(FiveYearPlan.targets),
            selectinload(FiveYearPlan.emphases),
            selectinload(FiveYearPlan.budgets),
        )
        .order_by(FiveYearPlan.revision.desc())
        .limit(1)
    )
