"""Verbs on seats: give, move, suspend, restore, end, take back. Each leaves a dated step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.people import rules, steps
from trainer.people.models import Delegation, Person, Seat, SeatStep, Suspension, Term
from trainer.people.rules import Election, EndReason, Span, StepKind
from trainer.people.steps import Standing, Step


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """How somebody comes to a seat.

    *newly_elected* is what people say; it counts only where no term before is kept.
    """

    elected_on: date
    election: Election
    newly_elected: bool
    district: str | None = None
    certificate: str | None = None
    chair: bool = False


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Who announced a step, under which document number, and a remark."""

    body: str | None = None
    document: str | None = None
    note: str | None = None


UNANNOUNCED = Notice()


def steps_of(seat: Seat) -> list[Step]:
    """Return the recorded steps of a seat, loaded with them, as the rules read them."""
    return [
        Step(each.id, each.kind, each.day, each.reason, each.to_delegation_id, each.takes_back_id)
        for each in seat.steps
    ]


def check_open(term: Term) -> None:
    """Raise Refused when a term is closed."""
    if term.closed_on is not None:
        raise Refused(noop("This term is closed; its seats do not change any more."))


def previous_deputies(term: Term) -> frozenset[int] | None:
    """Return who sat in the congress's term before, None when no such term with seats is kept."""
    before = db.session.scalar(
        sa.select(Term.id)
        .where(Term.congress_id == term.congress_id, Term.first_day < term.first_day)
        .order_by(Term.first_day.desc())
        .limit(1)
    )
    found = db.session.scalars(
        sa.select(Seat.person_id)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .where(Delegation.term_id == before)
    )
    return frozenset(found) or None


def add_seat(
    person: Person,
    delegation: Delegation,
    term: Term,
    mandate: Mandate,
    *,
    notice: Notice = UNANNOUNCED,
    by: Actor,
) -> Seat:
    """Give a person a seat in a delegation of a term.

    Whether newly elected follows from the term before. Raises Refused in a closed term, Invalid
    when the day does not fit the term, the person sits in that congress already, or all seats of
    the delegation are filled.
    """
    check_open(term)
    rules.check_election(mandate.elected_on, term=Span(term.first_day, term.last_day))
    _check_free(person, delegation, mandate.elected_on)
    before = previous_deputies(term)
    values = asdict(mandate)
    if before is not None:
        values["newly_elected"] = person.id not in before
    seat = Seat(person_id=person.id, delegation_id=delegation.id, steps=[], **values)
    db.session.add(seat)
    db.session.flush()
    _record(seat, StepKind.ELECTED, mandate.elected_on, notice, by, to=delegation.id)
    after = {key: _plain(value) for key, value in values.items() if value not in (None, False)}
    told = {"seat": seat.id, "delegation": delegation.name, **after, **_words(notice)}
    audit("seat.create", person, by=by, before={}, after=told)
    return seat


def _plain(value: object) -> object:
    return str(value) if isinstance(value, date) else value


def _words(notice: Notice) -> dict[str, str]:
    return {key: value for key, value in asdict(notice).items() if value}


def _check_free(person: Person, delegation: Delegation, day: date, *, but: int = 0) -> None:
    """Raise Invalid unless the delegation has a free seat from *day* on for *person*.

    *but* is a seat that does not count: the one that moves here.
    """
    db.session.execute(
        sa.select(Delegation.id).where(Delegation.id == delegation.id).with_for_update()
    )
    standing = (
        sa.select(Seat.person_id, Seat.delegation_id)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .where(
            Delegation.term_id == delegation.term_id,
            sa.or_(Seat.ended_on.is_(None), Seat.ended_on > day),
            Seat.id != but,
        )
    )
    taken = db.session.execute(standing).all()
    if any(person_id == person.id for person_id, _delegation_id in taken):
        raise Invalid(
            noop("%(name)s sits in this congress already."), field="delegation", name=person.name
        )
    if sum(each == delegation.id for _person_id, each in taken) >= delegation.seats:
        raise Invalid(
            noop("All %(seats)s seats of this delegation are filled."),
            field="delegation",
            seats=delegation.seats,
        )


def _record(
    seat: Seat,
    kind: StepKind,
    day: date,
    notice: Notice,
    by: Actor,
    *,
    reason: EndReason | None = None,
    to: int | None = None,
    takes_back: int | None = None,
) -> SeatStep:
    """Add a step to a seat, loaded with its steps."""
    step = SeatStep(
        kind=kind,
        day=day,
        reason=reason,
        from_delegation_id=seat.delegation_id if kind is StepKind.MOVED else None,
        to_delegation_id=to,
        takes_back_id=takes_back,
        at=clock.now(),
        by_name=by.name,
        **asdict(notice),
    )
    seat.steps.append(step)
    return step


def _check(seat: Seat, day: date, *, field: str) -> None:
    check_open(seat.delegation.term)
    steps.check_order(day, steps_of(seat), field=field)


def _told(verb: str, seat: Seat, notice: Notice, *, by: Actor, **after: Any) -> None:
    """Write a change of a seat under the person's name, where one looks for it."""
    audit(
        verb,
        seat.person,
        by=by,
        before={},
        after={"seat": seat.id, **{k: _plain(v) for k, v in after.items()}, **_words(notice)},
    )


