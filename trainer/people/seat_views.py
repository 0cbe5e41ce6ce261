"""Pages of seats: a new deputy, a further seat, end, suspension and restoring."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.errors import Invalid
from trainer.people import directory, queries, service
from trainer.people.blueprint import bp, found, viewer, visible_person, visible_seat
from trainer.people.directory import Directory
from trainer.people.forms import DeputyForm, EndForm, RestoreForm, SeatForm, SuspendForm
from trainer.people.models import Delegation, Person, Seat


def _chosen() -> Directory:
    return directory.read(viewer(), request.args, clock.today())


def _offer(form: SeatForm, chosen: Directory) -> None:
    """Let *form* choose among the delegations of the chosen term."""
    form.delegation.choices = [
        ("", _("Choose…")),
        *((str(each.id), each.name) for each in chosen.delegations),
    ]
    if request.method == "GET" and chosen.term is not None:
        form.delegation.data = str(chosen.asked.delegation_id or "")
        form.elected_on.data = min(chosen.term.first_day, clock.today())


def _seat(form: SeatForm, chosen: Directory, person: Person) -> Seat:
    """Give *person* the seat typed; raises Invalid."""
    delegations: Sequence[Delegation] = chosen.delegations
    delegation = next(each for each in delegations if str(each.id) == form.data["delegation"])
    term = found(chosen.term)
    return service.add_seat(person, delegation, term, form.mandate, by=current_actor())


def _new_deputy(form: DeputyForm, chosen: Directory) -> Person:
    """Add the person typed with seat and income; raises Invalid."""
    by = current_actor()
    person = service.create_person(form.facts, another=form.data["another"], by=by)
    seat = _seat(form, chosen, person)
    if form.fixed_income is not None:
        from_day = min(seat.elected_on, clock.today())
        service.record_income(person, from_day=from_day, fixed=form.fixed_income, by=by)
    return person


def _visible(persons: Sequence[Person], chosen: Directory) -> list[Person]:
    """Return those of *persons* that the asker may see."""
    seen = (queries.person(chosen.viewer, person.id) for person in persons)
    return [person for person in seen if person is not None]


@bp.route("/people/new", methods=["GET", "POST"])
@access(Role.PLANNER)
def new() -> ResponseReturnValue:
    """Add a deputy by hand: the person and the seat."""
    chosen, form = _chosen(), DeputyForm()
    _offer(form, chosen)
    if form.validate_on_submit():
        try:
            person = _new_deputy(form, chosen)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("%(name)s is on the list now.", name=person.name), "success")
            return redirect(url_for("people.person", person_id=person.id), 303)
    twins = _visible(service.twins(form.facts), chosen) if form.another.errors else []
    page = render_template("people/new.html", form=form, chosen=chosen, twins=twins)
    return page, 422 if form.errors else 200


@bp.route("/people/<int:person_id>/seats/new", methods=["GET", "POST"])
@access(Role.PLANNER)
def add_seat(person_id: int) -> ResponseReturnValue:
    """Give a person a further seat."""
    person, chosen, form = visible_person(person_id), _chosen(), SeatForm()
    _offer(form, chosen)
    if form.validate_on_submit():
        try:
            _seat(form, chosen, person)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("The seat is added."), "success")
            return redirect(url_for("people.person", person_id=person_id), 303)
    page = render_template("people/add_seat.html", form=form, chosen=chosen, person=person)
    return page, 422 if form.errors else 200


@bp.route("/people/seats/<int:seat_id>/end", methods=["GET", "POST"])
@access(Role.PLANNER)
def end_seat(seat_id: int) -> ResponseReturnValue:
    """End a seat with its day and reason."""
    seat, form = visible_seat(seat_id, lock=request.method == "POST"), EndForm()
    if form.validate_on_submit():
        try:
            service.end_seat(
                seat, ended_on=form.data["ended_on"], reason=form.data["reason"], by=current_actor()
            )
        except Invalid as error:
            form.refuse(error)
        else:
            undo = {
                "text": _("The seat of %(name)s has ended.", name=seat.person.name),
                "undo_url": url_for("people.reopen_seat", seat_id=seat_id),
            }
            flash(undo, "success")  # type: ignore[arg-type]
            return redirect(url_for("people.person", person_id=seat.person_id), 303)
    return _seat_page("end_seat", form, seat)


def _seat_page(what: str, form: EndForm | SuspendForm | RestoreForm, seat: Seat) -> tuple[str, int]:
    page = render_template(f"people/{what}.html", form=form, seat=seat, person=seat.person)
    return page, 422 if form.errors else 200


@bp.post("/people/seats/<int:seat_id>/reopen")
@access(Role.PLANNER)
def reopen_seat(seat_id: int) -> ResponseReturnValue:
    """Take back the end of a seat."""
    seat = visible_seat(seat_id, lock=True)
    service.reopen_seat(seat, by=current_actor())
    flash(_("The seat goes on as before."), "success")
    return redirect(url_for("people.person", person_id=seat.person_id), 303)


@bp.route("/people/seats/<int:seat_id>/suspend", methods=["GET", "POST"])
@access(Role.PLANNER)
def suspend_seat(seat_id: int) -> ResponseReturnValue:
    """Suspend a seat from a day on."""
    seat, form = visible_seat(seat_id, lock=request.method == "POST"), SuspendForm()
    if form.validate_on_submit():
        try:
            service.suspend_seat(seat, from_day=form.data["from_day"], by=current_actor())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("The seat of %(name)s is suspended.", name=seat.person.name), "success")
            return redirect(url_for("people.person", person_id=seat.person_id), 303)
    return _seat_page("suspend_seat", form, seat)


@bp.route("/people/seats/<int:seat_id>/restore", methods=["GET", "POST"])
@access(Role.PLANNER)
def restore_seat(seat_id: int) -> ResponseReturnValue:
    """End the suspension of a seat."""
    seat, form = visible_seat(seat_id, lock=request.method == "POST"), RestoreForm()
    if form.validate_on_submit():
        try:
            service.restore_seat(seat, restored_on=form.data["restored_on"], by=current_actor())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("%(name)s is in office again.", name=seat.person.name), "success")
            return redirect(url_for("people.person", person_id=seat.person_id), 303)
    return _seat_page("restore_seat", form, seat)
