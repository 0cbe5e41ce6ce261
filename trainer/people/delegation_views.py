"""Pages of the delegations of a term: their seats, and who looks after them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.errors import Invalid
from trainer.people import directory, figures, officers, queries, service
from trainer.people.blueprint import bp, found, viewer
from trainer.people.forms import DelegationForm
from trainer.people.models import Delegation, Term


@bp.get("/people/delegations")
@access(Role.PLANNER, Role.AUDITOR, Role.TOWNSHIP_OFFICER)
def delegations() -> ResponseReturnValue:
    """List the delegations of a term with their seats and the deputies in office."""
    shown = directory.read(viewer(), request.args, clock.today())
    sitting = figures.counts(shown.term.id, shown.day) if shown.term else {}
    return render_template(
        "people/delegations.html",
        shown=shown,
        sitting={each.id: sitting.get(each.id, figures.Count()) for each in shown.delegations},
        officers=officers.officers_of(each.unit_id for each in shown.delegations),
        planner=shown.viewer.role is Role.PLANNER,
    )


@bp.route("/people/delegations/new", methods=["GET", "POST"])
@access(Role.PLANNER)
def new_delegation() -> ResponseReturnValue:
    """Add a delegation to a term."""
    shown = directory.read(viewer(), request.args, clock.today())
    term = found(shown.term)
    row = Delegation(term_id=term.id, position=len(shown.delegations) + 1)
    return _form_page(row, term)


@bp.route("/people/delegations/<int:delegation_id>", methods=["GET", "POST"])
@access(Role.PLANNER)
def edit_delegation(delegation_id: int) -> ResponseReturnValue:
    """Correct a delegation."""
    row = found(queries.delegation(viewer(), delegation_id))
    return _form_page(row, row.term)


def _form_page(row: Delegation, term: Term) -> ResponseReturnValue:
    form = DelegationForm(obj=row)
    units = queries.units_below(term.congress_id)
    form.unit.choices = [("", _("No township")), *((str(u.id), u.short_name) for u in units)]
    if request.method == "GET":
        form.unit.data = str(row.unit_id or "")
    back = url_for("people.delegations", term=term.id)
    if form.validate_on_submit() and _saved(form, row):
        flash(_("Saved."), "success")
        return redirect(back, 303)
    page = render_template("people/delegation.html", form=form, row=row, term=term, back=back)
    return page, 422 if form.errors else 200


def _saved(form: DelegationForm, row: Delegation) -> bool:
    typed = form.data
    unit_id = int(typed["unit"]) if typed["unit"] else None
    try:
        service.save_delegation(
            row, name=typed["name"], seats=typed["seats"], unit_id=unit_id, by=current_actor()
        )
    except Invalid as error:
        form.refuse(error)
        return False
    return True
