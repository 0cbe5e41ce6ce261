"""Reads of seats and participants, filtered by what the asker may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment import rules
from trainer.enrolment.models import Enrolment, EnrolmentStep, SeatQuota
from trainer.enrolment.rules import HOLDING, EnrolmentStatus
from trainer.people.models import Congress, Delegation, Person, Seat, Term
from trainer.people.queries import Viewer, in_office_on, visible_delegations, visible_seats

_HOLDS = Enrolment.status.in_(HOLDING)
_PUBLIC = TrainingClass.status != ClassStatus.DRAFT
_MINORITY = sa.and_(Person.ethnicity.is_not(None), Person.ethnicity.not_in(rules.HAN))


def _count(*conditions: Any) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0)), 0)


def visible_enrolments(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that an Enrolment row may be seen by the viewer.

    Staff: of the delegations they look after, the township officer not on drafts; a deputy: the
    own ones, not on drafts; an administrator: none.
    """
    public = Enrolment.class_id.in_(sa.select(TrainingClass.id).where(_PUBLIC))
    if viewer.role is Role.DEPUTY:
        return sa.and_(Enrolment.person_id == (viewer.person_id or -1), public)
    own = Enrolment.delegation_id.in_(sa.select(Delegation.id).where(visible_delegations(viewer)))
    return own if viewer.sees_all else sa.and_(own, public)


@dataclass(frozen=True)
class QuotaLine:
    """The seats of one delegation on a class, and who holds them."""

    delegation: Delegation
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


def quotas(viewer: Viewer, training_class: TrainingClass) -> list[QuotaLine]:
    """Return the seats per delegation that the viewer may see, in the order of delegations.

    Delegations without a seat and without anybody on the class are left out; one statement.
    """
    from_people = (
        sa.select(
            Enrolment.delegation_id,
            _count(_HOLDS, Seat.newly_elected).label("new"),
            _count(_HOLDS, Person.sex == "female").label("women"),
            _count(_HOLDS, _MINORITY).label("minorities"),
            _count(Enrolment.status == EnrolmentStatus.WAITLISTED).label("waiting"),
        )
        .join(Seat, Enrolment.seat_id == Seat.id)
        .join(Person, Enrolment.person_id == Person.id)
        .where(Enrolment.class_id == training_class.id)
        .group_by(Enrolment.delegation_id)
        .subquery()
    )
    columns = [from_people.c[name] for name in ("new", "women", "minorities", "waiting")]
    rows = db.session.execute(
        sa.select(
            Delegation,
            SeatQuota.seats,
            SeatQuota.taken,
            *(sa.func.coalesce(column, 0) for column in columns),
        )
        .join(SeatQuota, SeatQuota.delegation_id == Delegation.id)
        .join(Term, Delegation.term_id == Term.id)
        .outerjoin(from_people, from_people.c.delegation_id == Delegation.id)
        .where(
            SeatQuota.class_id == training_class.id,
            sa.or_(SeatQuota.seats > 0, from_people.c.waiting > 0),
            visible_delegations(viewer),
        )
        .order_by(
            Term.congress_id != training_class.congress_id, Delegation.position, Delegation.id
        )
    )
    return [QuotaLine(*row) for row in rows]


def enrolments(viewer: Viewer, training_class: TrainingClass) -> sa.Select[Enrolment]:
    """Return the enrolments of a class that the viewer may see, whatever became of them.

    Person, Seat and Delegation are joined and loaded: filter and sort by their columns.
    """
    return (
        sa.select(Enrolment)
        .join(Enrolment.person)
        .join(Enrolment.seat)
        .join(Enrolment.delegation)
        .where(Enrolment.class_id == training_class.id, visible_enrolments(viewer))
        .options(
            contains_eager(Enrolment.person),
            contains_eager(Enrolment.seat),
            contains_eager(Enrolment.delegation),
        )
    )


def enrolled_classes(person_id: int) -> sa.Select[TrainingClass]:
    """Return the classes on which a person holds a seat, drafts left out, the earliest first.

    Cancelled classes are among them: calendars must say so.
    """
    held = sa.select(Enrolment.class_id).where(Enrolment.person_id == person_id, _HOLDS)
    return (
        sa.select(TrainingClass)
        .where(TrainingClass.id.in_(held), _PUBLIC)
        .order_by(TrainingClass.first_day, TrainingClass.id)
    )


