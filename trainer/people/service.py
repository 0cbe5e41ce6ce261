"""Verbs on persons and seats: add, correct, end, suspend, restore, record incomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit, changes
from trainer.core.clock import today
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.people import rules
from trainer.people.models import Delegation, FixedIncome, Person, Seat, Suspension, Term
from trainer.people.rules import Election, EndReason, Sex, Span


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a person, in the spelling it is kept in (`Facts.of` makes it so)."""

    name: str
    sex: Sex | None = None
    ethnicity: str | None = None
    birth: str | None = None
    party: str | None = None
    education: str | None = None
    occupation: str | None = None
    post: str | None = None
    phone: str | None = None

    @classmethod
    def of(cls, **typed: Any) -> Facts:
        """Return the facts as typed; raises Invalid for a birth or phone that cannot be read."""
        return cls(
            **{
                **typed,
                "name": rules.read_name(typed["name"]),
                "ethnicity": rules.read_people(typed.get("ethnicity")),
                "birth": rules.read_birth(typed.get("birth")),
                "phone": rules.read_phone(typed.get("phone")),
            }
        )


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """How somebody comes to a seat."""

    elected_on: date
    election: Election
    newly_elected: bool
    district: str | None = None
    certificate: str | None = None
    chair: bool = False


def twins(facts: Facts) -> Sequence[Person]:
    """Return persons who may be the same: of this phone, or of this name and month of birth."""
    same = []
    if facts.phone:
        same.append(Person.phone == facts.phone)
    if facts.birth:
        month = Person.birth.startswith(facts.birth[:7], autoescape=True)
        same.append(sa.and_(Person.name == facts.name, month))
    if not same:
        return []
    return db.session.scalars(sa.select(Person).where(sa.or_(*same)).order_by(Person.id)).all()


def create_person(facts: Facts, *, another: bool = False, by: Actor) -> Person:
    """Add a person; *another* says that a twin is known and it is somebody else.

    Raises Invalid when the person seems to be kept already.
    """
    if not another and twins(facts):
        raise Invalid(
            noop(
                "A person with this phone number, or this name and month of birth, is kept"
                " already. Open that person to add a seat, or say that this is somebody else."
            ),
            field="another",
        )
    person = Person(**asdict(facts))
    db.session.add(person)
    audit("person.create", person, by=by)
    return person


def update_person(person: Person, facts: Facts, *, by: Actor) -> None:
    """Correct what is known of a person, loaded with the account; the name follows there."""
    for key, value in asdict(facts).items():
        if getattr(person, key) != value:
            setattr(person, key, value)
    if person.user is not None:
        person.user.name = person.name
    audit("person.update", person, by=by)


def record_income(person: Person, *, from_day: date, fixed: bool, by: Actor) -> None:
    """Record that a person has, or has no, fixed income from a day on.

    Raises Invalid when something else was recorded for that very day.
    """
    if from_day > today():
        raise Invalid(noop("This day is still to come."), field="from_day")
    known = db.session.scalar(
        sa.select(FixedIncome).where(
            FixedIncome.person_id == person.id, FixedIncome.from_day == from_day
        )
    )
    if known is not None and known.fixed == fixed:
        return
    if known is not None:
        raise Invalid(
            noop("For this day the contrary was recorded; choose another day."), field="from_day"
        )
    db.session.add(FixedIncome(person_id=person.id, from_day=from_day, fixed=fixed))
    audit("person.income", person, by=by, after={"from_day": str(from_day), "fixed": fixed})


def add_seat(
    person: Person, delegation: Delegation, term: Term, mandate: Mandate, *, by: Actor
) -> Seat:
    """Give a person a seat in a delegation of a term.

    Raises Invalid when the day does not fit the term, the person sits in that congress already,
    or all seats of the delegation are filled.
    """
    rules.check_election(mandate.elected_on, term=Span(term.first_day, term.last_day))
    _check_free(person, delegation, mandate.elected_on)
    seat = Seat(person_id=person.id, delegation_id=delegation.id, **asdict(mandate))
    db.session.add(seat)
    _audit_seat("seat.create", seat, person, by=by)
    return seat


