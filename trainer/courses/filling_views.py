"""Pages that make whole timetables: from templates, from another class, at several stops."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core.errors import DomainError
from trainer.core.listing import ordered, paginate, requested_sort
from trainer.courses import filling, forms, pages, queries
from trainer.courses.blueprint import bp, present_viewer
from trainer.courses.extra_models import TimetableTemplate
from trainer.courses.models import TrainingClass
from trainer.courses.schedule import Template
from trainer.people.queries import Viewer

COLUMNS = {"name": TimetableTemplate.name, "days": TimetableTemplate.days}


def _back(class_id: int) -> ResponseReturnValue:
    return redirect(url_for("courses.timetable", class_id=class_id), 303)


def _template(viewer: Viewer, wanted: str) -> Template | TimetableTemplate:
    """Return the template of the program, or the saved one, that *wanted* names; else 404."""
    if wanted.isdecimal():
        return queries.template_for(viewer, int(wanted))
    return next((one for one in Template if one.value == wanted), Template.SIX_DAYS)


@bp.post("/<int:class_id>/timetable/fill")
@access(Role.PLANNER)
def fill_timetable(class_id: int) -> ResponseReturnValue:
    """Make a full timetable from a template of the program or a saved one."""
    viewer = present_viewer()
    row = queries.class_to_change(viewer, class_id, lock=True)
    template = _template(viewer, request.form.get("template", Template.SIX_DAYS.value))
    made = filling.fill(row, template=template, say=_, by=current_actor())
    flash(
        _(
            "The timetable has %(count)s sessions now. Name the topics and lecturers.",
            count=len(made),
        ),
        "success",
    )
    return _back(class_id)


@bp.route("/<int:class_id>/timetable/copy", methods=["GET", "POST"])
@access(Role.PLANNER)
def copy_timetable(class_id: int) -> ResponseReturnValue:
    """Copy the timetable of another class, moved to the days of this one."""
    viewer = present_viewer()
    row = queries.class_to_change(viewer, class_id, lock=request.method == "POST")
    form = forms.CopyForm()
    sources = queries.classes_to_copy(viewer, class_id)
    form.source.choices = pages.source_choices(sources)
    if form.validate_on_submit() and _copied(form, row, viewer):
        return _back(class_id)
    page = render_template("courses/copy.html", form=form, training_class=row, sources=sources)
    return page, 422 if form.errors else 200


def _copied(form: forms.CopyForm, row: TrainingClass, viewer: Viewer) -> bool:
    source = queries.class_for(viewer, form.data["source"])
    try:
        made = filling.copy(
            row, source=source, lecturers=form.data["lecturers"], by=current_actor()
        )
    except DomainError as error:
        form.refuse(error)
        return False
    flash(_("%(count)s sessions are copied.", count=len(made)), "success")
    return True


@bp.get("/templates")
@access(Role.PLANNER, Role.AUDITOR)
def templates() -> ResponseReturnValue:
    """List the saved timetables."""
    sort, text = requested_sort(COLUMNS, "name"), request.args.get("q", "").strip()
    found = queries.templates(present_viewer())
    if text:
        found = found.where(TimetableTemplate.name.contains(text, autoescape=True))
    page = paginate(ordered(found, COLUMNS, sort, TimetableTemplate.id))
    return render_template("courses/templates.html", page=page, sort=sort, text=text)


@bp.post("/templates/<int:template_id>/delete")
@access(Role.PLANNER)
def delete_template(template_id: int) -> ResponseReturnValue:
    """Delete a saved timetable."""
    template = queries.template_for(present_viewer(), template_id)
    filling.delete_template(template, by=current_actor())
    flash(_("The template is deleted."), "success")
    return redirect(url_for("courses.templates"), 303)


@bp.route("/<int:class_id>/timetable/keep", methods=["GET", "POST"])
@access(Role.PLANNER)
def keep_template(class_id: int) -> ResponseReturnValue:
    """Keep the timetable of a class as a template."""
    row = queries.class_to_change(present_viewer(), class_id)
    form = forms.TemplateForm(data={"name": row.name[:60]})
    if form.validate_on_submit():
        try:
            filling.save_template(row, name=form.data["name"], by=current_actor())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("The timetable is kept as a template."), "success")
            return _back(class_id)
    page = render_template("courses/keep.html", form=form, training_class=row)
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/<int:class_id>/timetable/stops", methods=["GET", "POST"])
@access(Role.PLANNER)
def add_stops(class_id: int) -> ResponseReturnValue:
    """Repeat the first stop of a class that goes to the townships at further places."""
    row = queries.class_to_change(present_viewer(), class_id, lock=request.method == "POST")
    form = forms.StopsForm()
    if form.validate_on_submit():
        stops = [filling.Stop(*line) for line in form.lines()]
        try:
            made = filling.add_stops(row, stops=stops, by=current_actor())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("%(count)s sessions are added.", count=made), "success")
            return _back(class_id)
    page = render_template("courses/stops.html", form=form, training_class=row)
    return page, 422 if form.errors or form.form_errors else 200
