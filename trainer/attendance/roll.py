"""The roll of one class as it is read: deputies by half-days, and how far each half-day is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa

from trainer.attendance.models import Attendance
from trainer.attendance.queries import holds_seat, on_roll, policy_for, visible_enrolments
from trainer.attendance.rules import (
    Held,
    Mark,
    Outcome,
    Policy,
    Span,
    Step,
    gravest,
    outcome,
    step_of,
)
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.queries import by_half_day
from trainer.courses.rules import Half
from trainer.enrolment.models import Enrolment
from trainer.people.models import Delegation, Person
from trainer.people.queries import Viewer


@dataclass(frozen=True)
class HalfDay:
    """One column of the roll: the sessions that begin in one half of a day."""

    day: date
    half: Half
    sessions: tuple[ClassSession, ...]

    @property
    def key(self) -> str:
        """The half-day in addresses and forms: ``2017-06-06.morning``."""
        return f"{self.day.isoformat()}.{self.half.value}"

    @property
    def starts_at(self) -> datetime:
        """When its first session begins."""
        return min(session.starts_at for session in self.sessions)

    @property
    def ends_at(self) -> datetime:
        """When its last session ends."""
        return max(session.ends_at for session in self.sessions)


@dataclass(frozen=True)
class Entry:
    """What is recorded of one deputy in one half-day, session by session."""

    marks: tuple[Mark | None, ...]
    by_name: str = ""
    at: datetime | None = None

    @property
    def mark(self) -> Mark | None:
        """The mark of the half-day."""
        return gravest(self.marks)

    @property
    def whole(self) -> bool:
        """Whether every session has a mark."""
        return None not in self.marks

    @property
    def mixed(self) -> bool:
        """Whether the sessions have different marks."""
        return len({mark for mark in self.marks if mark is not None}) > 1


@dataclass(frozen=True)
class Row:
    """One deputy of the roll."""

    enrolment_id: int
    person_id: int
    name: str
    sort_name: str
    delegation_id: int
    delegation: str
    entries: tuple[Entry, ...]
    outcome: Outcome


@dataclass(frozen=True)
class Count:
    """The figures of a half-day: expected (应到), present (实到), on leave, absent."""

    expected: int
    present: int
    excused: int
    absent: int

    @property
    def open(self) -> int:
        """How many are not recorded."""
        return self.expected - self.present - self.excused - self.absent


@dataclass(frozen=True)
class Roll:
    """The roll of a class, as far as the asker may see it."""

    half_days: tuple[HalfDay, ...]
    rows: tuple[Row, ...]
    policy: Policy

    def index_of(self, key: str | None) -> int | None:
        """Return the place of the half-day named *key*."""
        return next((i for i, each in enumerate(self.half_days) if each.key == key), None)

    def count(self, index: int) -> Count:
        """Return the figures of one half-day."""
        marks = [row.entries[index].mark for row in self.rows]
        return Count(
            expected=len(marks),
            present=sum(mark is not None and mark.counts for mark in marks),
            excused=marks.count(Mark.EXCUSED),
            absent=marks.count(Mark.ABSENT),
        )

    def whole(self, index: int) -> bool:
        """Tell whether everybody has a mark in every session of one half-day."""
        return all(row.entries[index].whole for row in self.rows)

    def spans(self) -> list[Span]:
        """Return the half-days as `rules.half_day_to_take` needs them."""
        return [
            Span(each.starts_at, each.ends_at, self.whole(index))
            for index, each in enumerate(self.half_days)
        ]

    def missing(self) -> list[HalfDay]:
        """Return the half-days whose roll is not whole."""
        return [each for i, each in enumerate(self.half_days) if not self.whole(i)]

    def groups(self) -> list[tuple[str, list[Row]]]:
        """Return the rows by delegation, in order."""
        by_delegation = groupby(self.rows, key=lambda row: (row.delegation_id, row.delegation))
        return [(name, list(rows)) for (_id, name), rows in by_delegation]


def half_days(sessions: Iterable[ClassSession]) -> tuple[HalfDay, ...]:
    """Return the half-days of *sessions*, which come in order of their start."""
    return tuple(HalfDay(day, half, tuple(each)) for day, half, each in by_half_day(sessions))


def _sessions(class_id: int) -> Sequence[ClassSession]:
    return db.session.scalars(
        sa.select(ClassSession)
        .where(ClassSession.class_id == class_id, on_roll())
        .order_by(ClassSession.starts_at, ClassSession.id)
    ).all()


@dataclass(frozen=True)
class _Recorded:
    mark: Mark
    by_name: str
    at: datetime


def _recorded(class_id: int, *, lock: bool) -> dict[tuple[int, int], _Recorded]:
    query = (
        sa.select(
            Attendance.enrolment_id,
            Attendance.session_id,
            Attendance.mark,
            Attendance.by_name,
            Attendance.at,
        )
        .join(ClassSession, Attendance.session_id == ClassSession.id)
        .where(ClassSession.class_id == class_id)
    )
    if lock:
        query = query.with_for_update(of=Attendance)
    return {(row[0], row[1]): _Recorded(*row[2:]) for row in db.session.execute(query)}


def _enrolled(class_id: int, viewer: Viewer) -> Sequence[sa.Row[int, int, str, str, int, str]]:
    return db.session.execute(
        sa.select(
            Enrolment.id,
            Enrolment.person_id,
            Person.name,
            Person.sort_name,
            Delegation.id,
            Delegation.name,
        )
        .join(Person, Enrolment.person_id == Person.id)
        .join(Delegation, Enrolment.delegation_id == Delegation.id)
        .where(Enrolment.class_id == class_id, holds_seat(), visible_enrolments(viewer))
        .order_by(
            Delegation.term_id,
            Delegation.position,
            Delegation.name,
            Delegation.id,
            Person.sort_name,
            Enrolment.id,
        )
    ).all()


def _entry(found: Sequence[_Recorded | None]) -> Entry:
    last = max((each for each in found if each), key=lambda each: each.at, default=None)
    marks = tuple(each.mark if each else None for each in found)
    return Entry(marks, last.by_name, last.at) if last else Entry(marks)


def roll_of(training_class: TrainingClass, viewer: Viewer, *, lock: bool = False) -> Roll:
    """Return the roll of a class; four statements, whatever the rows.

    *lock* keeps others from changing the rows read until the transaction ends.
    """
    recorded = _recorded(training_class.id, lock=lock)
    columns = half_days(_sessions(training_class.id))
    policy = policy_for(training_class)
    rows = []
    for facts in _enrolled(training_class.id, viewer):
        entries = tuple(
            _entry([recorded.get((facts[0], session.id)) for session in column.sessions])
            for column in columns
        )
        held = [
            Held(column.day, column.half, session.hours, mark)
            for column, entry in zip(columns, entries, strict=True)
            for session, mark in zip(column.sessions, entry.marks, strict=True)
        ]
        rows.append(Row(*facts, entries, outcome(held, policy)))
    return Roll(columns, tuple(rows), policy)


@dataclass(frozen=True)
class Typed:
    """What a user says of one deputy: the mark seen when the page was opened, and the own one."""

    seen: Mark | None
    mine: Mark | None


@dataclass(frozen=True)
class Conflict:
    """A mark that somebody else recorded while the user's page was open."""

    row: Row
    theirs: Entry
    mine: Mark


