"""Pages that find dates for the classes of a year, and build a timetable from topics."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.errors import DomainError
from trainer.courses import drafting, pages, queries
from trainer.courses.blueprint import bp, present_viewer
from trainer.courses.building_forms import BuildForm
from trainer.courses.dates import propose

bp.add_app_template_filter(pages.because)


@bp.get("/dates")
@access(Role.PLANNER)
def find_dates() -> ResponseReturnValue:
    """Propose the best days of the year for the runs not yet made, and say why others are worse."""
    viewer = present_viewer()
    congress_id = viewer.congress_id or abort(404)
    year = request.args.get("year", clock.today().year, type=int)
    gap = min(max(request.args.get("gap", 14, type=int), 0), 180)
    lines = queries.planned_lines(viewer, [year])
    chosen = request.args.get("planned", type=int)
    left = [line for line in lines if line.left]
    wanted = [line for line in left if chosen in (None, line.planned.id)]
    wants = drafting.wants(wanted)
    context = drafting.year_of(viewer, congress_id, year, gap=gap)
    return render_template(
        "courses/dates.html",
        proposals=propose(wants, context, seconds=4.0) if wants else [],
        planned={line.planned.id: line.planned.name for line in left},
        chosen=chosen,
        year=year,
        gap=gap,
        years=[(one, one) for one in range(clock.today().year + 1, clock.today().year - 3, -1)],
    )


@bp.route("/<int:class_id>/timetable/build", methods=["GET", "POST"])
@access(Role.PLANNER)
def build_timetable(class_id: int) -> ResponseReturnValue:
    """Build a timetable from topics: shown first with its reasons, then kept."""
    viewer = present_viewer()
    row = queries.class_to_change(viewer, class_id, lock=request.method == "POST")
    form = BuildForm()
    built = None
    if form.validate_on_submit():
        try:
            built = drafting.built(viewer, row, form.wish())
            if "keep" in request.form:
                made = drafting.keep(row, built, say=_, by=current_actor())
                flash(_("The timetable has %(count)s sessions now.", count=len(made)), "success")
                return redirect(url_for("courses.timetable", class_id=class_id), 303)
        except DomainError as error:
            form.refuse(error)
    page = render_template("courses/build.html", form=form, training_class=row, built=built)
    return page, 422 if form.errors or form.form_errors else 200