def enrolments_of(person_id: int) -> sa.Select[Enrolment]:
    """Return the enrolments of a person on classes that are no drafts, with their class."""
    return (
        sa.select(Enrolment)
        .join(Enrolment.training_class)
        .where(Enrolment.person_id == person_id, _PUBLIC)
        .options(contains_eager(Enrolment.training_class))
        .order_by(TrainingClass.first_day, TrainingClass.id)
    )


def places(viewer: Viewer, training_class: TrainingClass) -> dict[EnrolmentStatus, int]:
    """Return how many of a class's visible enrolments are in each state; one statement."""
    rows = db.session.execute(
        sa.select(Enrolment.status, sa.func.count())
        .where(Enrolment.class_id == training_class.id, visible_enrolments(viewer))
        .group_by(Enrolment.status)
    )
    found = {status: count for status, count in rows}  # noqa: C416  (rows, no pairs, for mypy)
    return {status: found.get(status, 0) for status in EnrolmentStatus}


@dataclass(frozen=True)
class Entitled:
    """A delegation that may get seats on a class, with its deputies in office on the first day."""

    delegation: Delegation
    own: bool  # of the congress that holds the class, else of a congress just below it
    deputies: int
    seats: int
    taken: int


def entitled(training_class: TrainingClass) -> list[Entitled]:
    """Return the delegations that may get seats on a class; one statement.

    Those of the class's term, and those of the congresses just below in the term that holds the
    first day (Deputies Law 2025, art. 47: township deputies attend the higher training too).
    """
    day = training_class.first_day
    own = Delegation.term_id == training_class.term_id
    in_office = (
        sa.select(Seat.delegation_id, sa.func.count().label("deputies"))
        .where(in_office_on(day))
        .group_by(Seat.delegation_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            Delegation,
            own,
            sa.func.coalesce(in_office.c.deputies, 0),
            sa.func.coalesce(SeatQuota.seats, 0),
            sa.func.coalesce(SeatQuota.taken, 0),
        )
        .join(Term, Delegation.term_id == Term.id)
        .join(Congress, Term.congress_id == Congress.id)
        .outerjoin(in_office, in_office.c.delegation_id == Delegation.id)
        .outerjoin(
            SeatQuota,
            sa.and_(
                SeatQuota.delegation_id == Delegation.id, SeatQuota.class_id == training_class.id
            ),
        )
        .where(
            sa.or_(
                own,
                sa.and_(
                    Congress.parent_id == training_class.congress_id,
                    Term.first_day <= day,
                    Term.last_day >= day,
                ),
            )
        )
        .order_by(sa.not_(own), Congress.path, Delegation.position, Delegation.id)
    )
    return [Entitled(row[0], bool(row[1]), *row[2:]) for row in rows]


def on_class(
    training_class: TrainingClass, person_ids: Iterable[int], *, afresh: bool = False
) -> dict[int, Enrolment]:
    """Return the enrolments of persons on a class by person, with what names them.

    *afresh* reads also those again that this session has read already, as after a lock.
    """
    rows = db.session.scalars(
        sa.select(Enrolment)
        .where(Enrolment.class_id == training_class.id, Enrolment.person_id.in_(set(person_ids)))
        .options(joinedload(Enrolment.person), joinedload(Enrolment.delegation))
        .execution_options(populate_existing=afresh)
    )
    return {row.person_id: row for row in rows}


def engaged(training_class: TrainingClass, person_ids: Iterable[int]) -> dict[int, TrainingClass]:
    """Return for each person who holds a seat on a class of the same days the first such class."""
    rows = db.session.execute(
        sa.select(Enrolment.person_id, TrainingClass)
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .where(
            Enrolment.person_id.in_(set(person_ids)),
            _HOLDS,
            TrainingClass.id != training_class.id,
            TrainingClass.status != ClassStatus.CANCELLED,
            TrainingClass.first_day <= training_class.last_day,
            TrainingClass.last_day >= training_class.first_day,
        )
        .order_by(TrainingClass.first_day.desc(), TrainingClass.id.desc())
    )
    return {person_id: other for person_id, other in rows}  # noqa: C416  (as above)