def settle(
    roll: Roll, index: int, marks: Mapping[int, Typed]
) -> tuple[dict[int, Mark], list[Conflict]]:
    """Return which of *marks* (by enrolment id) to write in a half-day, and which are conflicts."""
    to_write: dict[int, Mark] = {}
    conflicts = []
    for row in roll.rows:
        typed, entry = marks.get(row.enrolment_id), row.entries[index]
        if typed is None or typed.mine is None:
            continue
        step = step_of(now=entry.mark, whole=entry.whole, seen=typed.seen, mine=typed.mine)
        if step is Step.WRITE:
            to_write[row.enrolment_id] = typed.mine
        elif step is Step.CONFLICT:
            conflicts.append(Conflict(row, entry, typed.mine))
    return to_write, conflicts


@dataclass(frozen=True)
class Progress:
    """How far the roll of a class is: half-days in all, whole ones, and those overdue."""

    expected: int
    half_days: int
    whole: int
    overdue: int


def progress(class_ids: Sequence[int], viewer: Viewer) -> dict[int, Progress]:
    """Return how far the rolls of classes are, by class id; three statements."""
    here = sa.and_(Enrolment.class_id.in_(class_ids), holds_seat(), visible_enrolments(viewer))
    people = db.session.execute(
        sa.select(Enrolment.class_id, sa.func.count()).where(here).group_by(Enrolment.class_id)
    )
    marks = db.session.execute(
        sa.select(Attendance.session_id, sa.func.count())
        .join(Enrolment, Attendance.enrolment_id == Enrolment.id)
        .where(here)
        .group_by(Attendance.session_id)
    )
    expected: dict[int, int] = dict(people.all())
    marked: dict[int, int] = dict(marks.all())
    sessions: defaultdict[int, list[ClassSession]] = defaultdict(list)
    for session in db.session.scalars(
        sa.select(ClassSession)
        .where(ClassSession.class_id.in_(class_ids), on_roll())
        .order_by(ClassSession.starts_at, ClassSession.id)
    ):
        sessions[session.class_id].append(session)
    return {
        number: _progress(half_days(sessions[number]), expected.get(number, 0), marked)
        for number in class_ids
    }


def _progress(columns: Sequence[HalfDay], expected: int, marked: dict[int, int]) -> Progress:
    now = clock.now()
    whole = [all(marked.get(s.id, 0) >= expected for s in each.sessions) for each in columns]
    late = [not w and each.ends_at <= now for w, each in zip(whole, columns, strict=True)]
    return Progress(expected, len(columns), sum(whole), sum(late))
