"""Who may write in a plan, and the locks under which it is written.

Every verb locks what it changes, so that a plan cannot be adopted while somebody is still
writing in it; a version other than the one the user opened raises Stale.
"""

from __future__ import annotations

import sqlalchemy as sa

from trainer.accounts.audit import SYSTEM, Actor
from trainer.accounts.rules import Role
from trainer.core.database import Model, db
from trainer.core.errors import Refused, Stale
from trainer.core.text import noop
from trainer.people.models import Congress, Scope, Term
from trainer.plans import rules
from trainer.plans.models import AnnualPlan, Plan, PlanAuthor, PlannedClass


def require_planner(term_id: int, by: Actor) -> None:
    """Raise Refused unless *by* plans for the congress of the term (or is the command line)."""
    if by == SYSTEM:
        return
    scope = sa.select(Congress.path).join(Scope, Scope.congress_id == Congress.id)
    path = sa.select(Congress.path).join(Term, Term.congress_id == Congress.id)
    root = db.session.scalar(scope.where(Scope.user_id == (by.user_id or -1)))
    place = db.session.scalar(path.where(Term.id == term_id))
    if by.role is not Role.PLANNER or not root or not place or not place.startswith(root):
        raise Refused(noop("Only a planner of this congress may change its plans."))


def hold(row: Model) -> None:
    """Lock *row* and read it anew, as whoever had it before has left it."""
    columns = [attribute.key for attribute in sa.inspect(row, raiseerr=True).mapper.column_attrs]
    try:
        db.session.refresh(row, columns, with_for_update=True)
    except sa.exc.InvalidRequestError as error:
        raise Refused(noop("Somebody has deleted this meanwhile.")) from error


def open_draft(plan: Plan, by: Actor) -> None:
    """Lock *plan* for writing in it; raises Refused unless *by* may and it is a draft.

    From then on *by* is one of its authors.
    """
    require_planner(plan.term_id, by)
    hold(plan)
    rules.require_editable(plan.status)
    note_author(plan, by)


def open_line(row: PlannedClass, by: Actor) -> None:
    """Lock a planned class and its plan for writing in them."""
    open_draft(db.session.get_one(AnnualPlan, row.plan_id), by)
    hold(row)


def require_seen(row: Plan | PlannedClass, seen: int | None) -> None:
    """Raise Stale unless *row* still has the version that the user opened."""
    if row.version != seen:
        raise Stale(noop("Somebody has saved this meanwhile."))


def _of(plan: Plan) -> dict[str, int]:
    key = "annual_plan_id" if isinstance(plan, AnnualPlan) else "five_year_plan_id"
    return {key: plan.id}


def authors(plan: Plan) -> set[int]:
    """Return the ids of the accounts that wrote in this revision."""
    rows = db.session.scalars(sa.select(PlanAuthor.user_id).filter_by(**_of(plan)))
    return set(rows)


def note_author(plan: Plan, by: Actor) -> None:
    """Keep that *by* wrote in *plan*, which is flushed; the command line is no author."""
    if by.user_id is not None and by.user_id not in authors(plan):
        db.session.add(PlanAuthor(**_of(plan), user_id=by.user_id))
        db.session.flush()
