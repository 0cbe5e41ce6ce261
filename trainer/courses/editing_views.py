"""Pages on which a class is made, changed or called off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import DomainError
from trainer.core.requests import day_argument
from trainer.courses import forms, merging, pages, postponing, queries, rules, runs, service
from trainer.courses.blueprint import bp, present_viewer
from trainer.courses.models import TrainingClass, Venue
from trainer.people.queries import Viewer
from trainer.plans import queries as plans
from trainer.plans.models import PlannedClass
from trainer.plans.rules import Mode

TEXTS = (
    *("name", "host", "organiser", "approval", "head", "head_phone"),
    *("gathering", "bring", "link"),
)
REST = ("mode", "first_day", "last_day", "capacity", "run", "venue_id", "nominate_by")
LONGEST_VENUE = 80


def _planned(viewer: Viewer) -> PlannedClass | None:
    """Return the planned class that the address names; 404 when the viewer has none such."""
    if "planned" not in request.args:
        return None
    planned = plans.planned_class(viewer, request.args.get("planned", -1, type=int))
    if planned is None:
        abort(404)
    service.require_runs_left(planned)
    return planned


@bp.get("/choose")
@access(Role.PLANNER)
def choose_new() -> ResponseReturnValue:
    """Choose the planned class of which a run is made, or a class outside the plan."""
    year = clock.today().year
    asked = request.args.get("year", type=int)
    lines = queries.planned_lines(present_viewer(), [asked] if asked else [year, year + 1])
    years = [(one, one) for one in range(year + 1, year - 11, -1)]
    return render_template("courses/choose.html", lines=lines, year=asked, years=years)


@bp.route("/new", methods=["GET", "POST"])
@access(Role.PLANNER)
def new() -> ResponseReturnValue:
    """Make a class from a planned class, or outside the plan with an approval."""
    viewer = present_viewer()
    planned = _planned(viewer)
    form = _form(viewer, _suggested(viewer, planned), outside_plan=planned is None, new=True)
    if form.validate_on_submit() and (made := _made(form, viewer, planned)):
        flash(_("The class is made. Now fill its timetable."), "success")
        return redirect(url_for("courses.show", class_id=made.id), 303)
    hint = pages.planned_for(planned) if planned else None
    page = render_template("courses/new.html", form=form, planned=planned, planned_hint=hint)
    return page, 422 if form.errors else 200


def _made(
    form: forms.ClassForm, viewer: Viewer, planned: PlannedClass | None
) -> TrainingClass | None:
    """Return the class made of *form*, None when it was refused: the form then says why."""
    if viewer.congress_id is None:
        abort(404)
    try:
        if planned is not None and isinstance(form, forms.RunsForm):
            return runs.create_runs(
                facts=_facts(form),
                planned=planned,
                first_days=form.first_days(),
                by=current_actor(),
            )[0]
        return service.create_class(
            facts=_facts(form),
            planned=planned,
            congress_id=viewer.congress_id,
            by=current_actor(),
        )
    except DomainError as error:
        form.refuse(error)
        return None


def _form(
    viewer: Viewer, values: dict[str, Any], *, outside_plan: bool, new: bool = False
) -> forms.ClassForm:
    several = new and not outside_plan
    form = (forms.RunsForm if several else forms.ClassForm)(data=values)
    if not outside_plan:
        del form.approval
    if new:
        del form.move
    listed = db.session.scalars(queries.venues(viewer).order_by(Venue.name, Venue.id))
    form.venue_id.choices = [("", _("No venue yet")), *((str(v.id), v.name) for v in listed)]
    return form


def _suggested(viewer: Viewer, planned: PlannedClass | None) -> dict[str, Any]:
    """Return what a new class begins with: what the plan says of it."""
    if planned is None:
        return {"run": 1}
    known = db.session.scalar(queries.venues(viewer).where(Venue.name == planned.place))
    moves_about = planned.mode in (Mode.DELIVERED, Mode.ONLINE)
    return {
        "name": planned.name,
        "run": rules.next_run([number for number, _status in queries.runs_of(planned.id)]),
        "mode": planned.mode,
        "capacity": planned.persons,
        "host": planned.host,
        "organiser": planned.organiser,
        "venue_id": known.id if known else None,
        "first_day": day_argument("first_day"),
        "last_day": day_argument("last_day"),
        "new_venue": "" if known or moves_about else planned.place[:LONGEST_VENUE],
    }


def _facts(form: forms.ClassForm) -> service.ClassFacts:
    values = {name: form.data[name] for name in REST}
    return service.ClassFacts(**values, **forms.texts(form, "new_venue", *TEXTS))


@bp.route("/<int:class_id>/edit", methods=["GET", "POST"])
@access(Role.PLANNER)
def edit(class_id: int) -> ResponseReturnValue:
    """Change a class; whoever comes second sees what the first has saved."""
    viewer = present_viewer()
    row = queries.class_to_change(viewer, class_id, lock=request.method == "POST")
    rules.require_editable(row.status)
    if "reload" in request.form:
        return redirect(url_for("courses.edit", class_id=class_id), 303)
    saved = {name: getattr(row, name) for name in (*TEXTS, *REST)}
    values = {**saved, "version": row.version}
    form = _form(viewer, values, outside_plan=row.planned_class_id is None)
    others = runs.siblings(viewer, row)
    conflict = None
    if form.validate_on_submit():
        conflict = merging.conflict(form, row, saved)
        if conflict is None and _edited(row, form):
            flash(pages.saved(row), "success")
            _carry(others, saved, form)
            return redirect(url_for("courses.show", class_id=class_id), 303)
    status = 409 if conflict else 422 if form.errors else 200
    page = render_template(
        "courses/edit.html", form=form, training_class=row, conflict=conflict, siblings=others
    )
    return page, status


def _carry(others: Sequence[TrainingClass], saved: dict[str, Any], form: forms.ClassForm) -> None:
    """Give those sibling runs that are ticked what was changed, and say how it went."""
    ticked = request.form.getlist("sibling", type=int)
    now = asdict(_facts(form))
    changed = {name: now[name] for name, old in saved.items() if name in now and now[name] != old}
    chosen = [run for run in others if run.id in ticked]
    if chosen and changed:
        pages.tell_kept(runs.carry_class(chosen, changed=changed, by=current_actor()))


def _edited(row: TrainingClass, form: forms.ClassForm) -> bool:
    """Save *form*; when it was refused, it says why."""
    try:
        service.edit_class(
            row, facts=_facts(form), move_sessions=form.data["move"], by=current_actor()
        )
    except DomainError as error:
        form.refuse(error)
        return False
    return True


@bp.route("/<int:class_id>/cancel", methods=["GET", "POST"])
@access(Role.PLANNER)
def cancel(class_id: int) -> ResponseReturnValue:
    """Call a class off, with a reason."""
    row = queries.class_to_change(present_viewer(), class_id, lock=request.method == "POST")
    rules.require_step(row.status, rules.ClassStatus.CANCELLED)
    form = forms.CancelForm()
    if form.validate_on_submit():
        service.cancel(row, reason=form.data["reason"], by=current_actor())
        flash(_("The class is cancelled. Calendars say so by themselves."), "success")
        return redirect(url_for("courses.show", class_id=class_id), 303)
    sessions = queries.sessions_of(class_id, cancelled=False)
    page = render_template(
        "courses/cancel.html", form=form, training_class=row, sessions=len(sessions)
    )
    return page, 422 if form.errors else 200


@bp.route("/<int:class_id>/postpone", methods=["GET", "POST"])
@access(Role.PLANNER)
def postpone(class_id: int) -> ResponseReturnValue:
    """Put a class off, with a reason; its new days are set later."""
    row = queries.class_to_change(present_viewer(), class_id, lock=request.method == "POST")
    rules.require_step(row.status, rules.ClassStatus.POSTPONED)
    form = forms.PostponeForm()
    if form.validate_on_submit():
        postponing.postpone(row, reason=form.data["reason"], by=current_actor())
        flash(_("The class is postponed. Calendars say so by themselves."), "success")
        return redirect(url_for("courses.show", class_id=class_id), 303)
    sessions = queries.sessions_of(class_id, cancelled=False)
    page = render_template(
        "courses/postpone.html", form=form, training_class=row, sessions=len(sessions)
    )
    return page, 422 if form.errors else 200


@bp.route("/<int:class_id>/go-on", methods=["GET", "POST"])
@access(Role.PLANNER)
def go_on(class_id: int) -> ResponseReturnValue:
    """Give a postponed class its new days."""
    row = queries.class_to_change(present_viewer(), class_id, lock=request.method == "POST")
    form = forms.GoOnForm()
    if form.validate_on_submit() and _goes_on(row, form):
        flash(_("The class takes place on its new days. Calendars follow."), "success")
        return redirect(url_for("courses.show", class_id=class_id), 303)
    page = render_template("courses/go_on.html", form=form, training_class=row)
    return page, 422 if form.errors or form.form_errors else 200


def _goes_on(row: TrainingClass, form: forms.GoOnForm) -> bool:
    try:
        postponing.go_on(row, first_day=form.data["first_day"], by=current_actor())
    except DomainError as error:
        form.refuse(error)
        return False
    return True


@bp.post("/<int:class_id>/undo-start")
@access(Role.PLANNER)
def undo_start(class_id: int) -> ResponseReturnValue:
    """Take a start by hand back while the first day has not come."""
    row = queries.class_to_change(present_viewer(), class_id, lock=True)
    postponing.undo_start(row, by=current_actor())
    flash(_("The class has not begun yet again."), "success")
    return redirect(url_for("courses.show", class_id=class_id), 303)
