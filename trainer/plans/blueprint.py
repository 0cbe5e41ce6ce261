"""The blueprint that the view modules of this feature attach their pages to, and their loaders."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.language import label
from trainer.people.queries import viewer_of
from trainer.plans import queries, wording
from trainer.plans.models import AnnualPlan, FiveYearPlan, Plan, PlannedClass
from trainer.plans.prose import Block, blocks
from trainer.plans.rules import PlanKind, TargetKind

bp = Blueprint("plans", __name__, url_prefix="/plans")
READERS = (Role.PLANNER, Role.AUDITOR, Role.TOWNSHIP_OFFICER, Role.DEPUTY)
STATIONS = {PlanKind.FIVE_YEAR: "five_year", PlanKind.ANNUAL: "annual"}

PlanView = Callable[[PlanKind, int], ResponseReturnValue]


def for_both(path: str, *methods: str) -> Callable[[PlanView], PlanView]:
    """Route *path* of each kind of plan to a view that is told the kind.

    The endpoints are the view's name with ``_five_year`` and ``_annual``.
    """

    def declare(view: PlanView) -> PlanView:
        for kind, station in STATIONS.items():
            bp.add_url_rule(
                f"/{kind.value}/<int:plan_id>{path}",
                f"{view.__name__}_{station}",
                _bound(view, kind),
                methods=methods,
            )
        return view

    return declare


def _bound(view: PlanView, kind: PlanKind) -> Callable[[int], ResponseReturnValue]:
    def bound(plan_id: int) -> ResponseReturnValue:
        return view(kind, plan_id)

    return update_wrapper(bound, view)  # keeps the declared access


def load_five_year(plan_id: int) -> FiveYearPlan:
    """Return a five-year plan that the user may see, else answer 404."""
    return queries.five_year_plan(viewer_of(current_user), plan_id) or abort(404)


def load_annual(plan_id: int) -> AnnualPlan:
    """Return an annual plan that the user may see, else answer 404."""
    return queries.annual_plan(viewer_of(current_user), plan_id) or abort(404)


def load(kind: PlanKind, plan_id: int) -> Plan:
    """Return a plan of *kind* that the user may see, else answer 404."""
    return load_annual(plan_id) if kind is PlanKind.ANNUAL else load_five_year(plan_id)


def load_class(planned_id: int) -> PlannedClass:
    """Return a planned class that the user may see, else answer 404."""
    return queries.planned_class(viewer_of(current_user), planned_id) or abort(404)


def to(action: str, plan: Plan, **arguments: Any) -> str:
    """Return the address of *action* on *plan* (see `for_both`); no action is its page."""
    station = STATIONS[plan.kind]
    endpoint = f"plans.{action}_{station}" if action else f"plans.{station}"
    return url_for(endpoint, plan_id=plan.id, **arguments)


def public_address(plan: Plan) -> str:
    """Return the address under which anybody reads a published plan; it stays, for portals."""
    code = plan.term.congress.code
    if isinstance(plan, AnnualPlan):
        return url_for("plans.public_annual", code=code, year=plan.year)
    return url_for("plans.public_five_year", code=code, year=plan.term.first_day.year)


def back_to(
    plan: Plan, message: str, tone: str = "success", anchor: str = ""
) -> ResponseReturnValue:
    """Redirect to the page of *plan* with a message."""
    flash(message, tone)
    return redirect(to("", plan) + (f"#{anchor}" if anchor else ""), 303)


def not_editable(plan: Plan) -> ResponseReturnValue:
    """Send who opens the form of a plan that is no draft back to its page."""
    return back_to(
        plan,
        _("Only a draft can be changed. Amend the plan, or have it sent back first."),
        "warning",
    )


@bp.app_template_filter("blocks")
def _blocks(text: str) -> list[Block]:
    return blocks(text)


@bp.app_template_filter("targets_said")
def _targets_said(aims: dict[TargetKind, str]) -> list[tuple[str, str]]:
    return [(label(kind), text) for kind, text in aims.items()]


@bp.context_processor
def words() -> dict[str, Any]:
    """Give the templates of plans their words and addresses."""
    return {
        "is_planner": current_user.is_authenticated and current_user.role is Role.PLANNER,
        "sees_all": current_user.is_authenticated
        and current_user.role in (Role.PLANNER, Role.AUDITOR),
        "to": to,
        "public_address": public_address,
        "this_year": clock.today().year,
        "yuan": wording.yuan,
        "figure": wording.figure,
        "unit": wording.unit,
        "month_options": wording.month_options,
        "mode_options": wording.mode_options,
    }
