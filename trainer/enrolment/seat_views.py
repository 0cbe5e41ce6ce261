"""The page on which the seats of a class are shared out among the delegations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core.errors import DomainError
from trainer.courses.models import TrainingClass
from trainer.courses.queries import class_to_change
from trainer.enrolment import queries, service
from trainer.enrolment.blueprint import bp, present
from trainer.enrolment.forms import QuotaForm, quota_form
from trainer.enrolment.queries import Entitled
from trainer.enrolment.rules import fingerprint
from trainer.enrolment.shares import Share, by_share
from trainer.people.queries import viewer_of


def _suggested(
    training_class: TrainingClass, lines: Sequence[Entitled], group: str | None
) -> dict[int, Share]:
    """Return the shares of the group asked for in the places that the other group leaves."""
    if group not in ("own", "below"):
        return {}
    inside = [line for line in lines if line.own is (group == "own")]
    given = sum(line.seats for line in lines if line not in inside)
    places = max(0, training_class.capacity - given)
    deputies, taken = [line.deputies for line in inside], [line.taken for line in inside]
    shares = by_share(places, deputies, taken)
    return {line.delegation.id: share for line, share in zip(inside, shares, strict=True)}


def _seats_page(
    training_class: TrainingClass,
    lines: Sequence[Entitled],
    form: QuotaForm,
    *,
    shares: Mapping[int, Share] | None = None,
    differences: Sequence[Mapping[str, object]] = (),
) -> str:
    return render_template(
        "enrolment/seats.html",
        training_class=training_class,
        form=form,
        own=[line for line in lines if line.own],
        below=[line for line in lines if not line.own],
        shares=shares or {},
        differences=differences,
        total=sum(form.seats().values()),
    )


@bp.get("/participants/seats")
@access(Role.PLANNER)
def seats(class_id: int) -> ResponseReturnValue:
    """Show the seats per delegation to fill in, on request with a suggestion and its steps."""
    _viewer, training_class = present(class_id)
    lines = queries.entitled(training_class)
    shares = _suggested(training_class, lines, request.args.get("suggest"))
    form = quota_form(lines, {number: share.seats for number, share in shares.items()})
    form.version.data = fingerprint({line.delegation.id: line.seats for line in lines})
    return _seats_page(training_class, lines, form, shares=shares)


@bp.post("/participants/seats")
@access(Role.PLANNER)
def save_seats(class_id: int) -> ResponseReturnValue:
    """Save the seats per delegation, unless somebody else has changed them meanwhile."""
    training_class = class_to_change(viewer_of(current_user), class_id, lock=True)
    lines = queries.entitled(training_class)
    form = quota_form(lines, {})
    if request.form.get("reload"):
        return redirect(url_for(".seats", class_id=class_id), 303)
    if not form.validate_on_submit():
        return _seats_page(training_class, lines, form), 422
    differences = _differences(lines, form)
    if differences and not request.form.get("force"):
        return _seats_page(training_class, lines, form, differences=differences), 409
    try:
        service.set_quotas(training_class, form.seats(), by=current_actor())
    except DomainError as error:
        form.refuse(error)
        return _seats_page(training_class, lines, form), error.status
    flash(_("The seats are saved."), "success")
    return redirect(url_for(".participants", class_id=class_id), 303)


def _differences(lines: Sequence[Entitled], form: QuotaForm) -> list[dict[str, object]]:
    """Return where somebody else's save differs from what was typed, none if nobody saved."""
    stored = {line.delegation.id: line.seats for line in lines}
    if form.version.data == fingerprint(stored):
        return []
    form.version.data = fingerprint(stored)
    typed = form.seats()
    return [
        {"label": line.delegation.name, "theirs": str(line.seats), "mine": str(typed[number])}
        for number, line in ((line.delegation.id, line) for line in lines)
        if typed[number] != line.seats
    ]
