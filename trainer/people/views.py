"""Pages of people: the list of deputies, one person, correcting what is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectField

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid
from trainer.core.language import clock_time, day, label
from trainer.core.listing import PAGE_SIZE, address, ordered, paginate, requested_sort
from trainer.core.spreadsheet import Cell, download
from trainer.people import (
    delegation_views,  # noqa: F401  (registers its pages)
    directory,
    figure_views,  # noqa: F401
    import_views,  # noqa: F401
    link_views,  # noqa: F401
    queries,
    seat_views,  # noqa: F401
    service,
)
from trainer.people.blueprint import bp, viewer, visible_person
from trainer.people.directory import Directory, Row
from trainer.people.forms import IncomeForm, PersonForm
from trainer.people.models import Person
from trainer.people.rules import Sex

__all__ = ["bp"]
MOST_ON_ONE_PAGE = 2000
readers = access(Role.PLANNER, Role.AUDITOR, Role.TOWNSHIP_OFFICER)


def _directory() -> Directory:
    return directory.read(viewer(), request.args, clock.today())


@bp.get("/people/")
@readers
def index() -> ResponseReturnValue:
    """List the deputies of a congress in a term, as the asker may see them."""
    shown = _directory()
    sort = requested_sort(directory.COLUMNS, "delegation")
    query = ordered(directory.seats(shown), directory.COLUMNS, sort, *directory.TIES)
    page = paginate(query, size=MOST_ON_ONE_PAGE if request.args.get("all") else PAGE_SIZE)
    return render_template(
        "people/index.html",
        shown=shown,
        asked=shown.asked,
        sort=sort,
        page=page,
        rows=directory.rows(shown, page.items),
        figures=directory.figures(shown),
        ethnicities=[(name, name) for name in directory.ethnicities(shown)],
        sexes=[(sex.value, label(sex)) for sex in Sex],
        planner=shown.viewer.role is Role.PLANNER,
        export_url=address(endpoint="people.export"),
        all_url=address(all=1, page=None),
    )


@bp.get("/people/export.xlsx")
@readers
def export() -> ResponseReturnValue:
    """Give the list, as it is filtered and sorted, as a workbook."""
    shown = _directory()
    sort = requested_sort(directory.COLUMNS, "delegation")
    query = ordered(directory.seats(shown), directory.COLUMNS, sort, *directory.TIES)
    rows = directory.rows(shown, db.session.scalars(query).all())
    term = shown.term
    title = f"{term.congress.name} {term.name}" if term else _("Deputies")
    return download(title, _header(), map(_line, rows))


def _header() -> list[str]:
    return [
        _("Name"),
        _("Delegation"),
        _("Sex"),
        _("Ethnicity"),
        _("Born"),
        _("Party"),
        _("Education"),
        _("Occupation"),
        _("Work unit and post"),
        _("Electoral district"),
        _("Deputy certificate number"),
        _("How elected"),
        _("Elected on"),
        _("Newly elected"),
        _("Fixed income"),
        _("Mobile phone"),
        _("Status"),
    ]


def _line(row: Row) -> list[Cell]:
    person, seat = row.person, row.seat
    return [
        person.name,
        seat.delegation.name,
        label(person.sex),
        person.ethnicity,
        person.birth,
        person.party,
        person.education,
        person.occupation,
        person.post,
        seat.district,
        seat.certificate,
        label(seat.election),
        seat.elected_on,
        _("Yes") if seat.newly_elected else _("No"),
        None if row.fixed is None else _("Yes") if row.fixed else _("No"),
        row.phone,
        label(row.state),
    ]


@bp.get("/people/<int:person_id>")
@readers
def person(person_id: int) -> ResponseReturnValue:
    """Show one person: facts, seats, incomes, the personal page."""
    asker, shown, today = viewer(), visible_person(person_id), clock.today()
    seats = queries.seats_of(asker, person_id)
    return render_template(
        "people/person.html",
        person=shown,
        seats=[(seat, directory.standing_of(seat, today)) for seat in seats],
        cared_for=bool(queries.looked_after_among(asker, [person_id], today)),
        planner=asker.role is Role.PLANNER,
        link=directory.link_of(shown),
        today=today,
    )


@dataclass(frozen=True)
class Difference:
    """What somebody else saved meanwhile against what was typed."""

    label: str
    theirs: str
    mine: str


def _word(field: Any, value: Any) -> str:
    if isinstance(field, SelectField):
        return label(value)
    return str(value or "")


def _differences(form: PersonForm, known: Person) -> list[Difference]:
    pairs = [(field, getattr(known, field.name)) for field in form if hasattr(known, field.name)]
    return [
        Difference(str(field.label.text), _word(field, theirs), _word(field, field.data))
        for field, theirs in pairs
        if field.name != "version" and (theirs or None) != (field.data or None)
    ]


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@access(Role.PLANNER)
def edit(person_id: int) -> ResponseReturnValue:
    """Correct what is known of a person."""
    known = visible_person(person_id)
    form, back = PersonForm(obj=known), url_for("people.person", person_id=person_id)
    if request.form.get("reload"):
        return redirect(url_for("people.edit", person_id=person_id), 303)
    if not form.validate_on_submit():
        page = render_template("people/edit.html", form=form, person=known, back=back)
        return page, 422 if form.errors else 200
    if form.data["version"] != known.version:
        return _conflict(form, known, back)
    service.update_person(known, form.facts, by=current_actor())
    flash(_("Saved."), "success")
    return redirect(back, 303)


def _conflict(form: PersonForm, known: Person, back: str) -> ResponseReturnValue:
    """Show what somebody else saved meanwhile; saving once more is on top of exactly that."""
    form.version.data = known.version
    change = queries.last_change(known.id)
    page = render_template(
        "people/edit.html",
        form=form,
        person=known,
        back=back,
        differences=_differences(form, known),
        changed_by=change.user_name if change else None,
        changed_at=f"{day(change.at, 'short')} {clock_time(change.at)}" if change else None,
    )
    return page, 409


@bp.route("/people/<int:person_id>/income", methods=["GET", "POST"])
@access(Role.PLANNER)
def income(person_id: int) -> ResponseReturnValue:
    """Record that a person has, or has no, fixed income from a day on."""
    known, form = visible_person(person_id), IncomeForm()
    if request.method == "GET":
        form.from_day.data = clock.today()
    if form.validate_on_submit():
        fixed, from_day = form.data["fixed"] == "yes", form.data["from_day"]
        try:
            service.record_income(known, from_day=from_day, fixed=fixed, by=current_actor())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("people.person", person_id=person_id), 303)
    page = render_template("people/income.html", form=form, person=known)
    return page, 422 if form.errors else 200
