"""The page of a class's seats and participants, and what is done to several of them at once."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.core.listing import ordered, paginate, requested_sort
from trainer.core.spreadsheet import download
from trainer.courses.models import TrainingClass
from trainer.enrolment import (
    allocation_views,
    pages,
    person_views,
    queries,
    seat_views,
    service,
)
from trainer.enrolment.blueprint import NOMINATORS, READERS, bp, present
from trainer.enrolment.models import Enrolment
from trainer.enrolment.queries import QuotaLine
from trainer.enrolment.rules import EnrolmentStatus
from trainer.people.models import Delegation
from trainer.people.queries import Viewer

__all__ = ["allocation_views", "bp", "person_views", "seat_views"]
PAGE_SIZE = 100


def _participants(
    viewer: Viewer, training_class: TrainingClass, errors: list[str] | None = None
) -> str:
    sort = requested_sort(pages.COLUMNS, "delegation")
    found = pages.narrowed(viewer, training_class, pages.wanted())
    shown = pages.overview(viewer, training_class)
    open_line = _first_with_seats(shown["lines"]) if shown["officer"] else None
    return render_template(
        "enrolment/participants.html",
        **shown,
        page=paginate(
            ordered(found, pages.COLUMNS, sort, Delegation.id, Enrolment.id), size=PAGE_SIZE
        ),
        sort=sort,
        errors=errors or [],
        picked=set(request.form.getlist("enrolment", type=int)),
        statuses=[(status.value, _(status.label)) for status in EnrolmentStatus],
        filtered=any(request.args.get(name) for name in pages.FILTERS),
        to_add=pages.tick_list(viewer, training_class, open_line)
        if open_line and shown["may_add"]
        else None,
    )


def _first_with_seats(lines: list[QuotaLine]) -> QuotaLine | None:
    with_seats = [line for line in lines if line.seats]
    return next((line for line in with_seats if line.free > 0), None) or next(
        iter(with_seats), None
    )


@bp.get("/participants")
@access(*READERS)
def participants(class_id: int) -> ResponseReturnValue:
    """Show seats per delegation and participants, to an officer those of the own delegations."""
    return _participants(*present(class_id))


@bp.get("/participants.xlsx")
@access(*READERS)
def export(class_id: int) -> Response:
    """Give the list, filtered and sorted as it is shown, as the sign-up list in Excel."""
    viewer, training_class = present(class_id)
    sort = requested_sort(pages.COLUMNS, "delegation")
    found = pages.narrowed(viewer, training_class, pages.wanted())
    rows = db.session.scalars(ordered(found, pages.COLUMNS, sort, Delegation.id, Enrolment.id))
    phones = viewer.may_see_phones
    lines = [pages.sheet_line(n, row, phones=phones) for n, row in enumerate(rows, start=1)]
    title = _("Participants of %(name)s", name=training_class.numbered_name)
    return download(title, pages.sheet_header(phones=phones), lines)


@bp.post("/participants/confirm")
@access(Role.PLANNER)
def confirm(class_id: int) -> ResponseReturnValue:
    """Confirm the deputies that are ticked."""
    viewer, training_class = present(class_id)
    wanted = request.form.getlist("enrolment", type=int)
    query = queries.enrolments(viewer, training_class).where(Enrolment.id.in_(wanted))
    rows = db.session.scalars(query).all()
    if len(rows) != len(set(wanted)):
        abort(404)
    if not rows:
        return _participants(viewer, training_class, [_("Tick the deputies to confirm.")]), 422
    try:
        count = service.confirm_all(training_class, rows, by=current_actor())
    except Refused as error:
        return _participants(viewer, training_class, pages.sentences(error)), error.status
    _say_confirmed(count)
    return redirect(url_for(".participants", class_id=class_id), 303)


def _say_confirmed(count: int) -> None:
    if count:
        text = ngettext("%(num)s deputy confirmed.", "%(num)s deputies confirmed.", count)
        flash(text, "success")
    else:
        flash(_("They were confirmed already."), "info")


@bp.post("/participants/move-up")
@access(Role.PLANNER)
def move_up(class_id: int) -> ResponseReturnValue:
    """Let the waiting list move up to seats that have become free."""
    _viewer, training_class = present(class_id)
    moved = service.move_up(training_class, by=current_actor())
    if moved:
        names = _(", ").join(row.name for row in moved)
        flash(_("Moved up from the waiting list: %(names)s.", names=names), "success")
    else:
        flash(_("Nobody on the waiting list can move up."), "info")
    return redirect(url_for(".participants", class_id=class_id), 303)


@bp.get("/participants/add")
@access(*NOMINATORS)
def add(class_id: int) -> ResponseReturnValue:
    """Show a delegation's deputies to tick."""
    viewer, training_class = present(class_id)
    return _adding(viewer, training_class, request.args.get("delegation", type=int))


@bp.post("/participants/add")
@access(*NOMINATORS)
def nominate(class_id: int) -> ResponseReturnValue:
    """Put the ticked deputies on the class, or on its waiting list."""
    viewer, training_class = present(class_id)
    wanted = request.form.getlist("seat", type=int)
    seats = queries.seats(viewer, wanted)
    if len(seats) != len(set(wanted)):
        abort(404)
    chosen = request.form.get("delegation", type=int)
    if not seats:
        errors = [_("Tick at least one deputy.")]
        return _adding(viewer, training_class, chosen, errors), 422
    try:
        wait = request.form.get("wait") == "1"
        done = service.nominate_all(training_class, seats, wait=wait, by=current_actor())
    except Refused as error:
        return _adding(viewer, training_class, chosen, pages.sentences(error)), error.status
    _say_nominated(done)
    return redirect(url_for(".participants", class_id=class_id), 303)


def _say_nominated(done: service.Nominations) -> None:
    if done.nominated:
        count = len(done.nominated)
        text = ngettext("%(num)s deputy nominated.", "%(num)s deputies nominated.", count)
        flash(text, "success")
    for rows, sentence in (
        (done.waiting, _("On the waiting list: %(names)s.")),
        (done.already, _("On the class already: %(names)s.")),
    ):
        if rows:
            flash(sentence % {"names": _(", ").join(row.name for row in rows)}, "info")


def _adding(
    viewer: Viewer,
    training_class: TrainingClass,
    delegation_id: int | None,
    errors: list[str] | None = None,
) -> str:
    shown = pages.overview(viewer, training_class)
    lines = [line for line in shown["lines"] if line.seats]
    line = next((each for each in lines if each.delegation.id == delegation_id), None)
    if line is None and delegation_id is not None:
        abort(404)
    line = line or _first_with_seats(lines)
    ticked, wait = request.form.getlist("seat", type=int), request.form.get("wait") == "1"
    return render_template(
        "enrolment/add.html",
        **shown,
        errors=errors or [],
        to_add=pages.tick_list(viewer, training_class, line, ticked=ticked, wait=wait)
        if line
        else None,
    )