def end_seat(
    seat: Seat, *, ended_on: date, reason: EndReason, notice: Notice = UNANNOUNCED, by: Actor
) -> SeatStep:
    """End a seat, loaded with everything; from that day on it is vacant."""
    rules.check_end(
        ended_on,
        elected_on=seat.elected_on,
        ended=seat.ended_on is not None,
        today=clock.today(),
    )
    _check(seat, ended_on, field="ended_on")
    seat.ended_on, seat.end_reason = ended_on, reason
    step = _record(seat, StepKind.ENDED, ended_on, notice, by, reason=reason)
    _told("seat.end", seat, notice, by=by, ended_on=ended_on, end_reason=reason.value)
    return step


def suspend_seat(
    seat: Seat, *, from_day: date, notice: Notice = UNANNOUNCED, by: Actor
) -> SeatStep:
    """Suspend a seat, loaded with everything, from a day on until it is restored."""
    rules.check_suspension(
        from_day,
        elected_on=seat.elected_on,
        ended_on=seat.ended_on,
        suspensions=_spans(seat.suspensions),
        today=clock.today(),
    )
    _check(seat, from_day, field="from_day")
    seat.suspensions.append(Suspension(from_day=from_day))
    step = _record(seat, StepKind.SUSPENDED, from_day, notice, by)
    _told("seat.suspend", seat, notice, by=by, from_day=from_day)
    return step


def _spans(suspensions: Iterable[Suspension]) -> list[Span]:
    return [Span(each.from_day, each.to_day) for each in suspensions]


def restore_seat(
    seat: Seat, *, restored_on: date, notice: Notice = UNANNOUNCED, by: Actor
) -> SeatStep:
    """End the suspension of a seat: from *restored_on* the deputy is in office again.

    Raises Refused when the seat is not suspended, or has ended.
    """
    open_ones = [each for each in seat.suspensions if each.to_day is None]
    if not open_ones:
        raise Refused(noop("This seat is not suspended."))
    if seat.ended_on is not None:
        raise Refused(noop("This seat has already ended."))
    rules.check_restoring(restored_on, from_day=open_ones[0].from_day, today=clock.today())
    _check(seat, restored_on, field="restored_on")
    open_ones[0].to_day = restored_on - date.resolution
    step = _record(seat, StepKind.RESTORED, restored_on, notice, by)
    _told("seat.restore", seat, notice, by=by, restored_on=restored_on)
    return step


def move_seat(
    seat: Seat, to: Delegation, *, day: date, notice: Notice = UNANNOUNCED, by: Actor
) -> SeatStep:
    """Move a seat to another delegation of its term; until *day* it counts in the old one.

    Raises Invalid when all seats there are filled or it is the same delegation.
    """
    steps.check_move(
        day,
        elected_on=seat.elected_on,
        ended_on=seat.ended_on,
        suspensions=_spans(seat.suspensions),
        today=clock.today(),
    )
    _check(seat, day, field="day")
    if to.id == seat.delegation_id or to.term_id != seat.delegation.term_id:
        raise Invalid(noop("Choose another delegation of this term."), field="delegation")
    _check_free(seat.person, to, day, but=seat.id)
    step = _record(seat, StepKind.MOVED, day, notice, by, to=to.id)
    before = seat.delegation.name
    seat.delegation = to
    after = {"seat": seat.id, "delegation": to.name, "from_day": str(day), **_words(notice)}
    audit("seat.move", seat.person, by=by, before={"delegation": before}, after=after)
    return step


def take_back(seat: Seat, step_id: int, *, note: str | None = None, by: Actor) -> None:
    """Take back the newest step of a seat, loaded with everything, recorded by mistake.

    Raises Refused when it is not the newest, or somebody else has been elected to the seat since.
    """
    check_open(seat.delegation.term)
    step = steps.to_take_back(step_id, steps_of(seat))
    _record(seat, StepKind.TAKEN_BACK, step.day, Notice(note=note), by, takes_back=step.id)
    begun = next((each.from_delegation_id for each in seat.steps if each.from_delegation_id), None)
    now = steps.standing(begun or seat.delegation_id, steps_of(seat))
    if step.kind in (StepKind.ENDED, StepKind.MOVED):
        _check_back(seat, now, step.day)
    _put(seat, now)
    _told("seat.take_back", seat, Notice(note=note), by=by, step=step.kind.value, on=step.day)


def _check_back(seat: Seat, now: Standing, day: date) -> None:
    """Raise Refused when the place to which a seat returns was given away meanwhile."""
    home = db.session.get_one(Delegation, now.delegation)
    try:
        _check_free(seat.person, home, day, but=seat.id)
    except Invalid as error:
        raise Refused(error.message, **error.params) from error


def _put(seat: Seat, now: Standing) -> None:
    """Bring what is kept of a seat in line with its steps."""
    if seat.delegation_id != now.delegation:
        seat.delegation = db.session.get_one(Delegation, now.delegation)
    seat.ended_on, seat.end_reason = now.ended_on, now.end_reason
    wanted = {span.first: span.last for span in now.suspensions}
    for each in list(seat.suspensions):
        if each.from_day not in wanted:
            seat.suspensions.remove(each)
            db.session.delete(each)
        else:
            each.to_day = wanted[each.from_day]
    db.session.flush()


def add_document(step: SeatStep, *, document: str, by: Actor) -> None:
    """Add the document number of an announcement that came after the step was recorded.

    *step* is loaded with seat and person. Raises Refused when it has a number already.
    """
    if step.document is not None:
        raise Refused(noop("This step has a document number already."))
    step.document = document
    after = {"seat": step.seat_id, "document": document}
    audit("seat.document", step.seat.person, by=by, before={}, after=after)
