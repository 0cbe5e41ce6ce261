"""Reads of people that every feature shares, filtered by what the asker may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people import names, rules
from trainer.people.models import (
    Congress,
    Delegation,
    FixedIncome,
    Person,
    Scope,
    Seat,
    SeatStep,
    Suspension,
    Term,
)


@dataclass(frozen=True)
class Viewer:
    """Who asks: the account with its scope; every read is filtered by it.

    ``congress_id``/``path`` is the subtree of staff; ``person_id`` the person of a deputy.
    """

    user_id: int
    role: Role
    congress_id: int | None = None
    path: str | None = None
    person_id: int | None = None

    @property
    def sees_all(self) -> bool:
        """Whether every row in the subtree is visible, not only those of one unit."""
        return self.role in (Role.PLANNER, Role.AUDITOR)

    @property
    def may_see_phones(self) -> bool:
        """Whether phone numbers are shown at all, namely of those the viewer looks after."""
        return self.role in (Role.PLANNER, Role.TOWNSHIP_OFFICER)


def viewer_of(user: User) -> Viewer:
    """Return *user* with scope (staff) or person (deputy); one statement."""
    if user.role is Role.DEPUTY:
        person_id = db.session.scalar(sa.select(Person.id).where(Person.user_id == user.id))
        return Viewer(user.id, user.role, person_id=person_id)
    scope = db.session.execute(
        sa.select(Congress.id, Congress.path)
        .join(Scope, Scope.congress_id == Congress.id)
        .where(Scope.user_id == user.id)
    ).one_or_none()
    return Viewer(user.id, user.role, *scope) if scope else Viewer(user.id, user.role)


def in_subtree(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that a Congress row lies in the viewer's subtree."""
    if viewer.path is None or viewer.role is Role.ADMINISTRATOR:
        return sa.false()
    return Congress.path.startswith(viewer.path, autoescape=True)


def congresses(viewer: Viewer) -> sa.Select[Congress]:
    """Return the congresses of the viewer's subtree, from the root down."""
    return sa.select(Congress).where(in_subtree(viewer)).order_by(Congress.path)


