"""Reads of the roll, of hours and of completion, each in a number of statements that is fixed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from trainer.attendance.models import Attendance, HoursRule
from trainer.attendance.rules import DEFAULT_POLICY, HELD, Held, Mark, Outcome, Policy, outcome
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus, Half, SessionKind, half_of
from trainer.enrolment.models import Enrolment
from trainer.enrolment.rules import HOLDING
from trainer.people.models import Congress, Delegation, Seat, Term
from trainer.people.queries import Viewer, visible_delegations

ROLL_KINDS = tuple(kind for kind in SessionKind if kind.on_roll)


def on_roll() -> sa.ColumnElement[bool]:
    """Return the condition that the roll is taken in a ClassSession row."""
    return sa.and_(ClassSession.cancelled_at.is_(None), ClassSession.kind.in_(ROLL_KINDS))


def holds_seat() -> sa.ColumnElement[bool]:
    """Return the condition that an Enrolment row holds a seat, so stands on the roll."""
    return Enrolment.status.in_(HOLDING)


def visible_enrolments(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer may see an Enrolment row on a class they may see.

    Planners and auditors see the whole class, township officers their own people.
    """
    if viewer.sees_all:
        return sa.true()
    own = sa.select(Delegation.id).where(visible_delegations(viewer))
    return Enrolment.delegation_id.in_(own)


@dataclass(frozen=True)
class DatedPolicy:
    """A policy, the day from which it holds, and the path of the congress that set it."""

    path: str
    from_day: date
    policy: Policy


def _policies(congresses: sa.Select[int]) -> dict[int, list[DatedPolicy]]:
    """Return the rules set by each of the *congresses* and by those above it."""
    setter = aliased(Congress)
    rules: defaultdict[int, list[DatedPolicy]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(
            Congress.id,
            setter.path,
            HoursRule.from_day,
            HoursRule.most_a_half_day,
            HoursRule.leave_divisor,
        )
        .join(setter, Congress.path.startswith(setter.path))
        .join(HoursRule, HoursRule.congress_id == setter.id)
        .where(Congress.id.in_(congresses))
    )
    for congress_id, path, from_day, most, divisor in rows:
        policy = Policy(most, Fraction(1, divisor))
        rules[congress_id].append(DatedPolicy(path, from_day, policy))
    return rules


def _in_force(rules: Iterable[DatedPolicy], day: date) -> Policy:
    """Return the policy of the nearest congress that had one on *day*, else the default."""
    begun = [rule for rule in rules if rule.from_day <= day]
    nearest = max(begun, key=lambda rule: (len(rule.path), rule.from_day), default=None)
    return nearest.policy if nearest else DEFAULT_POLICY


def policy_for(training_class: TrainingClass) -> Policy:
    """Return how hours were counted, on the class's first day, by its congress or one above."""
    rules = _policies(sa.select(sa.literal(training_class.congress_id)))
    return _in_force(rules.get(training_class.congress_id, ()), training_class.first_day)


def hours_rules(congress_id: int) -> Sequence[HoursRule]:
    """Return the dated hours rules of a congress, the newest first."""
    return db.session.scalars(
        sa.select(HoursRule)
        .where(HoursRule.congress_id == congress_id)
        .order_by(HoursRule.from_day.desc())
    ).all()


def hours_rule_for(viewer: Viewer, rule_id: int) -> HoursRule:
    """Return a rule of the viewer's own congress, else 404."""
    own = HoursRule.congress_id == (viewer.congress_id or -1)
    found: HoursRule = db.one_or_404(sa.select(HoursRule).where(HoursRule.id == rule_id, own))
    return found


@dataclass(frozen=True)
class Participation:
    """One deputy on one class, under one seat, and what the roll came to."""

    enrolment_id: int
    person_id: int
    seat_id: int
    class_id: int
    class_name: str
    run: int
    congress_id: int
    first_day: date
    last_day: date
    status: ClassStatus
    outcome: Outcome

    @property
    def held(self) -> bool:
        """Whether the class is finished."""
        return self.status in HELD


@dataclass(frozen=True)
class _Slot:
    """A session of a class as the rules of hours need it."""

    session_id: int
    day: date
    half: Half
    hours: Decimal

    def held(self, mark: Mark | None) -> Held:
        return Held(self.day, self.half, self.hours, mark)


def _slots(classes: sa.Select[int]) -> dict[int, list[_Slot]]:
    slots: defaultdict[int, list[_Slot]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(
            ClassSession.class_id, ClassSession.id, ClassSession.starts_at, ClassSession.hours
        )
        .where(ClassSession.class_id.in_(classes), on_roll())
        .order_by(ClassSession.starts_at, ClassSession.id)
    )
    for class_id, session_id, starts_at, hours in rows:
        start = clock.local(starts_at)
        slots[class_id].append(_Slot(session_id, start.date(), half_of(start), hours))
    return slots


