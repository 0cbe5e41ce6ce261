"""What the pages of seats and participants show: ready-made values for the templates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import gettext as _

from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.errors import DomainError, Refused
from trainer.core.language import label
from trainer.core.spreadsheet import Cell
from trainer.courses.models import TrainingClass
from trainer.enrolment import queries, rules
from trainer.enrolment.models import Enrolment
from trainer.enrolment.queries import Candidate, QuotaLine
from trainer.enrolment.rules import ENROLMENT_STEPS, EnrolmentStatus, NotAll
from trainer.people.models import Delegation, Person, Seat
from trainer.people.queries import Viewer, search

FILTERS = ("q", "delegation", "state", "newness")
COLUMNS = {
    "delegation": Delegation.position,
    "name": Person.sort_name,
    "state": Enrolment.status,
    "changed": Enrolment.changed_at,
}
_OFFICER = {EnrolmentStatus.WITHDRAWN.value, EnrolmentStatus.REPLACED.value}
ACTIONS: dict[Role, set[str]] = {
    Role.PLANNER: {*_OFFICER, EnrolmentStatus.CONFIRMED.value, EnrolmentStatus.DECLINED.value},
    Role.TOWNSHIP_OFFICER: _OFFICER,
    Role.AUDITOR: set(),
}


@dataclass(frozen=True)
class Wanted:
    """What the list of participants is narrowed to; without *state* those on it and waiting."""

    text: str | None = None
    delegation_id: int | None = None
    state: str | None = None
    newness: str | None = None


def wanted() -> Wanted:
    """Return what the address narrows the list to."""
    return Wanted(
        text=request.args.get("q", "").strip() or None,
        delegation_id=request.args.get("delegation", type=int),
        state=request.args.get("state") or None,
        newness=request.args.get("newness") or None,
    )


def narrowed(viewer: Viewer, training_class: TrainingClass, asked: Wanted) -> sa.Select[Enrolment]:
    """Return the enrolments that the viewer may see and has *asked* for, not yet ordered."""
    query = queries.enrolments(viewer, training_class)
    if asked.text:
        query = query.where(search(asked.text, phones=viewer.may_see_phones))
    if asked.delegation_id is not None:
        query = query.where(Enrolment.delegation_id == asked.delegation_id)
    if asked.newness in ("new", "again"):
        query = query.where(Seat.newly_elected.is_(asked.newness == "new"))
    return query.where(_in_state(asked.state))


def _in_state(state: str | None) -> sa.ColumnElement[bool]:
    if state == "all":
        return sa.true()
    found = [status for status in EnrolmentStatus if status.value == state]
    return Enrolment.status.in_(found or [s for s in EnrolmentStatus if not s.ended])


@dataclass(frozen=True)
class Sums:
    """The seats of all the delegations shown, taken together."""

    seats: int
    taken: int
    new: int
    women: int
    minorities: int
    waiting: int

    @property
    def free(self) -> int:
        """Seats not yet taken."""
        return self.seats - self.taken


def sums(lines: Iterable[QuotaLine]) -> Sums:
    """Return the sums of *lines*."""
    names = ("seats", "taken", "new", "women", "minorities", "waiting")
    every = list(lines)
    return Sums(**{name: sum(getattr(line, name) for line in every) for name in names})


def closed(training_class: TrainingClass, role: Role, today: date) -> DomainError | None:
    """Return why *role* may not put people on the class today, None when they may."""
    try:
        rules.require_nominations_open(
            training_class.status_on(today), training_class.nominate_by, today, role=role
        )
    except Refused as refusal:
        return refusal
    return None


def actions(viewer: Viewer, training_class: TrainingClass, row: Enrolment, today: date) -> set[str]:
    """Return the states into which the viewer may bring the enrolment today."""
    allowed = {step.value for step in ENROLMENT_STEPS[row.status]} & ACTIONS[viewer.role]
    if closed(training_class, viewer.role, today) is not None:
        allowed -= {EnrolmentStatus.REPLACED.value}
    try:
        rules.require_withdrawals_open(training_class.status_on(today), role=viewer.role)
    except Refused:
        return set()
    return allowed


def may_move_up(training_class: TrainingClass, lines: Iterable[QuotaLine]) -> bool:
    """Tell whether somebody waits although a seat and a place are free for them."""
    return training_class.taken < training_class.capacity and any(
        line.waiting and line.free > 0 for line in lines
    )


def overview(viewer: Viewer, training_class: TrainingClass) -> dict[str, Any]:
    """Return what stands above the list of participants."""
    today = clock.today()
    lines = queries.quotas(viewer, training_class)
    refusal = closed(training_class, viewer.role, today)
    planner = viewer.role is Role.PLANNER
    return {
        "training_class": training_class,
        "status": training_class.status_on(today),
        "lines": lines,
        "sums": sums(lines),
        "states": queries.places(viewer, training_class),
        "closed": refusal,
        "planner": planner,
        "officer": viewer.role is Role.TOWNSHIP_OFFICER,
        "may_change": planner and training_class.status.editable,
        "may_add": viewer.role is not Role.AUDITOR and refusal is None,
        "may_move_up": planner and refusal is None and may_move_up(training_class, lines),
        "phones": viewer.may_see_phones,
    }


@dataclass(frozen=True)
class TickList:
    """A delegation's deputies to tick for a class."""

    line: QuotaLine
    candidates: Sequence[Candidate]
    ticked: Collection[int] = ()
    wait: bool = False

    @property
    def available(self) -> int:
        """How many may be ticked."""
        return sum(candidate.available for candidate in self.candidates)


def tick_list(
    viewer: Viewer,
    training_class: TrainingClass,
    line: QuotaLine,
    *,
    ticked: Collection[int] = (),
    wait: bool = False,
) -> TickList:
    """Return the deputies of a delegation to tick, those in *ticked* ticked already."""
    found = queries.candidates(viewer, training_class, line.delegation.id)
    return TickList(line, found, ticked, wait)


def sentences(error: DomainError) -> list[str]:
    """Return the sentences of a refusal, one for each thing that was refused."""
    each = error.refusals if isinstance(error, NotAll) else (error,)
    return list(dict.fromkeys(_(one.message, **one.params) for one in each))


def sheet_header(*, phones: bool) -> list[str]:
    """Return the head of the sign-up list (报名表)."""
    return [
        _("No."),
        _("Delegation"),
        _("Name"),
        _("Sex"),
        _("Ethnicity"),
        _("Post"),
        *([_("Phone")] if phones else []),
        _("Status"),
    ]


def sheet_line(number: int, row: Enrolment, *, phones: bool) -> list[Cell]:
    """Return an enrolment as a line of the sign-up list."""
    person = row.person
    return [
        number,
        row.delegation.name,
        person.name,
        label(person.sex),
        person.ethnicity,
        person.post,
        *([person.phone] if phones else []),
        label(row.status),
    ]