def _check_free(person: Person, delegation: Delegation, day: date) -> None:
    """Raise Invalid unless the delegation has a free seat from *day* on for *person*."""
    db.session.execute(
        sa.select(Delegation.id).where(Delegation.id == delegation.id).with_for_update()
    )
    standing = (
        sa.select(Seat.person_id, Seat.delegation_id)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .where(
            Delegation.term_id == delegation.term_id,
            sa.or_(Seat.ended_on.is_(None), Seat.ended_on > day),
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


def _audit_seat(verb: str, seat: Seat, person: Person, *, by: Actor) -> None:
    """Record a change of a seat under the person's name, where one looks for it."""
    before, after = changes(seat)
    db.session.flush()
    audit(verb, person, by=by, before={"seat": seat.id, **before}, after=after)


def end_seat(seat: Seat, *, ended_on: date, reason: EndReason, by: Actor) -> None:
    """End a seat, loaded with its person; from that day on it is vacant."""
    rules.check_end(
        ended_on,
        elected_on=seat.elected_on,
        ended=seat.ended_on is not None,
        today=today(),
    )
    seat.ended_on, seat.end_reason = ended_on, reason
    _audit_seat("seat.end", seat, seat.person, by=by)


def reopen_seat(seat: Seat, *, by: Actor) -> None:
    """Take back the end of a seat, entered by mistake.

    Raises Refused when it has not ended, or somebody else has been elected to it meanwhile.
    """
    if seat.ended_on is None:
        raise Refused(noop("This seat has not ended."))
    try:
        _check_free(seat.person, seat.delegation, seat.ended_on)
    except Invalid as error:
        raise Refused(error.message, **error.params) from error
    seat.ended_on, seat.end_reason = None, None
    _audit_seat("seat.reopen", seat, seat.person, by=by)


def suspend_seat(seat: Seat, *, from_day: date, by: Actor) -> None:
    """Suspend a seat, loaded with person and suspensions, from a day on until it is restored."""
    rules.check_suspension(
        from_day,
        elected_on=seat.elected_on,
        ended_on=seat.ended_on,
        suspensions=[Span(each.from_day, each.to_day) for each in seat.suspensions],
        today=today(),
    )
    seat.suspensions.append(Suspension(from_day=from_day))
    after = {"seat": seat.id, "from_day": str(from_day)}
    audit("seat.suspend", seat.person, by=by, after=after)


def restore_seat(seat: Seat, *, restored_on: date, by: Actor) -> None:
    """End the suspension of a seat: from *restored_on* the deputy is in office again.

    Raises Refused when the seat is not suspended.
    """
    open_ones = [each for each in seat.suspensions if each.to_day is None]
    if not open_ones:
        raise Refused(noop("This seat is not suspended."))
    rules.check_restoring(restored_on, from_day=open_ones[0].from_day, today=today())
    open_ones[0].to_day = restored_on - timedelta(days=1)
    after = {"seat": seat.id, "restored_on": str(restored_on)}
    audit("seat.restore", seat.person, by=by, after=after)


def save_delegation(
    delegation: Delegation, *, name: str, seats: int, unit_id: int | None, by: Actor
) -> None:
    """Add or correct a delegation of a term.

    Raises Invalid when the term has another of that name, or more deputies sit in it than that.
    """
    others = sa.select(Delegation.id).where(
        Delegation.term_id == delegation.term_id,
        Delegation.name == name,
        Delegation.id != (delegation.id or 0),
    )
    if db.session.scalar(others.limit(1)):
        raise Invalid(noop("This term has a delegation of that name."), field="name")
    standing = sa.select(sa.func.count()).where(
        Seat.delegation_id == delegation.id, Seat.ended_on.is_(None)
    )
    sitting = db.session.scalar(standing) or 0 if delegation.id else 0
    if seats < sitting:
        raise Invalid(
            noop("%(count)s deputies sit in this delegation; it cannot have fewer seats."),
            field="seats",
            count=sitting,
        )
    verb = "delegation.update" if delegation.id else "delegation.create"
    delegation.name, delegation.seats, delegation.unit_id = name, seats, unit_id
    db.session.add(delegation)
    audit(verb, delegation, by=by)
