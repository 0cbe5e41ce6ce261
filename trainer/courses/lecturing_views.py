"""Pages of lecturers' absences and of the most they may be paid."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.errors import DomainError
from trainer.courses import forms, lecturing, queries
from trainer.courses.blueprint import bp, present_viewer
from trainer.courses.rules import Rank


@bp.route("/lecturers/<int:lecturer_id>/absences", methods=["GET", "POST"])
@access(Role.PLANNER)
def absences(lecturer_id: int) -> ResponseReturnValue:
    """Show when a lecturer teaches and when not; enter days on which not."""
    row = queries.lecturer_for(present_viewer(), lecturer_id)
    form = forms.AbsenceForm()
    if form.validate_on_submit():
        facts = lecturing.AbsenceFacts(
            form.data["first_day"],
            form.data["last_day"],
            form.data["half"],
            form.data["note"] or "",
        )
        lecturing.add_absence(row, facts=facts, by=current_actor())
        flash(_("Saved. Timetables warn of it."), "success")
        return redirect(url_for("courses.absences", lecturer_id=lecturer_id), 303)
    page = render_template(
        "courses/absences.html",
        form=form,
        lecturer=row,
        absences=lecturing.absences_of(lecturer_id),
        taught=lecturing.sessions_taught(lecturer_id, clock.today()),
    )
    return page, 422 if form.errors else 200


@bp.post("/lecturers/absences/<int:absence_id>/delete")
@access(Role.PLANNER)
def delete_absence(absence_id: int) -> ResponseReturnValue:
    """Take an absence back."""
    row = lecturing.absence_for(present_viewer(), absence_id)
    lecturing.remove_absence(row, by=current_actor())
    flash(_("The lecturer can teach on these days again."), "success")
    return redirect(url_for("courses.absences", lecturer_id=row.lecturer_id), 303)


@bp.route("/lecturers/ceilings", methods=["GET", "POST"])
@access(Role.PLANNER)
def ceilings() -> ResponseReturnValue:
    """Show and set the most that lecturers are paid, by rank and from a day on."""
    congress_id = present_viewer().congress_id or abort(404)
    form = forms.CeilingForm(data={"from_day": clock.today()})
    if form.validate_on_submit():
        values = {name: form.data[name] for name in ("rank", "from_day", "yuan")}
        try:
            lecturing.set_ceiling(congress_id=congress_id, **values, by=current_actor())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("courses.ceilings"), 303)
    found = lecturing.ceilings_of(congress_id)
    today = clock.today()
    page = render_template(
        "courses/ceilings.html",
        form=form,
        ceilings=found,
        present=[(rank, lecturing.ceiling_on(found, rank, today)) for rank in Rank],
    )
    return page, 422 if form.errors else 200
