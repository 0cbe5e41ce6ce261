"""Pages of a class's timetable and of its sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
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
from trainer.courses import accepting, forms, merging, pages, queries, rules, runs, timetable
from trainer.courses.blueprint import READERS, bp, present_viewer
from trainer.courses.extra_models import TimetableTemplate
from trainer.courses.fields import read_day
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import USUAL_TIMES, Half, SessionKind
from trainer.courses.schedule import Template
from trainer.courses.session_forms import session_facts, session_form
from trainer.people.queries import Viewer

FIELDS = (
    *("kind", "title", "day", "start", "end", "hours"),
    *("lecturer_id", "room_id", "place", "presider"),
)


@bp.get("/<int:class_id>/timetable", endpoint="timetable")
@access(*READERS)
def show(class_id: int) -> ResponseReturnValue:
    """Show the timetable, a row a day; planners change it from here."""
    viewer, today = present_viewer(), clock.today()
    training_class = queries.class_for(viewer, class_id)
    return render_template("courses/timetable.html", **_board(viewer, training_class, today))


def _board(viewer: Viewer, training_class: TrainingClass, today: date) -> dict[str, Any]:
    """Return what the timetable and its conflicts are shown from."""
    sessions = queries.sessions_of(training_class.id)
    may_change = viewer.role is Role.PLANNER and training_class.status.editable
    standing = [s for s in sessions if s.cancelled_at is None]
    judged = accepting.judged(training_class) if viewer.sees_all else []
    return {
        "training_class": training_class,
        "days": pages.grid(training_class, sessions, may_change=may_change, today=today),
        "halves": [(half.value, label(half)) for half in Half],
        "standing": standing,
        "conflicts": pages.judged_lines(judged),
        "hours": pages.total_hours(standing),
        "may_change": may_change,
        "status": training_class.status_on(today),
        "built_in": [(one.value, label(one)) for one in Template] if may_change else [],
        "templates": _templates(viewer) if may_change else [],
    }


def _templates(viewer: Viewer) -> list[TimetableTemplate]:
    return list(db.session.scalars(queries.templates(viewer).order_by(TimetableTemplate.name)))


@bp.post("/<int:class_id>/timetable/<int:session_id>/move")
@access(Role.PLANNER)
def move_session(class_id: int, session_id: int) -> ResponseReturnValue:
    """Move a session to a half-day, or stretch it; answers with the board, or a sentence (422)."""
    viewer = present_viewer()
    training_class = queries.class_to_change(viewer, class_id, lock=True)
    row = queries.session_for(class_id, session_id)
    half = next((h for h in Half if h.value == request.form.get("half")), row.half)
    try:
        timetable.reschedule(
            row,
            training_class=training_class,
            day=read_day(request.form.get("day", "")) or row.day,
            half=half,
            minutes=request.form.get("minutes", 0, type=int),
            by=current_actor(),
        )
    except DomainError as error:
        return (
            _(error.message, **error.params),
            error.status,
            {"Content-Type": "text/plain; charset=utf-8"},
        )
    db.session.expire_all()
    training_class = queries.class_for(viewer, class_id)
    return render_template("courses/board.html", **_board(viewer, training_class, clock.today()))


def _saved(form: forms.SessionForm, verb: Callable[..., object]) -> bool:
    """Save *form* by *verb*; when it was refused, it says why."""
    try:
        verb(facts=session_facts(form), by=current_actor())
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
    rules.require_timetable_open(row.status)
    form = session_form(viewer, row, _suggested(row))
    others = runs.siblings(viewer, row)

    def add(**facts: Any) -> object:
        return timetable.add_session(row, **facts)

    if form.validate_on_submit() and _saved(form, add):
        flash(_("“%(title)s” is in the timetable.", title=session_facts(form).title), "success")
        _carry(others, row, None, form)
        return _back(class_id)
    page = render_template(
        "courses/session_add.html", form=form, training_class=row, siblings=others
    )
    return page, 422 if form.errors else 200


def _carry(
    others: Sequence[TrainingClass],
    origin: TrainingClass,
    mark: runs.Mark | None,
    form: forms.SessionForm,
) -> None:
    """Make the same change in those sibling runs that are ticked, and say how it went."""
    ticked = request.form.getlist("sibling", type=int)
    chosen = [run for run in others if run.id in ticked]
    if chosen:
        facts = session_facts(form)
        kept = runs.carry_session(chosen, origin=origin, mark=mark, facts=facts, by=current_actor())
        pages.tell_kept(kept)


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
    mark = runs.mark_of(row, training_class)
    others = runs.siblings(viewer, training_class)
    others = [run for run in others if run.id in runs.alike(others, mark)]
    form = session_form(viewer, training_class, {**saved, "version": row.version})
    conflict = None

    def edit(**facts: Any) -> None:
        timetable.edit_session(row, training_class=training_class, **facts)

    if form.validate_on_submit():
        conflict = merging.conflict(form, row, saved)
        if conflict is None and _saved(form, edit):
            flash(pages.saved(training_class), "success")
            _carry(others, training_class, mark, form)
            return _back(class_id)
    return _session_page(form, row, training_class, conflict, others)


def _session_page(
    form: forms.SessionForm,
    row: ClassSession,
    training_class: TrainingClass,
    conflict: merging.Conflict | None,
    siblings: Sequence[TrainingClass],
) -> ResponseReturnValue:
    page = render_template(
        "courses/session.html",
        form=form,
        session=row,
        training_class=training_class,
        conflict=conflict,
        siblings=siblings,
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
