"""Pages of classes: the list, one class, and its steps from draft to closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.core.listing import ordered, paginate, requested_sort
from trainer.core.spreadsheet import download
from trainer.core.text import Labelled
from trainer.courses import (
    accepting,
    conflict_views,
    editing_views,
    filling_views,
    finding_views,
    lecturing_views,
    material_views,
    pages,
    queries,
    resource_views,
    service,
    sheet_views,
    timetable_views,
)
from trainer.courses.blueprint import READERS, bp, present_viewer
from trainer.courses.models import TrainingClass, Venue
from trainer.courses.rules import ClassStatus
from trainer.people.queries import Viewer
from trainer.plans import queries as plans
from trainer.plans.rules import Mode

__all__ = [
    "bp",
    "conflict_views",
    "editing_views",
    "filling_views",
    "finding_views",
    "lecturing_views",
    "material_views",
    "resource_views",
    "sheet_views",
    "timetable_views",
]

COLUMNS = {
    "name": TrainingClass.name,
    "first_day": TrainingClass.first_day,
    "venue": Venue.name,
    "taken": TrainingClass.taken,
}
FILTERS = ("year", "mode", "status", "planned", "q")


def _argument(kind: type[Labelled], name: str) -> Any:
    """Return the member of *kind* that the address asks for, None when it asks for none."""
    return next((member for member in kind if member.value == request.args.get(name)), None)


def _wanted(viewer: Viewer, today: date) -> queries.Wanted:
    planned_id = request.args.get("planned", type=int)
    planned = plans.planned_class(viewer, planned_id) if planned_id else None
    every_year = planned is not None or request.args.get("year") == ""
    return queries.Wanted(
        year=request.args.get("year", None if every_year else today.year, type=int),
        mode=_argument(Mode, "mode"),
        status=_argument(ClassStatus, "status"),
        planned=planned,
        text=request.args.get("q", "").strip() or None,
    )


@bp.get("/")
@access(*READERS)
def index() -> ResponseReturnValue:
    """List the classes that the viewer may see, of this year unless asked otherwise."""
    viewer, today = present_viewer(), clock.today()
    wanted = _wanted(viewer, today)
    sort = requested_sort(COLUMNS, "first_day")
    found = queries.list_classes(viewer, wanted, today=today)
    return render_template(
        "courses/index.html",
        page=paginate(ordered(found, COLUMNS, sort, TrainingClass.id)),
        sort=sort,
        wanted=wanted,
        years=[(year, year) for year in queries.class_years(viewer, today=today)],
        modes=[(mode.value, _(mode.label)) for mode in Mode],
        statuses=[(status.value, _(status.label)) for status in ClassStatus],
        today=today,
        own_congress=viewer.congress_id,
        filtered=any(name in request.args for name in FILTERS),
        export=url_for("courses.export", **request.args.to_dict(flat=False)),  # type: ignore[arg-type]
    )


@bp.get("/excel")
@access(*READERS)
def export() -> ResponseReturnValue:
    """Give the list, filtered and sorted as it is shown, as an Excel file."""
    viewer, today = present_viewer(), clock.today()
    found = queries.list_classes(viewer, _wanted(viewer, today), today=today)
    sort = requested_sort(COLUMNS, "first_day")
    rows = db.session.scalars(ordered(found, COLUMNS, sort, TrainingClass.id)).unique()
    return download(_("Classes"), pages.class_header(), [pages.class_line(c, today) for c in rows])


@bp.get("/<int:class_id>")
@access(*READERS)
def show(class_id: int) -> ResponseReturnValue:
    """Show a class with all its facts, where it stands, and what comes next."""
    viewer, today = present_viewer(), clock.today()
    training_class = queries.class_for(viewer, class_id)
    return render_template(
        "courses/show.html",
        training_class=training_class,
        overview=pages.overview(training_class, queries.sessions_of(class_id), today=today),
        may_change=viewer.role is Role.PLANNER,
        conflicts=[one for one in accepting.judged(training_class) if one.open]
        if viewer.sees_all and training_class.status.held
        else [],
        today=today,
    )


def _step(class_id: int, verb: Callable[..., None], message: str) -> ResponseReturnValue:
    training_class = queries.class_to_change(present_viewer(), class_id, lock=True)
    verb(training_class, by=current_actor())
    flash(message, "success")
    return redirect(url_for("courses.show", class_id=class_id), 303)


@bp.post("/<int:class_id>/publish")
@access(Role.PLANNER)
def publish(class_id: int) -> ResponseReturnValue:
    """Show a draft to townships, deputies and calendars."""
    return _step(class_id, service.publish, _("The class is published."))


@bp.post("/<int:class_id>/start")
@access(Role.PLANNER)
def start(class_id: int) -> ResponseReturnValue:
    """Begin a class before its first day has come."""
    return _step(class_id, service.start, _("The class is running."))


@bp.post("/<int:class_id>/close")
@access(Role.PLANNER)
def close(class_id: int) -> ResponseReturnValue:
    """Close the file of a finished class."""
    return _step(class_id, service.close, _("The class is closed."))


@bp.post("/<int:class_id>/delete")
@access(Role.PLANNER)
def delete(class_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    training_class = queries.class_to_change(present_viewer(), class_id, lock=True)
    service.delete_draft(training_class, by=current_actor())
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("courses.index"), 303)
