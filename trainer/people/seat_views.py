"""Pages of seats: a new deputy, a further seat, and every step in the life of a seat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.errors import DomainError, Invalid
from trainer.core.text import noop
from trainer.people import directory, mandates, queries, service
from trainer.people.blueprint import bp, found, viewer, visible_person, visible_seat
from trainer.people.directory import Directory
from trainer.people.forms import (
    DeputyForm,
    DocumentForm,
    EndForm,
    MoveForm,
    RestoreForm,
    SeatForm,
    StepForm,
    SuspendForm,
    TakeBackForm,
)
from trainer.people.models import Delegation, Person, Seat, SeatStep, Term
from trainer.people.rules import Level

AnyStep = TypeVar("AnyStep", bound=StepForm)


def usual_body(term: Term) -> str:
    """Return the body that usually announces changes of a congress's seats."""
    at_home = term.congress.level is Level.TOWNSHIP
    return term.congress_name + ("主席团" if at_home else "常务委员会")


def _chosen() -> Directory:
    return directory.read(viewer(), request.args, clock.today())


def _offer(form: SeatForm, chosen: Directory) -> None:
    """Let *form* choose among the delegations of the chosen term."""
    form.delegation.choices = [
        ("", _("Choose…")),
        *((str(each.id), each.name) for each in chosen.delegations),
    ]
    if chosen.term is None:
        return
    if mandates.previous_deputies(chosen.term) is not None:
        del form.newly_elected  # the program knows
    if request.method == "GET":
        form.delegation.data = str(chosen.asked.delegation_id or "")
        form.elected_on.data = min(chosen.term.first_day, clock.today())


def _seat(form: SeatForm, chosen: Directory, person: Person) -> Seat:
    """Give *person* the seat typed; raises Invalid."""
    delegations: Sequence[Delegation] = chosen.delegations
    delegation = next(each for each in delegations if str(each.id) == form.data["delegation"])
    term = found(chosen.term)
    by = current_actor()
    return mandates.add_seat(person, delegation, term, form.mandate, notice=form.notice, by=by)


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


def _step(
    seat_id: int, form: AnyStep, what: str, act: Callable[[Seat, AnyStep], SeatStep], done: str
) -> ResponseReturnValue:
    """Show or take in the form of one step; *done* is said with the name, and can be undone."""
    seat = visible_seat(seat_id, lock=request.method == "POST")
    if isinstance(form, MoveForm):
        form.delegation.choices = _other_delegations(seat)
    if request.method == "GET":
        form.body.data = usual_body(seat.delegation.term)
    if form.validate_on_submit():
        try:
            step = act(seat, form)
        except Invalid as error:
            form.refuse(error)
        else:
            undo = {
                "text": _(done, name=seat.person.name),
                "undo_url": url_for("people.take_back", step_id=step.id),
            }
            flash(undo, "success")  # type: ignore[arg-type]
            return redirect(url_for("people.person", person_id=seat.person_id), 303)
    page = render_template(f"people/{what}.html", form=form, seat=seat, person=seat.person)
    return page, 422 if form.errors else 200


def _other_delegations(seat: Seat) -> list[tuple[str, str]]:
    others = queries.delegations(viewer(), seat.delegation.term_id)
    lines = [(str(each.id), each.name) for each in others if each.id != seat.delegation_id]
    return [("", _("Choose…")), *lines]


@bp.route("/people/seats/<int:seat_id>/end", methods=["GET", "POST"])
@access(Role.PLANNER)
def end_seat(seat_id: int) -> ResponseReturnValue:
    """End a seat with its day and reason."""

    def act(seat: Seat, form: EndForm) -> SeatStep:
        day, reason = form.data["ended_on"], form.data["reason"]
        by = current_actor()
        return mandates.end_seat(seat, ended_on=day, reason=reason, notice=form.notice, by=by)

    done = noop("The seat of %(name)s has ended.")
    return _step(seat_id, EndForm(), "end_seat", act, done)


@bp.route("/people/seats/<int:seat_id>/suspend", methods=["GET", "POST"])
@access(Role.PLANNER)
def suspend_seat(seat_id: int) -> ResponseReturnValue:
    """Suspend a seat from a day on."""

    def act(seat: Seat, form: SuspendForm) -> SeatStep:
        day = form.data["from_day"]
        return mandates.suspend_seat(seat, from_day=day, notice=form.notice, by=current_actor())

    done = noop("The seat of %(name)s is suspended.")
    return _step(seat_id, SuspendForm(), "suspend_seat", act, done)


@bp.route("/people/seats/<int:seat_id>/restore", methods=["GET", "POST"])
@access(Role.PLANNER)
def restore_seat(seat_id: int) -> ResponseReturnValue:
    """End the suspension of a seat."""

    def act(seat: Seat, form: RestoreForm) -> SeatStep:
        day = form.data["restored_on"]
        return mandates.restore_seat(seat, restored_on=day, notice=form.notice, by=current_actor())

    done = noop("%(name)s is in office again.")
    return _step(seat_id, RestoreForm(), "restore_seat", act, done)


@bp.route("/people/seats/<int:seat_id>/move", methods=["GET", "POST"])
@access(Role.PLANNER)
def move_seat(seat_id: int) -> ResponseReturnValue:
    """Move a seat to another delegation of its term."""

    def act(seat: Seat, form: MoveForm) -> SeatStep:
        to = found(queries.delegation(viewer(), int(form.data["delegation"])))
        day = form.data["day"]
        return mandates.move_seat(seat, to, day=day, notice=form.notice, by=current_actor())

    done = noop("%(name)s sits in the new delegation now.")
    return _step(seat_id, MoveForm(), "move_seat", act, done)


@bp.post("/people/steps/<int:step_id>/take-back")
@access(Role.PLANNER)
def take_back(step_id: int) -> ResponseReturnValue:
    """Take back the newest step of a seat, recorded by mistake."""
    step, form = found(queries.step(viewer(), step_id)), TakeBackForm()
    seat = visible_seat(step.seat_id, lock=True)
    note = form.data["note"] if form.validate() else None
    mandates.take_back(seat, step_id, note=note, by=current_actor())
    flash(_("Taken back; the seat is as it was before."), "success")
    return redirect(url_for("people.person", person_id=seat.person_id), 303)


@bp.route("/people/steps/<int:step_id>/document", methods=["GET", "POST"])
@access(Role.PLANNER)
def add_document(step_id: int) -> ResponseReturnValue:
    """Add the document number of an announcement that came later."""
    step, form = found(queries.step(viewer(), step_id)), DocumentForm()
    person = step.seat.person
    if form.validate_on_submit():
        try:
            mandates.add_document(step, document=form.data["document"], by=current_actor())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("people.person", person_id=person.id), 303)
    page = render_template("people/step_document.html", form=form, step=step, person=person)
    return page, 422 if form.errors or form.form_errors else 200
