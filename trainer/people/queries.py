"""Reads of people that every feature shares, filtered by what the asker may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people.models import Congress, Delegation, Person, Scope, Seat, Suspension, Term


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
        return sa.or_(own, Delegation.unit_id == viewer.congress_id)
    return own


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


def search(text: str) -> sa.ColumnElement[Any]:
    """Return the condition that a Person matches *text*: name, pinyin, initials or phone."""
    folded = text.lower().replace(" ", "")
    return sa.or_(
        Person.name.contains(text, autoescape=True),
        Person.sort_name.contains(folded, autoescape=True),
        Person.initials.startswith(folded, autoescape=True),
        Person.phone.startswith(folded, autoescape=True),
    )
