"""The almanac of a year, and the days that planners enter in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.almanac import queries, service
from trainer.almanac.forms import EntryForm
from trainer.almanac.models import AlmanacEntry, AlmanacRule
from trainer.almanac.months import months
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid
from trainer.people import queries as people
from trainer.people.models import Congress
from trainer.people.queries import Viewer

bp = Blueprint("almanac", __name__, url_prefix="/almanac")
FIRST_YEAR, LAST_YEAR = 2000, 2099


@bp.app_template_filter("month_name")
def _month_name(day: date) -> str:
    return str(format_date(day, "LLLL"))


@bp.app_template_filter("weekday_name")
def _weekday_name(day: date, *, short: bool = False) -> str:
    return str(format_date(day, "EEEEE" if short else "EEEE"))


@bp.app_template_filter("yearly")
def _yearly(rule: AlmanacRule, year: int) -> tuple[date, date]:
    return queries.yearly_of(rule).in_year(year)


def own_congress(viewer: Viewer) -> Congress:
    """Return the congress that the address names, else the viewer's own; 404 outside the scope."""
    return _congress(viewer, db.session.scalars(people.congresses(viewer)).all())


def _congress(viewer: Viewer, congresses: Sequence[Congress]) -> Congress:
    """Return the congress asked for, else the own one; 404 when that is not the viewer's."""
    wanted = request.args.get("congress", viewer.congress_id, type=int)
    return next((each for each in congresses if each.id == wanted), None) or abort(404)


@bp.get("/", defaults={"year": None})
@bp.get("/<int:year>")
@access(Role.PLANNER, Role.AUDITOR, Role.TOWNSHIP_OFFICER)
def index(year: int | None) -> ResponseReturnValue:
    """Show twelve months with holidays, make-up days, sessions and local days."""
    today = clock.today()
    year = year or today.year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    viewer = people.viewer_of(current_user)
    congresses = db.session.scalars(people.congresses(viewer)).all()
    congress = _congress(viewer, congresses)
    span = date(year, 1, 1), date(year, 12, 31)
    spells = queries.spells(congress.id, *span)
    return render_template(
        "almanac/index.html",
        year=year,
        years=(FIRST_YEAR, LAST_YEAR),
        today=today,
        congress=congress,
        congresses=[(each.id, each.short_name) for each in congresses],
        months=months(queries.judged(spells, *span), spells),
        entries=[(entry, _own(entry, viewer)) for entry in queries.entries(congress.id, *span)],
        rules=[(rule, _own(rule, viewer)) for rule in queries.yearly_rules(congress.id)],
        dues=queries.dues(congress, year),
        known=queries.official_known(year),
        planner=viewer.role is Role.PLANNER,
    )


def _own(row: AlmanacEntry | AlmanacRule, viewer: Viewer) -> bool:
    return row.congress.path.startswith(viewer.path or "?")


@bp.route("/new", methods=["GET", "POST"])
@access(Role.PLANNER)
def new() -> ResponseReturnValue:
    """Enter days."""
    viewer = people.viewer_of(current_user)
    return _form_page(AlmanacEntry(congress_id=own_congress(viewer).id), viewer)


@bp.route("/entries/<int:entry_id>", methods=["GET", "POST"])
@access(Role.PLANNER)
def edit(entry_id: int) -> ResponseReturnValue:
    """Change entered days."""
    viewer = people.viewer_of(current_user)
    entry = queries.entry(viewer, entry_id)
    return _form_page(entry, viewer) if entry else abort(404)


@bp.post("/entries/<int:entry_id>/delete")
@access(Role.PLANNER)
def delete(entry_id: int) -> ResponseReturnValue:
    """Take entered days out of the almanac."""
    entry = queries.entry(people.viewer_of(current_user), entry_id) or abort(404)
    service.delete_entry(entry, by=current_actor())
    flash(_("“%(name)s” is out of the almanac.", name=entry.name), "success")
    return redirect(_back(entry.congress_id, entry.first_day.year), 303)


def _back(congress_id: int, year: int | None = None) -> str:
    return url_for("almanac.index", year=year or clock.today().year, congress=congress_id)


def _form_page(entry: AlmanacEntry, viewer: Viewer) -> ResponseReturnValue:
    form = EntryForm(obj=entry)
    congresses = db.session.scalars(people.congresses(viewer)).all()
    form.congress.choices = [(str(each.id), each.name) for each in congresses]
    if request.method == "GET":
        form.congress.data = str(entry.congress_id)
    if form.validate_on_submit() and _saved(form, entry):
        flash(_("Saved."), "success")
        return redirect(_back(entry.congress_id, entry.first_day.year), 303)
    back = _back(entry.congress_id, entry.first_day.year if entry.id else None)
    page = render_template("almanac/edit.html", form=form, entry=entry, back=back)
    return page, 422 if form.errors else 200


def _saved(form: EntryForm, entry: AlmanacEntry) -> bool:
    typed = {key: form.data[key] for key in ("kind", "name", "first_day", "last_day")}
    congress_id = int(form.data["congress"])
    try:
        service.save_entry(entry, congress_id=congress_id, **typed, by=current_actor())
    except Invalid as error:
        form.refuse(error)
        return False
    return True
