"""Pages of one line of the annual plan: add, change, delete, move a planned class."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core.errors import Refused
from trainer.core.text import noop
from trainer.people.queries import viewer_of
from trainer.plans import queries, service, wording
from trainer.plans.blueprint import READERS, back_to, bp, load_annual, load_class, not_editable
from trainer.plans.forms import ClassForm, attempt, class_values
from trainer.plans.models import AnnualPlan


def _anchor(line: int) -> str:
    return f"line-{line}"


@bp.route("/annual/<int:plan_id>/classes/new", methods=["GET", "POST"])
@access(Role.PLANNER)
def new_class(plan_id: int) -> ResponseReturnValue:
    """Add a planned class to a draft."""
    plan = load_annual(plan_id)
    if request.method == "GET" and not plan.status.editable:
        return not_editable(plan)
    form = ClassForm(plan.year, data=_suggested(plan))
    status = attempt(form, lambda: service.add_class(plan, line=form.line, by=current_actor()))
    if status != 303:
        return render_template("plans/class_edit.html", plan=plan, form=form, planned=None), status
    flash(_("“%(name)s” is in the plan.", name=form.data["name"]), "success")
    if "another" in request.form:
        return redirect(url_for("plans.new_class", plan_id=plan.id), 303)
    return redirect(url_for("plans.annual", plan_id=plan.id), 303)


def _suggested(plan: AnnualPlan) -> dict[str, object]:
    """Return what a new line most likely shares with the last one."""
    last = plan.classes[-1] if plan.classes else None
    shared = ("host", "organiser", "budget_source", "responsible")
    return {name: getattr(last, name) for name in shared} if last else {}


@bp.get("/annual/<int:plan_id>/classes/<int:planned_id>")
@access(*READERS)
def planned(plan_id: int, planned_id: int) -> ResponseReturnValue:
    """Show one line of a plan with all its columns."""
    viewer = viewer_of(current_user)
    row = queries.planned_class(viewer, planned_id)
    if row is None or row.plan_id != plan_id:
        abort(404)
    return render_template(
        "plans/planned.html",
        planned=row,
        plan=row.plan,
        revisions=queries.annual_revisions(viewer, row.plan),
        facts=list(zip(wording.headings().values(), wording.cells(row).values(), strict=True))[1:],
    )


@bp.route("/annual/<int:plan_id>/classes/<int:planned_id>/edit", methods=["GET", "POST"])
@access(Role.PLANNER)
def edit_class(plan_id: int, planned_id: int) -> ResponseReturnValue:
    """Change a planned class of a draft."""
    planned = queries.planned_class(viewer_of(current_user), planned_id)
    if planned is None or planned.plan_id != plan_id:
        return _gone(plan_id)
    if request.method == "GET" and not planned.plan.status.editable:
        return not_editable(planned.plan)
    if "reload" in request.form:
        return redirect(url_for("plans.edit_class", plan_id=plan_id, planned_id=planned_id), 303)
    form = ClassForm(planned.plan.year, data={**class_values(planned), "version": planned.version})

    def save() -> None:
        service.update_class(planned, seen=form.seen, line=form.line, by=current_actor())

    status = form.attempt(planned, lambda: class_values(planned), save)
    if status == 303:
        message = _("“%(name)s” is saved.", name=planned.name)
        return back_to(planned.plan, message, anchor=_anchor(planned.line))
    page = render_template("plans/class_edit.html", plan=planned.plan, form=form, planned=planned)
    return page, status


def _gone(plan_id: int) -> ResponseReturnValue:
    """Offer what was typed about a line that somebody has deleted meanwhile as a new line."""
    plan = load_annual(plan_id)
    if request.method == "GET":
        abort(404)
    form = ClassForm(plan.year)
    form.refuse(Refused(noop("Somebody has deleted this class. Save it to add it again.")))
    return render_template("plans/class_edit.html", plan=plan, form=form, planned=None), 409


@bp.post("/classes/<int:planned_id>/delete")
@access(Role.PLANNER)
def delete_class(planned_id: int) -> ResponseReturnValue:
    """Take a planned class out of a draft."""
    planned = load_class(planned_id)
    plan, name = planned.plan, planned.name
    service.delete_class(planned, by=current_actor())
    return back_to(plan, _("“%(name)s” is out of the plan.", name=name))


@bp.post("/classes/<int:planned_id>/move")
@access(Role.PLANNER)
def move_class(planned_id: int) -> ResponseReturnValue:
    """Let a planned class change places with its neighbour."""
    planned = load_class(planned_id)
    service.move_class(planned, up=request.form.get("to") == "up", by=current_actor())
    return redirect(
        url_for("plans.annual", plan_id=planned.plan_id, _anchor=_anchor(planned.line)), 303
    )
