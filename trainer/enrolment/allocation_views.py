"""Pages of the allocation to runs: demands, reckoning, result, carrying out and undoing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.core.errors import DomainError
from trainer.core.forms import Form, WholeNumberField, choices
from trainer.core.language import label
from trainer.core.spreadsheet import download
from trainer.core.text import noop
from trainer.courses.models import TrainingClass
from trainer.enrolment import allocating, allocation_data
from trainer.enrolment.allocation import Level, Trait
from trainer.enrolment.allocation_data import Situation
from trainer.enrolment.allocation_models import Allocation, AllocationRule
from trainer.enrolment.blueprint import bp, present
from trainer.enrolment.rules import RuleKind
from trainer.people.models import Person, Seat

SECONDS = 60  # as long as an allocation is searched for


class RuleForm(Form):
    """A demand or wish for the runs."""

    kind = SelectField(_l("What"), choices=choices(RuleKind))
    names = TextAreaField(
        _l("Deputies"),
        [Optional(), Length(max=2000)],
        description=_l("Separate names by commas. For namesakes: name@delegation."),
    )
    run = SelectField(_l("Run"), coerce=str, validate_choice=False)
    trait = SelectField(_l("Of whom"), choices=choices(Trait, empty="—"), validate_choice=False)
    number = WholeNumberField(_l("At least"), [Optional(), NumberRange(1, 999)])
    note = StringField(_l("Note"), [Optional(), Length(max=200)])


def _runs_page(class_id: int) -> tuple[TrainingClass, int]:
    _viewer, training_class = present(class_id)
    if training_class.planned_class_id is None:
        abort(404)
    return training_class, training_class.planned_class_id


def _form(situation: Situation, **values: Any) -> RuleForm:
    form = RuleForm(**values)
    form.run.choices = [("", "—"), *((str(k), name) for k, name in situation.run_names.items())]
    return form


def _page(class_id: int, form: RuleForm | None = None) -> str:
    training_class, planned_id = _runs_page(class_id)
    situation = allocation_data.read(planned_id)
    found = allocation_data.latest(planned_id)
    busy = next((row for row in found if row.state.busy), None)
    return render_template(
        "enrolment/allocation.html",
        training_class=training_class,
        situation=situation,
        form=form or _form(situation, formdata=None),
        found=found,
        busy=busy,
        progress=allocating.progress_of(busy) if busy else None,
    )


@bp.get("/allocation")
@access(Role.PLANNER, Role.AUDITOR)
def allocation(class_id: int) -> ResponseReturnValue:
    """Show the runs, the demands and wishes, and what was reckoned."""
    return _page(class_id)


@bp.post("/allocation/demands")
@access(Role.PLANNER)
def add_demand(class_id: int) -> ResponseReturnValue:
    """Add a demand or wish."""
    _class, planned_id = _runs_page(class_id)
    situation = allocation_data.read(planned_id)
    form = _form(situation)
    if not form.validate_on_submit():
        return _page(class_id, form), 422
    people, unknown = allocation_data.people_named(situation, form.names.data or "")
    if unknown:
        text = _("Not found, or several of that name: %(names)s", names=_(", ").join(unknown))
        form.names.errors = [text]
        return _page(class_id, form), 422
    try:
        _add(planned_id, situation, form, people)
    except DomainError as error:
        form.refuse(error)
        return _page(class_id, form), error.status
    flash(_("Added. Reckon again to see what follows from it."), "success")
    return redirect(url_for(".allocation", class_id=class_id), 303)


def _add(planned_id: int, situation: Situation, form: RuleForm, people: list[Person]) -> None:
    traits = {trait.value: trait for trait in Trait}
    allocating.add_rule(
        planned_id,
        kind=RuleKind(form.kind.data),
        people=people,
        run=next((run for run in situation.runs if str(run.id) == form.run.data), None),
        trait=traits.get(form.trait.data),
        number=form.number.data,
        note=form.note.data or "",
        by=current_actor(),
    )


@bp.post("/allocation/demands/<int:rule_id>/remove")
@access(Role.PLANNER)
def remove_demand(class_id: int, rule_id: int) -> ResponseReturnValue:
    """Drop a demand or wish."""
    _class, planned_id = _runs_page(class_id)
    allocating.remove_rule(_rule(planned_id, rule_id), by=current_actor())
    flash(_("Removed."), "success")
    return redirect(url_for(".allocation", class_id=class_id), 303)


def _rule(planned_id: int, rule_id: int) -> AllocationRule:
    row = db.session.get(AllocationRule, rule_id)
    if row is None or row.planned_class_id != planned_id:
        abort(404)
    return row


@bp.post("/allocation/reckon")
@access(Role.PLANNER)
def reckon(class_id: int) -> ResponseReturnValue:
    """Ask for an allocation."""
    _class, planned_id = _runs_page(class_id)
    row = allocating.ask(planned_id, seconds=SECONDS, by=current_actor())
    return redirect(url_for(".result", class_id=class_id, allocation_id=row.id), 303)


def _row(class_id: int, allocation_id: int) -> tuple[TrainingClass, Allocation]:
    training_class, planned_id = _runs_page(class_id)
    row = db.session.get(Allocation, allocation_id)
    if row is None or row.planned_class_id != planned_id:
        abort(404)
    return training_class, row


@dataclass(frozen=True)
class Line:
    """What the result decides about one deputy, and why; the runs are called by name."""

    seat: Seat
    run: int | None
    goes: str
    was: str
    reasons: list[str]

    @property
    def moved(self) -> bool:
        """Whether that changes anything."""
        return self.goes != self.was


def _lines(row: Allocation, situation: Situation) -> list[Line]:
    """Return a line a deputy, by delegation and run."""
    names = situation.run_names
    order = {run: number for number, run in enumerate(situation.run_names)}
    lines = []
    for key, seat in situation.seats.items():
        run = row.chosen.get(str(key))
        reasons = [_(text, **values) for text, values in row.reasons.get(str(key), [])]
        was = names.get(row.had.get(str(key), 0), "")
        lines.append(Line(seat, run, names.get(run or 0, ""), was, reasons))

    def place(line: Line) -> tuple[int, int, str]:
        return (
            line.seat.delegation.position,
            order.get(line.run or 0, 99),
            line.seat.person.sort_name,
        )

    return sorted(lines, key=place)


def _wanted(lines: list[Line]) -> list[Line]:
    text, show = request.args.get("q", "").strip(), request.args.get("show", "")
    kept = {
        "moved": [line for line in lines if line.moved],
        "goes": [line for line in lines if line.run],
        "stays": [line for line in lines if not line.run],
    }.get(show, lines)
    return [
        line for line in kept if text in line.seat.person.name or text in line.seat.delegation.name
    ]


def _result_page(class_id: int, allocation_id: int, errors: list[str] | None = None) -> str:
    training_class, row = _row(class_id, allocation_id)
    situation = allocation_data.read(row.planned_class_id)
    lines = _lines(row, situation) if row.chosen else []
    return render_template(
        "enrolment/allocation_result.html",
        training_class=training_class,
        row=row,
        situation=situation,
        lines=_wanted(lines),
        moved=sum(line.moved for line in lines),
        levels=list(Level),
        conflict=[_(text, **values) for text, values in row.conflict],
        progress=allocating.progress_of(row) if row.state.busy else None,
        errors=errors or [],
    )


@bp.get("/allocation/<int:allocation_id>")
@access(Role.PLANNER, Role.AUDITOR)
def result(class_id: int, allocation_id: int) -> ResponseReturnValue:
    """Show how far the reckoning is, or its result with the reasons."""
    return _result_page(class_id, allocation_id)


@bp.get("/allocation/<int:allocation_id>.xlsx")
@access(Role.PLANNER, Role.AUDITOR)
def result_file(class_id: int, allocation_id: int) -> Response:
    """Give the result as it is shown, in Excel."""
    training_class, row = _row(class_id, allocation_id)
    lines = _wanted(_lines(row, allocation_data.read(row.planned_class_id)))
    header = [_("Delegation"), _("Name"), _("Sex"), _("Before"), _("Goes on"), _("Why")]
    table = [
        [
            line.seat.delegation.name,
            line.seat.person.name,
            label(line.seat.person.sex),
            line.was,
            line.goes or _("stays"),
            _("; ").join(line.reasons),
        ]
        for line in lines
    ]
    return download(_("Allocation of %(name)s", name=training_class.name), header, table)


def _act(class_id: int, allocation_id: int, verb: Any, sentence: str) -> ResponseReturnValue:
    _class, row = _row(class_id, allocation_id)
    try:
        done = verb(row, by=current_actor())
    except DomainError as error:
        text = _(error.message, **error.params)
        return _result_page(class_id, allocation_id, [text]), error.status
    flash(_(sentence, count=done), "success")
    return redirect(url_for(".result", class_id=class_id, allocation_id=allocation_id), 303)


@bp.post("/allocation/<int:allocation_id>/stop")
@access(Role.PLANNER)
def stop_reckoning(class_id: int, allocation_id: int) -> ResponseReturnValue:
    """End the search with the best so far."""
    return _act(class_id, allocation_id, allocating.stop, noop("The search is being stopped."))


@bp.post("/allocation/<int:allocation_id>/carry-out")
@access(Role.PLANNER)
def carry_out(class_id: int, allocation_id: int) -> ResponseReturnValue:
    """Put the result into the lists of the runs."""
    return _act(
        class_id, allocation_id, allocating.carry_out, noop("Carried out: %(count)s changes.")
    )


@bp.post("/allocation/<int:allocation_id>/undo")
@access(Role.PLANNER)
def undo(class_id: int, allocation_id: int) -> ResponseReturnValue:
    """Put the lists back as they were."""
    return _act(class_id, allocation_id, allocating.undo, noop("Undone: %(count)s changes."))


@bp.post("/allocation/<int:allocation_id>/pin")
@access(Role.PLANNER)
def pin(class_id: int, allocation_id: int) -> ResponseReturnValue:
    """Decide where a deputy goes; the next reckoning keeps to it."""
    _class, row = _row(class_id, allocation_id)
    situation = allocation_data.read(row.planned_class_id)
    seat = situation.seats.get(request.form.get("person", -1, type=int))
    wanted = request.form.get("run", type=int)
    run = next((each for each in situation.runs if each.id == wanted), None)
    if seat is None:
        abort(404)
    allocating.pin(row.planned_class_id, seat.person, run, by=current_actor())
    flash(
        _("Decided for %(name)s. Reckon again to see who moves.", name=seat.person.name), "success"
    )
    return redirect(url_for(".result", class_id=class_id, allocation_id=allocation_id), 303)