def in_office(training_class: TrainingClass, seat_ids: Iterable[int]) -> set[int]:
    """Return those of the seats in office on the class's first day; person, delegation loaded."""
    rows = db.session.execute(
        sa.select(Seat, in_office_on(training_class.first_day))
        .where(Seat.id.in_(set(seat_ids)))
        .options(joinedload(Seat.person), joinedload(Seat.delegation))
    )
    return {seat.id for seat, active in rows if active}


def waiting(training_class: TrainingClass) -> list[Enrolment]:
    """Return the waiting list in its order, the time of entry; read afresh, with the persons."""
    entered = (
        sa.select(sa.func.max(EnrolmentStep.id))
        .where(EnrolmentStep.enrolment_id == Enrolment.id)
        .scalar_subquery()
    )
    return list(
        db.session.scalars(
            sa.select(Enrolment)
            .where(
                Enrolment.class_id == training_class.id,
                Enrolment.status == EnrolmentStatus.WAITLISTED,
            )
            .options(joinedload(Enrolment.person))
            .order_by(entered, Enrolment.id)
            .execution_options(populate_existing=True)
        )
    )


@dataclass(frozen=True)
class Candidate:
    """A deputy who may be ticked, or the reason why not: on the class already or elsewhere."""

    seat: Seat
    enrolment: Enrolment | None
    elsewhere: TrainingClass | None

    @property
    def available(self) -> bool:
        """Whether the deputy may be put on the class."""
        listed = self.enrolment is not None and not self.enrolment.status.ended
        return not listed and self.elsewhere is None


def candidates(
    viewer: Viewer, training_class: TrainingClass, delegation_id: int
) -> list[Candidate]:
    """Return a delegation's deputies in office on the first day, newly elected ones first.

    Three statements. A class that the viewer may not know yet is no class here: the service
    refuses with a sentence.
    """
    seats = db.session.scalars(
        sa.select(Seat)
        .join(Seat.person)
        .where(
            Seat.delegation_id == delegation_id,
            in_office_on(training_class.first_day),
            visible_seats(viewer),
        )
        .options(contains_eager(Seat.person))
        .order_by(Seat.newly_elected.desc(), Person.sort_name, Seat.id)
    ).all()
    people = [seat.person_id for seat in seats]
    here, elsewhere = on_class(training_class, people), engaged(training_class, people)
    return [
        Candidate(seat, here.get(seat.person_id), _known(viewer, elsewhere.get(seat.person_id)))
        for seat in seats
    ]


def _known(viewer: Viewer, other: TrainingClass | None) -> TrainingClass | None:
    if other is not None and (viewer.sees_all or other.status.public):
        return other
    return None


def seats(viewer: Viewer, seat_ids: Sequence[int]) -> list[Seat]:
    """Return those of the seats that the viewer may see, in the order given."""
    rows = db.session.scalars(
        sa.select(Seat)
        .where(Seat.id.in_(seat_ids), visible_seats(viewer))
        .options(joinedload(Seat.person), joinedload(Seat.delegation))
    )
    found = {row.id: row for row in rows}
    return [found[number] for number in dict.fromkeys(seat_ids) if number in found]


@dataclass(frozen=True)
class HistoryLine:
    """One step of an enrolment: what it became, under which delegation, and who else it names."""

    step: EnrolmentStep
    delegation: str
    other: str | None


def history(enrolment: Enrolment) -> list[HistoryLine]:
    """Return the steps of an enrolment, the first one first; one statement."""
    other = sa.select(Enrolment.id, Person.name).join(Person).subquery()
    rows: sa.Result[Any, Any, Any] = db.session.execute(
        sa.select(EnrolmentStep, Delegation.name, other.c.name)
        .join(Seat, EnrolmentStep.seat_id == Seat.id)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .outerjoin(other, other.c.id == EnrolmentStep.other_id)
        .where(EnrolmentStep.enrolment_id == enrolment.id)
        .order_by(EnrolmentStep.id)
    )
    return [HistoryLine(step, delegation, name) for step, delegation, name in rows]
