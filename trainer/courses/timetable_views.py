"""Pages of a class's timetable and of its sessions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import DomainError
from trainer.core.language import label
from trainer.core.requests import day_argument
from trainer.core.spreadsheet import download
from trainer.courses import forms, merging, pages, queries, rules, timetable
from trainer.courses.blueprint import READERS, bp, present_viewer
from trainer.courses.models import ClassSession, Lecturer, TrainingClass
from trainer.courses.rules import USUAL_TIMES, Half, SessionKind
from trainer.people.queries import Viewer

FIELDS = ("kind", "title", "day", "start", "end", "hours", "lecturer_id", "room_id", "place")


@bp.get("/<int:class_id>/timetable", endpoint="timetable")
@access(*READERS)
def show(class_id: int) -> ResponseReturnValue:
    """Show the timetable, a row a day; planners change it from here."""
    viewer, today = present_viewer(), clock.today()
    training_class = queries.class_for(viewer, class_id)
    sessions = queries.sessions_of(class_id)
    may_change = viewer.role is Role.PLANNER and training_class.status.editable
    standing = [s for s in sessions if s.cancelled_at is None]
    return render_template(
        "courses/timetable.html",
        training_class=training_class,
        days=pages.grid(training_class, sessions, may_change=may_change, today=today),
        halves=[label(half) for half in Half],
        standing=standing,
        warnings=pages.warnings(sessions),
        hours=pages.total_hours(standing),
        may_change=may_change,
        status=training_class.status_on(today),
    )


@bp.get("/<int:class_id>/timetable/print")
@access(*READERS)
def timetable_print(class_id: int) -> ResponseReturnValue:
    """Show the timetable as a sheet for the wall."""
    training_class = queries.class_for(present_viewer(), class_id)
    halves = queries.half_days(training_class)
    return render_template(
        "courses/timetable_print.html",
        training_class=training_class,
        days=pages.sheet(halves),
        header=pages.timetable_header(),
    )


@bp.get("/<int:class_id>/timetable/excel")
@access(*READERS)
def timetable_excel(class_id: int) -> ResponseReturnValue:
    """Give the timetable as an Excel file."""
    training_class = queries.class_for(present_viewer(), class_id)
    sessions = queries.sessions_of(class_id, cancelled=False)
    title = f"{training_class.numbered_name} {_('Timetable')}"
    return download(title, pages.timetable_header(), map(pages.timetable_line, sessions))


def _form(
    viewer: Viewer, training_class: TrainingClass, values: dict[str, Any]
) -> forms.SessionForm:
    form = forms.SessionForm(data=values)
    lecturers = db.session.scalars(
        queries.lecturers(viewer).order_by(Lecturer.name, Lecturer.unit, Lecturer.id)
    )
    form.lecturer_id.choices = [("", _("Nobody")), *((str(one.id), one.title) for one in lecturers)]
    rooms = queries.rooms_at(training_class.venue_id, kept=values.get("room_id"))
    form.room_id.choices = [("", _("No room")), *((str(room.id), room.name) for room in rooms)]
    return form


def _facts(form: forms.SessionForm) -> timetable.SessionFacts:
    data = form.data
    return timetable.SessionFacts(
        kind=data["kind"],
        title=data["title"] or label(data["kind"]),
        day=data["day"],
        start=data["start"],
        end=data["end"],
        hours=data["hours"] or Decimal(0),
        lecturer_id=data["lecturer_id"],
        room_id=data["room_id"],
        **forms.texts(form, "new_lecturer", "new_unit", "place"),
    )


def _saved(form: forms.SessionForm, verb: Callable[..., object]) -> bool:
    """Save *form* by *verb*; when it was refused, it says why."""
    try:
        verb(facts=_facts(form), by=current_actor())
    except DomainError as error:
        form.refuse(error)
        return False
    return True


def _back(class_id: int) -> ResponseReturnValue:
    return redirect(url_for("courses.timetable", class_id=class_id), 303)


@bp.route("/<int:class_id>/timetable/add", methods=["GET", "POST"])
@access(Role.PLANNER)
def add_session(class_id: int) -> ResponseReturnValue:
    """Put a session into the timetable."""
    viewer = present_viewer()
    row = queries.class_to_change(viewer, class_id, lock=request.method == "POST")
    rules.require_editable(row.status)
    form = _form(viewer, row, _suggested(row))

    def add(**facts: Any) -> object:
        return timetable.add_session(row, **facts)

    if form.validate_on_submit() and _saved(form, add):
        flash(_("“%(title)s” is in the timetable.", title=_facts(form).title), "success")
        return _back(class_id)
    page = render_template("courses/session_add.html", form=form, training_class=row)
    return page, 422 if form.errors else 200


def _suggested(training_class: TrainingClass) -> dict[str, Any]:
    """Return what a new session begins with: the half-day that the address names."""
    half = next((h for h in Half if h.value == request.args.get("half")), Half.MORNING)
    start, end = USUAL_TIMES[half]
    return {
        "kind": SessionKind.LECTURE,
        "day": day_argument("day") or training_class.first_day,
        "start": start,
        "end": end,
        "hours": rules.MOST_HOURS_A_HALF_DAY if half is not Half.EVENING else Decimal(0),
    }


def _values(session: ClassSession) -> dict[str, Any]:
    """Return what is saved of a session, as the form holds it."""
    values = {name: getattr(session, name) for name in FIELDS if hasattr(session, name)}
    start, end = clock.local(session.starts_at), clock.local(session.ends_at)
    return {
        **values,
        "start": start.time().replace(second=0, microsecond=0),
        "end": end.time().replace(second=0, microsecond=0),
    }


@bp.route("/<int:class_id>/timetable/<int:session_id>", methods=["GET", "POST"])
@access(Role.PLANNER)
def session(class_id: int, session_id: int) -> ResponseReturnValue:
    """Change a session; whoever comes second sees what the first has saved."""
    viewer = present_viewer()
    training_class = queries.class_to_change(viewer, class_id, lock=request.method == "POST")
    row = queries.session_for(class_id, session_id)
    if "reload" in request.form:
        return redirect(request.full_path.rstrip("?"), 303)
    saved = _values(row)
    form = _form(viewer, training_class, {**saved, "version": row.version})
    conflict = None

    def edit(**facts: Any) -> None:
        timetable.edit_session(row, training_class=training_class, **facts)

    if form.validate_on_submit():
        conflict = merging.conflict(form, row, saved)
        if conflict is None and _saved(form, edit):
            flash(pages.saved(training_class), "success")
            return _back(class_id)
    return _session_page(form, row, training_class, conflict)


def _session_page(
    form: forms.SessionForm,
    row: ClassSession,
    training_class: TrainingClass,
    conflict: merging.Conflict | None,
) -> ResponseReturnValue:
    page = render_template(
        "courses/session.html",
        form=form,
        session=row,
        training_class=training_class,
        conflict=conflict,
    )
    return page, 409 if conflict else 422 if form.errors else 200


def _act(class_id: int, session_id: int, verb: Callable[..., None]) -> ClassSession:
    training_class = queries.class_to_change(present_viewer(), class_id, lock=True)
    row = queries.session_for(class_id, session_id)
    verb(row, training_class=training_class, by=current_actor())
    return row


@bp.post("/<int:class_id>/timetable/<int:session_id>/cancel")
@access(Role.PLANNER)
def cancel_session(class_id: int, session_id: int) -> ResponseReturnValue:
    """Call a session off; it can be restored at once."""
    row = _act(class_id, session_id, timetable.cancel_session)
    undo = url_for("courses.restore_session", class_id=class_id, session_id=session_id)
    text = _("“%(title)s” is cancelled. Calendars say so by themselves.", title=row.title)
    flash({"text": text, "undo_url": undo}, "success")  # type: ignore[arg-type]
    return _back(class_id)


@bp.post("/<int:class_id>/timetable/<int:session_id>/restore")
@access(Role.PLANNER)
def restore_session(class_id: int, session_id: int) -> ResponseReturnValue:
    """Let a cancelled session take place after all."""
    row = _act(class_id, session_id, timetable.restore_session)
    flash(_("“%(title)s” takes place after all.", title=row.title), "success")
    return _back(class_id)


@bp.post("/<int:class_id>/timetable/<int:session_id>/delete")
@access(Role.PLANNER)
def delete_session(class_id: int, session_id: int) -> ResponseReturnValue:
    """Take a session out of the timetable of a draft."""
    row = _act(class_id, session_id, timetable.delete_session)
    flash(_("“%(title)s” is out of the timetable.", title=row.title), "success")
    return _back(class_id)


@bp.post("/<int:class_id>/timetable/fill")
@access(Role.PLANNER)
def fill_timetable(class_id: int) -> ResponseReturnValue:
    """Make a full timetable from the template."""
    row = queries.class_to_change(present_viewer(), class_id, lock=True)
    made = timetable.fill(row, say=_, by=current_actor())
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
        made = timetable.copy(
            row, source=source, lecturers=form.data["lecturers"], by=current_actor()
        )
    except DomainError as error:
        form.refuse(error)
        return False
    flash(_("%(count)s sessions are copied.", count=len(made)), "success")
    return True
