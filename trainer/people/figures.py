"""How a term's seats are filled on a day, what changed since another, and who makes them up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from trainer.core.database import db
from trainer.people import steps
from trainer.people.models import Delegation, Person, Seat, SeatStep, Suspension, Term
from trainer.people.queries import Viewer, in_office_on, visible_delegations
from trainer.people.rules import Election, EndReason, Span, StepKind
from trainer.people.steps import Balance, Held
from trainer.people.structure import Fact


def holds() -> sa.ColumnElement[bool]:
    """Return the condition that a SeatStep row was not taken back."""
    later = aliased(SeatStep)
    return ~sa.exists().where(later.takes_back_id == SeatStep.id)


def delegation_on(day: date) -> sa.ColumnElement[int]:
    """Return the delegation in which a Seat row counts on *day*: moved later, it still is there."""
    moved, back = aliased(SeatStep), aliased(SeatStep)
    before = (
        sa.select(moved.from_delegation_id)
        .where(
            moved.seat_id == Seat.id,
            moved.kind == StepKind.MOVED,
            moved.day > day,
            ~sa.exists().where(back.takes_back_id == moved.id),
        )
        .order_by(moved.id)
        .limit(1)
        .correlate(Seat)
        .scalar_subquery()
    )
    return sa.func.coalesce(before, Seat.delegation_id)


@dataclass(frozen=True)
class Count:
    """Deputies of a delegation on a day."""

    in_office: int = 0
    suspended: int = 0
    new: int = 0


def counts(term_id: int, day: date) -> dict[int, Count]:
    """Return, by delegation of a term, how many deputies it has on *day*; one statement."""
    place, office = delegation_on(day).label("place"), in_office_on(day)
    sitting = sa.and_(Seat.elected_on <= day, sa.or_(Seat.ended_on.is_(None), Seat.ended_on > day))
    seats = (
        sa.select(
            place,
            sa.case((office, 1), else_=0).label("office"),
            sa.case((sa.and_(office, Seat.newly_elected), 1), else_=0).label("new"),
        )
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .where(Delegation.term_id == term_id, sitting)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            seats.c.place, sa.func.count(), sa.func.sum(seats.c.office), sa.func.sum(seats.c.new)
        ).group_by(seats.c.place)
    )
    return {
        place: Count(int(office), number - int(office), int(new))
        for place, number, office, new in rows
    }


def _visible(viewer: Viewer, term_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(Delegation.term_id == term_id, visible_delegations(viewer))


def balance(viewer: Viewer, term: Term, first: date, last: date) -> Balance:
    """Return how the deputies of a term that the viewer looks after changed after *first*.

    Three statements.
    """
    visible = _visible(viewer, term.id)
    seats = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Delegation.seats), 0)).where(visible)
    )
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for seat_id, begun, ended in db.session.execute(
        sa.select(Suspension.seat_id, Suspension.from_day, Suspension.to_day)
        .join(Seat, Suspension.seat_id == Seat.id)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .where(visible)
    ):
        spans[seat_id].append(Span(begun, ended))
    rows = db.session.execute(
        sa.select(Seat.id, Seat.elected_on, Seat.election, Seat.ended_on, Seat.end_reason)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .where(visible)
    )
    held = [
        Held(elected, how is Election.BY_ELECTION, ended, why, tuple(spans[seat_id]))
        for seat_id, elected, how, ended, why in rows
    ]
    return steps.balance(int(seats or 0), held, first, last)


@dataclass(frozen=True)
class Change:
    """One line of the list of changes of seats."""

    day: date
    kind: StepKind
    person: Person
    delegation: str
    reason: EndReason | None = None
    to: str | None = None
    body: str | None = None
    document: str | None = None
    note: str | None = None


def changes(
    viewer: Viewer, term: Term, first: date, last: date, kind: StepKind | None = None
) -> list[Change]:
    """Return the changes of a term's seats from *first* to *last*, the newest first.

    What was taken back is left out; by-elections that a roster brought are among them. Two
    statements.
    """
    visible = _visible(viewer, term.id)
    recorded = db.session.scalars(
        sa.select(SeatStep)
        .join(SeatStep.seat)
        .join(Seat.delegation)
        .where(
            visible,
            SeatStep.day.between(first, last),
            SeatStep.kind != StepKind.TAKEN_BACK,
            sa.or_(SeatStep.kind != StepKind.ELECTED, Seat.election == Election.BY_ELECTION),
            holds(),
        )
        .options(
            contains_eager(SeatStep.seat).contains_eager(Seat.delegation),
            contains_eager(SeatStep.seat).joinedload(Seat.person),
            joinedload(SeatStep.from_delegation),
            joinedload(SeatStep.to_delegation),
        )
    )
    found = [_change(step) for step in recorded]
    told = sa.exists().where(SeatStep.seat_id == Seat.id, SeatStep.kind == StepKind.ELECTED)
    brought = db.session.scalars(
        sa.select(Seat)
        .join(Seat.delegation)
        .where(
            visible,
            Seat.elected_on.between(first, last),
            Seat.election == Election.BY_ELECTION,
            ~told,
        )
        .options(contains_eager(Seat.delegation), joinedload(Seat.person))
    )
    found += [
        Change(seat.elected_on, StepKind.ELECTED, seat.person, seat.delegation.name)
        for seat in brought
    ]
    wanted = [change for change in found if kind in (None, change.kind)]
    wanted.sort(key=lambda change: (change.person.sort_name, change.person.id))
    return sorted(wanted, key=lambda change: change.day, reverse=True)


def _change(step: SeatStep) -> Change:
    moved = step.kind is StepKind.MOVED
    home = step.from_delegation if moved and step.from_delegation else step.seat.delegation
    return Change(
        step.day,
        step.kind,
        step.seat.person,
        home.name,
        step.reason,
        step.to_delegation.name if moved and step.to_delegation else None,
        step.body,
        step.document,
        step.note,
    )


def facts(viewer: Viewer, term_id: int, day: date) -> Sequence[Fact]:
    """Return what is known of each deputy in office on *day*, as the structure counts it."""
    rows = db.session.execute(
        sa.select(
            delegation_on(day),
            Person.sex,
            Person.ethnicity,
            Person.party,
            Person.birth,
            Person.education,
            Person.occupation,
            Seat.newly_elected,
        )
        .join(Seat, Seat.person_id == Person.id)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .where(_visible(viewer, term_id), in_office_on(day))
    )
    return [Fact(*row) for row in rows]