def visible_delegations(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that a Delegation row is the viewer's to look after.

    Planners and auditors: those of all terms of congresses in their subtree. Township officers:
    those of their own congress, and those of the county congress made up of their township.
    """
    own = Delegation.term_id.in_(
        sa.select(Term.id).join(Congress, Term.congress_id == Congress.id).where(in_subtree(viewer))
    )
    if viewer.role is Role.TOWNSHIP_OFFICER:
        return sa.or_(own, _of_their_township(viewer))
    return own


def _of_their_township(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that a Delegation row is made up of a township officer's township."""
    if viewer.congress_id is None:  # no scope: comparing with NULL would find the county's units
        return sa.false()
    return Delegation.unit_id == viewer.congress_id


def visible_seats(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that a Seat row may be seen by the viewer."""
    if viewer.role is Role.DEPUTY:
        return Seat.person_id == (viewer.person_id or -1)
    return Seat.delegation_id.in_(sa.select(Delegation.id).where(visible_delegations(viewer)))


def visible_persons(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that a Person row may be seen by the viewer."""
    if viewer.role is Role.DEPUTY:
        return Person.id == (viewer.person_id or -1)
    return Person.id.in_(sa.select(Seat.person_id).where(visible_seats(viewer)))


def in_office_on(day: date) -> sa.ColumnElement[bool]:
    """Return the condition that a Seat row is in office on *day* (see `rules.in_office`)."""
    suspended = sa.exists().where(
        Suspension.seat_id == Seat.id,
        Suspension.from_day <= day,
        sa.or_(Suspension.to_day.is_(None), Suspension.to_day >= day),
    )
    return sa.and_(
        Seat.elected_on <= day,
        sa.or_(Seat.ended_on.is_(None), Seat.ended_on > day),
        ~suspended,
    )


def terms(viewer: Viewer) -> sa.Select[Term]:
    """Return the terms of the viewer's subtree, the newest first, with their congress."""
    return (
        sa.select(Term)
        .join(Congress, Term.congress_id == Congress.id)
        .where(in_subtree(viewer))
        .options(joinedload(Term.congress))
        .order_by(Congress.path, Term.first_day.desc())
    )


def term_on(congress_id: int, day: date) -> Term | None:
    """Return the term of a congress that holds *day*, else its latest one that began before."""
    return db.session.scalar(
        sa.select(Term)
        .where(Term.congress_id == congress_id, Term.first_day <= day)
        .options(joinedload(Term.congress))
        .order_by(Term.first_day.desc())
        .limit(1)
    )


def listed_terms(viewer: Viewer) -> sa.Select[Term]:
    """Return the terms in which the viewer looks after a delegation or a congress.

    For a township officer that is the own congress, and the county's where it has a delegation.
    """
    own = in_subtree(viewer)
    if viewer.role is Role.TOWNSHIP_OFFICER:
        theirs = sa.select(Delegation.term_id).where(_of_their_township(viewer))
        own = sa.or_(own, Term.id.in_(theirs))
    return (
        sa.select(Term)
        .join(Congress, Term.congress_id == Congress.id)
        .where(own)
        .options(contains_eager(Term.congress))
        .order_by(Congress.path, Term.first_day.desc())
    )


def search(text: str, *, phones: bool = True) -> sa.ColumnElement[Any]:
    """Return the condition that a Person matches *text*: name, pinyin, initials or phone.

    Any part will do, also of two characters; *phones* is False for those who may not see phone
    numbers, for a search would tell them. One column holds all that is searched by name: on a
    hundred thousand people one pass costs a few milliseconds, and no engine needs an extension.
    """
    folded = names.folded(text)
    if folded.isdecimal():
        number = Person.phone.contains(folded, autoescape=True)
        return number if phones else sa.false()
    typed = {rules.read_name(text), folded} - {""}
    return sa.or_(
        sa.false(), *(Person.search_text.contains(each, autoescape=True) for each in sorted(typed))
    )


def unfinished(day: date) -> sa.ColumnElement[bool]:
    """Return the condition that a Seat row, suspended or not, has not ended on *day*.

    A seat ends with its term, when it did not end before.
    """
    going_on = (
        sa.select(Delegation.id)
        .join(Term, Delegation.term_id == Term.id)
        .where(Term.last_day >= day)
    )
    return sa.and_(
        sa.or_(Seat.ended_on.is_(None), Seat.ended_on > day), Seat.delegation_id.in_(going_on)
    )


def looked_after(viewer: Viewer, day: date) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer looks after a Person on *day*: may see the phone
    number and hand out the personal link.

    Planners look after everybody they see, township officers after those who have a seat now.
    """
    if viewer.role is Role.PLANNER:
        return visible_persons(viewer)
    if viewer.role is not Role.TOWNSHIP_OFFICER:
        return sa.false()
    seats = sa.select(Seat.person_id).where(visible_seats(viewer), unfinished(day))
    return Person.id.in_(seats)


def looked_after_among(viewer: Viewer, person_ids: Iterable[int], day: date) -> set[int]:
    """Return which of these persons the viewer looks after on *day*; one statement."""
    return set(
        db.session.scalars(
            sa.select(Person.id).where(Person.id.in_(set(person_ids)), looked_after(viewer, day))
        )
    )


def person(viewer: Viewer, person_id: int) -> Person | None:
    """Return a person the viewer may see, with account and incomes."""
    return db.session.scalar(
        sa.select(Person)
        .where(Person.id == person_id, visible_persons(viewer))
        .options(joinedload(Person.user), selectinload(Person.incomes))
    )


def looked_after_person(viewer: Viewer, person_id: int, day: date) -> Person | None:
    """Return a person the viewer looks after on *day*, with account and incomes."""
    return db.session.scalar(
        sa.select(Person)
        .where(Person.id == person_id, looked_after(viewer, day))
        .options(joinedload(Person.user), selectinload(Person.incomes))
    )


def _with_everything(query: sa.Select[Seat]) -> sa.Select[Seat]:
    delegation = joinedload(Seat.delegation)
    return query.options(
        delegation.joinedload(Delegation.term).joinedload(Term.congress),
        delegation.joinedload(Delegation.unit),
        selectinload(Seat.suspensions),
        selectinload(Seat.steps).options(
            joinedload(SeatStep.from_delegation), joinedload(SeatStep.to_delegation)
        ),
        joinedload(Seat.person),
    )


def seats_of(viewer: Viewer, person_id: int) -> list[Seat]:
    """Return the seats of a person that the viewer may see, the newest first."""
    query = _with_everything(sa.select(Seat)).where(
        Seat.person_id == person_id, visible_seats(viewer)
    )
    return list(db.session.scalars(query.order_by(Seat.elected_on.desc(), Seat.id.desc())))


def seat(viewer: Viewer, seat_id: int, *, lock: bool = False) -> Seat | None:
    """Return a seat the viewer may see, with person, delegation, term, suspensions and steps.

    With *lock* nobody else changes it until this transaction ends.
    """
    query = _with_everything(sa.select(Seat)).where(Seat.id == seat_id, visible_seats(viewer))
    return db.session.scalar(query.with_for_update(of=Seat) if lock else query)


def step(viewer: Viewer, step_id: int) -> SeatStep | None:
    """Return a step of a seat the viewer may see, with the seat and its person."""
    return db.session.scalar(
        sa.select(SeatStep)
        .join(Seat, SeatStep.seat_id == Seat.id)
        .where(SeatStep.id == step_id, visible_seats(viewer))
        .options(contains_eager(SeatStep.seat).joinedload(Seat.person))
    )


def delegations(viewer: Viewer, term_id: int | None) -> list[Delegation]:
    """Return the delegations of a term that the viewer looks after, in their order."""
    return list(
        db.session.scalars(
            sa.select(Delegation)
            .where(Delegation.term_id == term_id, visible_delegations(viewer))
            .options(joinedload(Delegation.unit))
            .order_by(Delegation.position, Delegation.name)
        )
    )


def delegation(viewer: Viewer, delegation_id: int | None) -> Delegation | None:
    """Return a delegation that the viewer looks after, with its term and congress."""
    return db.session.scalar(
        sa.select(Delegation)
        .where(Delegation.id == delegation_id, visible_delegations(viewer))
        .options(joinedload(Delegation.term).joinedload(Term.congress), joinedload(Delegation.unit))
    )


def deputies_of(viewer: Viewer, delegation_id: int, day: date) -> list[Person]:
    """Return the deputies who sit in a delegation on *day* and whom the viewer looks after.

    With their accounts, by name.
    """
    seats = sa.select(Seat.person_id).where(
        Seat.delegation_id == delegation_id, Seat.elected_on <= day, unfinished(day)
    )
    query = sa.select(Person).where(Person.id.in_(seats), looked_after(viewer, day))
    query = query.options(joinedload(Person.user)).order_by(Person.sort_name, Person.id)
    return list(db.session.scalars(query))


def units_below(congress_id: int) -> list[Congress]:
    """Return the congresses right below one, whose officers may look after its delegations."""
    query = sa.select(Congress).where(Congress.parent_id == congress_id).order_by(Congress.code)
    return list(db.session.scalars(query))


def fixed_incomes(person_ids: Iterable[int], day: date) -> dict[int, bool]:
    """Return who of these persons has a fixed income on *day* and who has none; one statement.

    A person without an entry by that day is missing: it is not known.
    """
    entries = db.session.execute(
        sa.select(FixedIncome.person_id, FixedIncome.fixed)
        .where(FixedIncome.person_id.in_(set(person_ids)), FixedIncome.from_day <= day)
        .order_by(FixedIncome.from_day)
    )
    return {row.person_id: row.fixed for row in entries}  # the latest entry comes last and stays


def person_of(user: User) -> Person | None:
    """Return the person whose account *user* is."""
    return db.session.scalar(sa.select(Person).where(Person.user_id == user.id))


def whom_to_ask(person_id: int, day: date) -> str:
    """Return the short name of the congress that looks after a deputy, the township's first."""
    found = db.session.scalar(
        _with_everything(sa.select(Seat))
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .where(Seat.person_id == person_id)
        .order_by(unfinished(day).desc(), Delegation.unit_id.is_(None), Seat.elected_on.desc())
        .limit(1)
    )
    if found is None:
        return ""
    return (found.delegation.unit or found.delegation.term.congress).short_name


def last_change(person_id: int) -> AuditEvent | None:
    """Return the last line of the audit trail about a person: who saved when."""
    return db.session.scalar(
        sa.select(AuditEvent)
        .where(AuditEvent.subject_kind == Person.__tablename__, AuditEvent.subject_id == person_id)
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
