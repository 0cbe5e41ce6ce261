"""The page of one enrolment: its history, and how the deputy leaves or is replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.courses.models import TrainingClass
from trainer.enrolment import pages, queries, service
from trainer.enrolment.blueprint import NOMINATORS, READERS, bp, present
from trainer.enrolment.forms import ReasonForm, ReplaceForm
from trainer.enrolment.models import Enrolment
from trainer.people.queries import Viewer


@dataclass(frozen=True)
class _Opened:
    """An enrolment that the viewer may see, on a class that they may see."""

    viewer: Viewer
    training_class: TrainingClass
    row: Enrolment

    def page(self, typed: Mapping[str, ReasonForm], errors: Sequence[str] = ()) -> str:
        """Return the page; *typed* are the forms sent, shown open with what was typed."""
        actions = pages.actions(self.viewer, self.training_class, self.row, clock.today())
        forms: dict[str, ReasonForm] = {
            "declined": ReasonForm(formdata=None, prefix="d-"),
            "withdrawn": ReasonForm(formdata=None, prefix="w-"),
        }
        if "replaced" in actions:
            forms["replaced"] = self.replacing(formdata=None)
        return render_template(
            "enrolment/enrolment.html",
            training_class=self.training_class,
            row=self.row,
            history=queries.history(self.row),
            actions=actions,
            forms_of={**forms, **typed},
            opened=set(typed),
            errors=errors,
            phones=self.viewer.may_see_phones,
        )

    def replacing(self, **values: object) -> ReplaceForm:
        """Return the form that offers the delegation's deputies."""
        form = ReplaceForm(prefix="r-", **values)
        form.offer(queries.candidates(self.viewer, self.training_class, self.row.delegation_id))
        return form


def _open(class_id: int, enrolment_id: int) -> _Opened:
    viewer, training_class = present(class_id)
    query = queries.enrolments(viewer, training_class).where(Enrolment.id == enrolment_id)
    return _Opened(viewer, training_class, db.one_or_404(query))


@bp.get("/participants/<int:enrolment_id>")
@access(*READERS)
def enrolment(class_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Show a deputy's enrolment with its history and what may be done."""
    return _open(class_id, enrolment_id).page({})


def _do(
    opened: _Opened, action: str, form: ReasonForm, act: Callable[[], str]
) -> ResponseReturnValue:
    """Do *act*, which gives the sentence of success, if *form* is well filled in."""
    number, row_id = opened.training_class.id, opened.row.id
    if not form.validate_on_submit():
        return opened.page({action: form}), 422
    try:
        flash(act(), "success")
    except Refused as error:
        page = _open(number, row_id).page({action: form}, pages.sentences(error))
        return page, error.status
    return redirect(url_for(".participants", class_id=number), 303)


@bp.post("/participants/<int:enrolment_id>/decline")
@access(Role.PLANNER)
def decline(class_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Take a deputy off the class who cannot or may not come."""
    opened, form = _open(class_id, enrolment_id), ReasonForm(prefix="d-")

    def act() -> str:
        service.decline(opened.row, reason=form.data["reason"], by=current_actor())
        return str(_("%(name)s is declined.", name=opened.row.name))

    return _do(opened, "declined", form, act)


@bp.post("/participants/<int:enrolment_id>/withdraw")
@access(*NOMINATORS)
def withdraw(class_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Take a nomination back."""
    opened, form = _open(class_id, enrolment_id), ReasonForm(prefix="w-")

    def act() -> str:
        service.withdraw(opened.row, reason=form.data["reason"], by=current_actor())
        return str(_("%(name)s is withdrawn.", name=opened.row.name))

    return _do(opened, "withdrawn", form, act)


@bp.post("/participants/<int:enrolment_id>/replace")
@access(*NOMINATORS)
def replace(class_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Give the place to another deputy of the delegation."""
    opened = _open(class_id, enrolment_id)
    form, old = opened.replacing(), opened.row.person.name

    def act() -> str:
        seat = queries.seats(opened.viewer, [form.data["seat"]])[0]
        reason = form.data["reason"]
        new = service.replace(opened.row, seat, reason=reason, by=current_actor())
        return str(_("%(new)s comes instead of %(old)s.", new=new.name, old=old))

    return _do(opened, "replaced", form, act)
