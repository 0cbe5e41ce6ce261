"""Pages of venues with their rooms, and of lecturers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core.errors import DomainError
from trainer.core.forms import Form
from trainer.core.listing import ordered, paginate, requested_sort
from trainer.courses import forms, queries, resources
from trainer.courses.blueprint import bp, present_viewer
from trainer.courses.models import Lecturer, Venue
from trainer.courses.resources import LecturerFacts, RoomFacts, VenueFacts
from trainer.courses.rules import Rank

VENUE_COLUMNS = {"name": Venue.name, "address": Venue.address}
LECTURER_COLUMNS = {"name": Lecturer.name, "unit": Lecturer.unit}


def _saved(form: Form, verb: Callable[[], object]) -> bool:
    """Run *verb* on a valid *form*; when it is refused, the form says why."""
    if not form.validate_on_submit():
        return False
    try:
        verb()
    except DomainError as error:
        form.refuse(error)
        return False
    flash(_("Saved."), "success")
    return True


def _page(template: str, form: Form, **values: Any) -> ResponseReturnValue:
    page = render_template(f"courses/{template}", form=form, **values)
    return page, 422 if form.errors else 200


def _to(endpoint: str, **values: Any) -> ResponseReturnValue:
    return redirect(url_for(f"courses.{endpoint}", **values), 303)


def _own_congress() -> int:
    """Return the congress of the planner; 404 for an account without one."""
    return present_viewer().congress_id or abort(404)


@bp.get("/venues")
@access(Role.PLANNER, Role.AUDITOR)
def venues() -> ResponseReturnValue:
    """List the venues with their rooms."""
    sort, text = requested_sort(VENUE_COLUMNS, "name"), request.args.get("q", "").strip()
    found = queries.venues(present_viewer())
    if text:
        found = found.where(Venue.name.contains(text) | Venue.address.contains(text))
    page = paginate(ordered(found, VENUE_COLUMNS, sort, Venue.id))
    return render_template("courses/venues.html", page=page, sort=sort, text=text)


def _venue_facts(form: forms.VenueForm) -> VenueFacts:
    latitude, longitude = form.data["latitude"], form.data["longitude"]
    return VenueFacts(
        **forms.texts(form, "name", "address"),
        latitude=None if latitude is None else float(latitude),
        longitude=None if longitude is None else float(longitude),
    )


@bp.route("/venues/new", methods=["GET", "POST"])
@access(Role.PLANNER)
def new_venue() -> ResponseReturnValue:
    """Enter a venue."""
    form = forms.VenueForm()

    def create() -> object:
        facts = _venue_facts(form)
        return resources.create_venue(facts=facts, congress_id=_own_congress(), by=current_actor())

    return _to("venues") if _saved(form, create) else _page("venue_new.html", form)


@bp.route("/venues/<int:venue_id>", methods=["GET", "POST"])
@access(Role.PLANNER)
def venue(venue_id: int) -> ResponseReturnValue:
    """Change a venue."""
    row = queries.venue_for(present_viewer(), venue_id)
    form = forms.VenueForm(obj=row)

    def edit() -> None:
        resources.edit_venue(row, facts=_venue_facts(form), by=current_actor())

    return _to("venues") if _saved(form, edit) else _page("venue.html", form, venue=row)


@bp.post("/venues/<int:venue_id>/delete")
@access(Role.PLANNER)
def delete_venue(venue_id: int) -> ResponseReturnValue:
    """Delete a venue that was never used."""
    resources.delete_venue(queries.venue_for(present_viewer(), venue_id), by=current_actor())
    flash(_("The venue is deleted."), "success")
    return _to("venues")


@bp.route("/venues/<int:venue_id>/rooms/new", methods=["GET", "POST"])
@access(Role.PLANNER)
def new_room(venue_id: int) -> ResponseReturnValue:
    """Enter a room of a venue."""
    row = queries.venue_for(present_viewer(), venue_id)
    form = forms.RoomForm()

    def create() -> object:
        facts = RoomFacts(form.data["name"], form.data["seats"])
        return resources.create_room(row, facts=facts, by=current_actor())

    if _saved(form, create):
        return _to("venue", venue_id=venue_id)
    return _page("room_new.html", form, venue=row)


@bp.route("/rooms/<int:room_id>", methods=["GET", "POST"])
@access(Role.PLANNER)
def room(room_id: int) -> ResponseReturnValue:
    """Change a room."""
    row = queries.room_for(present_viewer(), room_id)
    form = forms.RoomForm(obj=row)

    def edit() -> None:
        facts = RoomFacts(form.data["name"], form.data["seats"])
        resources.edit_room(row, facts=facts, by=current_actor())

    if _saved(form, edit):
        return _to("venue", venue_id=row.venue_id)
    return _page("room.html", form, room=row)


@bp.post("/rooms/<int:room_id>/delete")
@access(Role.PLANNER)
def delete_room(room_id: int) -> ResponseReturnValue:
    """Delete a room that was never used."""
    row = queries.room_for(present_viewer(), room_id)
    resources.delete_room(row, by=current_actor())
    flash(_("The room is deleted."), "success")
    return _to("venue", venue_id=row.venue_id)


@bp.get("/lecturers")
@access(Role.PLANNER, Role.AUDITOR)
def lecturers() -> ResponseReturnValue:
    """List the lecturers."""
    sort, text = requested_sort(LECTURER_COLUMNS, "name"), request.args.get("q", "").strip()
    found = queries.lecturers(present_viewer())
    if text:
        found = found.where(Lecturer.name.contains(text) | Lecturer.unit.contains(text))
    page = paginate(ordered(found, LECTURER_COLUMNS, sort, Lecturer.id))
    return render_template("courses/lecturers.html", page=page, sort=sort, text=text)


def _lecturer_facts(form: forms.LecturerForm) -> LecturerFacts:
    return LecturerFacts(form.data["name"], form.data["unit"] or "", form.data["rank"])


@bp.route("/lecturers/new", methods=["GET", "POST"])
@access(Role.PLANNER)
def new_lecturer() -> ResponseReturnValue:
    """Enter a lecturer."""
    form = forms.LecturerForm(data={"rank": Rank.OTHER})

    def create() -> object:
        return resources.create_lecturer(
            facts=_lecturer_facts(form), congress_id=_own_congress(), by=current_actor()
        )

    return _to("lecturers") if _saved(form, create) else _page("lecturer_new.html", form)


@bp.route("/lecturers/<int:lecturer_id>", methods=["GET", "POST"])
@access(Role.PLANNER)
def lecturer(lecturer_id: int) -> ResponseReturnValue:
    """Change a lecturer."""
    row = queries.lecturer_for(present_viewer(), lecturer_id)
    form = forms.LecturerForm(obj=row)

    def edit() -> None:
        resources.edit_lecturer(row, facts=_lecturer_facts(form), by=current_actor())

    if _saved(form, edit):
        return _to("lecturers")
    return _page("lecturer.html", form, lecturer=row)


@bp.post("/lecturers/<int:lecturer_id>/delete")
@access(Role.PLANNER)
def delete_lecturer(lecturer_id: int) -> ResponseReturnValue:
    """Delete a lecturer who never taught."""
    row = queries.lecturer_for(present_viewer(), lecturer_id)
    resources.delete_lecturer(row, by=current_actor())
    flash(_("The lecturer is deleted."), "success")
    return _to("lecturers")
