"""Pages of the roll: classes whose roll is due, the roll of a class, its class hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.attendance import listing, queries, service
from trainer.attendance.figures import class_hours, share
from trainer.attendance.forms import HoursRuleForm, read_marks
from trainer.attendance.roll import Conflict, Roll, Typed, progress, roll_of, settle
from trainer.attendance.rules import HELD, Mark, Result, half_day_to_take, roll_closed
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused, Stale
from trainer.core.language import day, label
from trainer.core.listing import paginate
from trainer.core.spreadsheet import download
from trainer.courses.models import TrainingClass
from trainer.courses.queries import class_for, class_to_change
from trainer.people.queries import Viewer, viewer_of

bp = Blueprint("attendance", __name__)
READERS = (Role.PLANNER, Role.TOWNSHIP_OFFICER, Role.AUDITOR)
bp.add_app_template_filter(class_hours, "hours")
bp.add_app_template_filter(share, "share")


@bp.get("/attendance/")
@access(*READERS)
def index() -> ResponseReturnValue:
    """List the classes whose roll is due, then those that are finished."""
    viewer = viewer_of(current_user)
    due = listing.due_classes(viewer)
    page = paginate(listing.finished_classes(viewer), size=listing.FINISHED_SHOWN)
    return render_template(
        "attendance/index.html",
        due=due,
        page=page,
        results=listing.results(page.items, viewer),
        progress=progress([row.id for row in [*due, *page.items]], viewer),
        today=clock.today(),
    )


@bp.get("/classes/<int:class_id>/roll")
@access(*READERS)
def roll(class_id: int) -> ResponseReturnValue:
    """Show the roll of a class and, where it may be taken, one half-day to fill in."""
    viewer = viewer_of(current_user)
    training_class = class_for(viewer, class_id)
    found = roll_of(training_class, viewer)
    index = found.index_of(request.args.get("half"))
    if index is None:
        index = half_day_to_take(found.spans(), clock.now())
    return _roll_page(viewer, training_class, found, index)


@bp.post("/classes/<int:class_id>/roll")
@access(Role.PLANNER)
def save(class_id: int) -> ResponseReturnValue:
    """Save the roll of one half-day; what somebody else recorded meanwhile is shown first."""
    viewer = viewer_of(current_user)
    training_class = class_to_change(viewer, class_id)
    half, marks = request.form.get("half", ""), read_marks(request.form)
    try:
        saved = service.save_roll(
            training_class, half_day=half, marks=marks, viewer=viewer, by=current_actor()
        )
    except Stale as error:
        found = roll_of(training_class, viewer)
        page = _roll_page(viewer, training_class, found, found.index_of(half), marks, error)
        return page, error.status
    _say(saved)
    return redirect(url_for(".roll", class_id=class_id, half=half), 303)


def _say(saved: service.Saved) -> None:
    count = saved.count
    text = _(
        "Roll saved: %(present)s of %(expected)s present, %(excused)s on leave, %(absent)s absent,"
        " %(open)s not recorded.",
        present=count.present,
        expected=count.expected,
        excused=count.excused,
        absent=count.absent,
        open=count.open,
    )
    flash(text, "success")
    if saved.left_out:
        text = _("Left out because they hold no seat any more: %(count)s.", count=saved.left_out)
        flash(text, "warning")


def _closed(training_class: TrainingClass) -> str | None:
    day = training_class.first_day
    return roll_closed(training_class.status, first_day=day, today=clock.today())


def _finishing(viewer: Viewer, training_class: TrainingClass) -> bool:
    """Tell whether the class can be finished now by the viewer."""
    over = clock.today() >= training_class.last_day
    return viewer.role is Role.PLANNER and over and _closed(training_class) is None


def _roll_page(
    viewer: Viewer,
    training_class: TrainingClass,
    found: Roll,
    index: int | None,
    typed: Mapping[int, Typed] | None = None,
    error: Stale | None = None,
) -> str:
    closed = _closed(training_class)
    may_take = viewer.role is Role.PLANNER
    conflicts: Sequence[Conflict] = ()
    if typed is not None and index is not None:
        conflicts = settle(found, index, typed)[1]
    return render_template(
        "attendance/roll.html",
        training_class=training_class,
        status=training_class.status_on(clock.today()),
        roll=found,
        index=index,
        counts=[found.count(i) for i in range(len(found.half_days))],
        wholes=[found.whole(i) for i in range(len(found.half_days))],
        taking=may_take and closed is None and index is not None and bool(found.rows),
        closed=closed if may_take else None,
        finishing=_finishing(viewer, training_class),
        typed={number: each.mine for number, each in (typed or {}).items()},
        conflicts=conflicts,
        error=error,
        marks=list(Mark),
        now=clock.now(),
    )


@bp.get("/classes/<int:class_id>/roll.xlsx")
@access(*READERS)
def roll_file(class_id: int) -> Response:
    """Give the roll of a class as an Excel file."""
    viewer = viewer_of(current_user)
    training_class = class_for(viewer, class_id)
    found = roll_of(training_class, viewer)
    halves = [f"{day(each.day, 'short')} {label(each.half)}" for each in found.half_days]
    return download(
        _("Roll of %(name)s", name=training_class.name),
        [_("Delegation"), _("Name"), *halves],
        (
            [row.delegation, row.name, *(label(entry.mark) for entry in row.entries)]
            for row in found.rows
        ),
    )


@bp.post("/classes/<int:class_id>/roll/finish")
@access(Role.PLANNER)
def finish(class_id: int) -> ResponseReturnValue:
    """Finish a class, after a look at what of its roll is missing."""
    viewer = viewer_of(current_user)
    training_class = class_to_change(viewer, class_id)
    anyway = request.form.get("anyway") == "1"
    try:
        service.finish(training_class, viewer=viewer, anyway=anyway, by=current_actor())
    except Refused as error:
        db.session.rollback()
        flash(_(error.message, **error.params), "error")
        return redirect(url_for(".roll", class_id=class_id), 303)
    flash(_("The class is finished. Class hours and completion are final."), "success")
    return redirect(url_for(".hours", class_id=class_id), 303)


@bp.get("/classes/<int:class_id>/hours")
@access(*READERS)
def hours(class_id: int) -> ResponseReturnValue:
    """Show class hours, leave, absence and completion per deputy."""
    viewer = viewer_of(current_user)
    training_class = class_for(viewer, class_id)
    found = roll_of(training_class, viewer)
    sort, rows = listing.sorted_hours(found)
    return render_template(
        "attendance/hours.html",
        training_class=training_class,
        status=training_class.status_on(clock.today()),
        final=training_class.status in HELD,
        finishing=_finishing(viewer, training_class),
        roll=found,
        totals=listing.sums(row.outcome for row in found.rows),
        delegations=listing.delegations(found),
        rows=rows,
        sort=sort,
        results=list(Result),
        may_set_rules=viewer.role is Role.PLANNER,
    )


@bp.get("/classes/<int:class_id>/hours.xlsx")
@access(*READERS)
def hours_file(class_id: int) -> Response:
    """Give the class hours of a class, as filtered and sorted on the page, as an Excel file."""
    viewer = viewer_of(current_user)
    training_class = class_for(viewer, class_id)
    _sort, rows = listing.sorted_hours(roll_of(training_class, viewer))
    return download(
        _("Class hours of %(name)s", name=training_class.name),
        listing.hours_header(),
        listing.hours_lines(rows),
    )


@bp.route("/attendance/hours-rules", methods=["GET", "POST"])
@access(Role.PLANNER)
def hours_rules() -> ResponseReturnValue:
    """Show how class hours are counted, and add a rule from a day on."""
    congress_id = viewer_of(current_user).congress_id or -1
    form = HoursRuleForm()
    if form.validate_on_submit():
        facts = {name: form.data[name] for name in service.RULE_FACTS}
        try:
            service.add_hours_rule(congress_id, **facts, by=current_actor())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".hours_rules"), 303)
    rules = queries.hours_rules(congress_id)
    page = render_template("attendance/hours_rules.html", form=form, rules=rules)
    return page, 422 if form.errors else 200


@bp.post("/attendance/hours-rules/<int:rule_id>/remove")
@access(Role.PLANNER)
def remove_hours_rule(rule_id: int) -> ResponseReturnValue:
    """Take back a rule that no finished class was counted by."""
    rule = queries.hours_rule_for(viewer_of(current_user), rule_id)
    try:
        service.remove_hours_rule(rule, by=current_actor())
    except Invalid as error:
        flash(_(error.message, **error.params), "error")
    else:
        flash(_("The rule is removed."), "success")
    return redirect(url_for(".hours_rules"), 303)
