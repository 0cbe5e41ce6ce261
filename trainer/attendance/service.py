"""Verbs of the roll: save a half-day, finish a class whose roll is whole, set how hours count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from trainer.accounts.audit import Actor, audit
from trainer.attendance import rules
from trainer.attendance.models import Attendance, HoursRule
from trainer.attendance.queries import hours_rules
from trainer.attendance.roll import Count, Roll, Typed, roll_of, settle
from trainer.attendance.rules import HELD, Mark, Source
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused, Stale
from trainer.core.text import noop
from trainer.courses import service as courses
from trainer.courses.models import TrainingClass
from trainer.people.models import Congress
from trainer.people.queries import Viewer

_INSERT: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

RULE_FACTS = ("from_day", "most_a_half_day", "leave_divisor")


@dataclass(frozen=True)
class Saved:
    """What a save did: marks written, deputies left out, and the half-day's figures now."""

    written: int
    left_out: int
    count: Count


class RollConflict(Stale):
    """Some marks were changed by somebody else meanwhile; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            noop("Somebody else has recorded marks in this half-day meanwhile. Nothing was saved.")
        )


def save_roll(
    training_class: TrainingClass,
    *,
    half_day: str,
    marks: Mapping[int, Typed],
    viewer: Viewer,
    source: Source = Source.STAFF,
    by: Actor,
) -> Saved:
    """Record the marks of one half-day, by enrolment id, in every session of it; all or nothing.

    A blank mark leaves a deputy as recorded. Who holds no seat (any more) is left out. Raises
    Refused when the roll is closed or the half-day gone, RollConflict when a mark to be written
    is not the one the user saw.
    """
    _lock(training_class)
    closed = rules.roll_closed(
        training_class.status, first_day=training_class.first_day, today=clock.today()
    )
    if closed:
        raise Refused(closed)
    roll = roll_of(training_class, viewer, lock=True)
    index = roll.index_of(half_day)
    if index is None:
        raise Refused(noop("This half-day is no longer in the timetable. Open the roll again."))
    to_write, conflicts = settle(roll, index, marks)
    if conflicts:
        raise RollConflict
    if to_write:
        with db.session.begin_nested():
            _write(roll, index, to_write, source, by)
        _record(training_class, roll, index, to_write, by)
    on_roll = {row.enrolment_id for row in roll.rows}
    now = roll_of(training_class, viewer).count(index)
    return Saved(len(to_write), len(set(marks) - on_roll), now)


def _lock(training_class: TrainingClass) -> None:
    """Keep the class as it is until the end: a roll is saved before it finishes or not at all."""
    columns = ["status", "first_day", "last_day", "version"]
    db.session.refresh(training_class, columns, with_for_update={"key_share": True})


def _write(roll: Roll, index: int, marks: Mapping[int, Mark], source: Source, by: Actor) -> None:
    sessions = [session.id for session in roll.half_days[index].sessions]
    facts = {"source": source, "by_name": by.name, "by_id": by.user_id, "at": clock.now()}
    for each in set(marks.values()):
        db.session.execute(
            sa.update(Attendance)
            .where(
                Attendance.enrolment_id.in_([n for n, mark in marks.items() if mark is each]),
                Attendance.session_id.in_(sessions),
                Attendance.mark != each,
            )
            .values(mark=each, **facts),
            execution_options={"synchronize_session": False},
        )
    new = [
        {"session_id": session, "enrolment_id": row.enrolment_id, "mark": mark, **facts}
        for row in roll.rows
        if (mark := marks.get(row.enrolment_id))
        for session, present in zip(sessions, row.entries[index].marks, strict=True)
        if present is None
    ]
    if new:
        _insert(new)


def _insert(rows: list[dict[str, Any]]) -> None:
    """Insert marks; a row that came from elsewhere since the roll was read is a conflict."""
    statement = (
        _INSERT[db.engine.dialect.name](Attendance)
        .on_conflict_do_nothing(index_elements=["session_id", "enrolment_id"])
        .returning(Attendance.id)
    )
    inserted = db.session.scalars(statement, rows).all()
    if len(inserted) != len(rows):
        raise RollConflict


def _record(
    training_class: TrainingClass, roll: Roll, index: int, written: Mapping[int, Mark], by: Actor
) -> None:
    half_day = roll.half_days[index]
    before: dict[str, Any] = {"half_day": half_day.key}
    after: dict[str, Any] = {"half_day": half_day.key}
    for row in roll.rows:
        if row.enrolment_id in written:
            person = f"{row.name} #{row.enrolment_id}"
            mark = row.entries[index].mark
            before[person] = mark.value if mark else None
            after[person] = written[row.enrolment_id].value
    audit("roll.save", training_class, by=by, before=before, after=after)


def finish(training_class: TrainingClass, *, viewer: Viewer, anyway: bool, by: Actor) -> None:
    """Finish a class; raises Refused while a half-day is not wholly recorded, unless *anyway*.

    Whoever has no mark in some session has then not completed the class.
    """
    _lock(training_class)
    missing = roll_of(training_class, viewer).missing()
    if missing and not anyway:
        raise Refused(
            noop("%(count)s half-days are not wholly recorded. Take their roll first."),
            count=len(missing),
        )
    courses.finish(training_class, by=by)


def add_hours_rule(
    congress_id: int, *, from_day: date, most_a_half_day: Decimal, leave_divisor: int, by: Actor
) -> HoursRule:
    """Set how classes that begin on *from_day* or later count hours.

    It holds for the congress and those below it that have no rule of their own.

    Raises Invalid when a class that it would change is finished already, or the day has a rule.
    """
    if any(rule.from_day == from_day for rule in hours_rules(congress_id)):
        raise Invalid(noop("There is a rule from this day on already."), field="from_day")
    _require_not_in_use(congress_id, from_day)
    rule = HoursRule(
        congress_id=congress_id,
        from_day=from_day,
        most_a_half_day=most_a_half_day,
        leave_divisor=leave_divisor,
    )
    db.session.add(rule)
    audit("hours_rule.add", rule, by=by)
    return rule


def remove_hours_rule(rule: HoursRule, *, by: Actor) -> None:
    """Take a rule back that no finished class was counted by."""
    _require_not_in_use(rule.congress_id, rule.from_day)
    kept = {name: str(getattr(rule, name)) for name in RULE_FACTS}
    audit("hours_rule.remove", rule, by=by, before=kept, after={})
    db.session.delete(rule)
    db.session.flush()


def _require_not_in_use(congress_id: int, from_day: date) -> None:
    setter = aliased(Congress)
    last = db.session.scalar(
        sa.select(sa.func.max(TrainingClass.first_day))
        .join(Congress, TrainingClass.congress_id == Congress.id)
        .join(setter, Congress.path.startswith(setter.path))
        .where(
            setter.id == congress_id,
            TrainingClass.first_day >= from_day,
            TrainingClass.status.in_(HELD),
        )
    )
    if last is not None:
        raise Invalid(
            noop("A class that began on %(day)s is finished; choose a day after it."),
            field="from_day",
            day=last,
        )
