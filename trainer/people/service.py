"""Verbs on persons and delegations: add, correct, record incomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit
from trainer.core.clock import today
from trainer.core.database import db
from trainer.core.errors import Invalid
from trainer.core.text import noop
from trainer.people import rules
from trainer.people.models import Delegation, FixedIncome, Person, Seat
from trainer.people.rules import Sex


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