def _present_throughout(wanted: sa.ColumnElement[bool]) -> sa.Select[int]:
    """Return the enrolments that have a counting mark in every session of their class.

    Most have; their single marks need not be read.
    """
    sessions = (
        sa.select(sa.func.count(ClassSession.id))
        .where(ClassSession.class_id == Enrolment.class_id, on_roll())
        .correlate(Enrolment)
        .scalar_subquery()
    )
    return (
        sa.select(Enrolment.id)
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .join(Attendance, Attendance.enrolment_id == Enrolment.id)
        .join(ClassSession, Attendance.session_id == ClassSession.id)
        .where(wanted, on_roll(), Attendance.mark.in_([mark for mark in Mark if mark.counts]))
        .group_by(Enrolment.id, Enrolment.class_id)
        .having(sa.func.count() == sessions)
    )


def _marks(wanted: sa.ColumnElement[bool]) -> dict[int, dict[int, Mark]]:
    marks: defaultdict[int, dict[int, Mark]] = defaultdict(dict)
    rows = db.session.execute(
        sa.select(Attendance.enrolment_id, Attendance.session_id, Attendance.mark)
        .join(Enrolment, Attendance.enrolment_id == Enrolment.id)
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .where(wanted, Enrolment.id.not_in(_present_throughout(wanted)))
    )
    for enrolment_id, session_id, mark in rows:
        marks[enrolment_id][session_id] = mark
    return marks


def participations(*conditions: sa.ColumnElement[bool]) -> list[Participation]:
    """Return the enrolments that hold a seat and fulfil *conditions*, with their outcome.

    The conditions speak of Enrolment and TrainingClass rows. Five statements, whatever the rows.
    """
    wanted = sa.and_(holds_seat(), *conditions)
    rows = db.session.execute(
        sa.select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.person_id,
            Enrolment.seat_id,
            Enrolment.class_id,
            TrainingClass.name.label("class_name"),
            TrainingClass.run,
            TrainingClass.congress_id,
            TrainingClass.first_day,
            TrainingClass.last_day,
            TrainingClass.status,
        )
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .where(wanted)
        .order_by(TrainingClass.first_day, TrainingClass.id, Enrolment.id)
    )

    def of_classes(column: sa.orm.InstrumentedAttribute[int]) -> sa.Select[int]:
        joined = sa.select(column).join(Enrolment, Enrolment.class_id == TrainingClass.id)
        return joined.where(wanted)

    slots, marks = _slots(of_classes(TrainingClass.id)), _marks(wanted)
    present = set(db.session.scalars(_present_throughout(wanted)))
    policies = _policies(of_classes(TrainingClass.congress_id))
    found = []
    for row in rows.mappings():
        every = Mark.PRESENT if row["enrolment_id"] in present else None
        own = marks.get(row["enrolment_id"], {})
        held = [s.held(own.get(s.session_id, every)) for s in slots.get(row["class_id"], ())]
        policy = _in_force(policies.get(row["congress_id"], ()), row["first_day"])
        found.append(Participation(**row, outcome=outcome(held, policy)))
    return found


@dataclass(frozen=True)
class PersonHours:
    """The classes of one person, the newest first; totals count what the roll holds so far."""

    classes: tuple[Participation, ...]

    @property
    def earned(self) -> Decimal:
        """Class hours earned in all."""
        return sum((each.outcome.earned for each in self.classes), Decimal(0))

    @property
    def completed(self) -> int:
        """How many finished classes were completed."""
        return sum(each.held and each.outcome.completed for each in self.classes)


def hours_of_person(person_id: int) -> PersonHours:
    """Return the class hours of a person per class and in all, drafts and cancellations apart."""
    shown = TrainingClass.status.not_in((ClassStatus.DRAFT, ClassStatus.CANCELLED))
    return PersonHours(tuple(reversed(participations(Enrolment.person_id == person_id, shown))))


def held_by(day: date) -> sa.ColumnElement[bool]:
    """Return the condition that a TrainingClass row is finished and ended by *day*."""
    return sa.and_(TrainingClass.status.in_(HELD), TrainingClass.last_day <= day)


def under_seat_of(*term_ids: int) -> sa.ColumnElement[bool]:
    """Return the condition that an Enrolment row stands under a seat of one of the terms."""
    return Enrolment.seat_id.in_(
        sa.select(Seat.id)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .where(Delegation.term_id.in_(term_ids))
    )


def trained_persons(term: Term, by_day: date) -> set[int]:
    """Return the ids of the persons who completed at least one class held by *by_day*.

    Only classes attended under a seat of *term* count.
    """
    rows = participations(under_seat_of(term.id), held_by(by_day))
    return {row.person_id for row in rows if row.outcome.completed}
