"""Verbs on the lines of an annual plan's table: add, change, delete, move, save all at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit
from trainer.core.database import db
from trainer.core.errors import Invalid, Stale
from trainer.core.text import noop
from trainer.plans import rules
from trainer.plans.locking import open_draft, open_line, require_seen
from trainer.plans.models import AnnualPlan, PlannedClass
from trainer.plans.rules import ClassLine

MOST_LINES = 300


def line_of(row: PlannedClass) -> ClassLine:
    """Return what a planned class says, apart from its place in a plan."""
    return ClassLine(**{field.name: getattr(row, field.name) for field in fields(ClassLine)})


def classes_of(plan_id: int) -> list[PlannedClass]:
    """Return the lines of a plan in their order."""
    return list(
        db.session.scalars(
            sa.select(PlannedClass)
            .where(PlannedClass.plan_id == plan_id)
            .order_by(PlannedClass.position, PlannedClass.id)
        )
    )


def _check(line: ClassLine, year: int) -> None:
    rules.require_line(line)
    rules.require_year(line.starts, year)


def _next_line(plan: AnnualPlan) -> int:
    """Return a line number that was never used in the plan's year."""
    of_year = sa.select(AnnualPlan.id).where(
        AnnualPlan.term_id == plan.term_id, AnnualPlan.year == plan.year
    )
    used = sa.select(sa.func.max(PlannedClass.line)).where(PlannedClass.plan_id.in_(of_year))
    return (db.session.scalar(used) or 0) + 1


def add_class(plan: AnnualPlan, *, line: ClassLine, by: Actor) -> PlannedClass:
    """Add a line at the foot of the table; its line number was never used in this year."""
    open_draft(plan, by)
    _check(line, plan.year)
    last = sa.select(sa.func.max(PlannedClass.position)).where(PlannedClass.plan_id == plan.id)
    return _added(plan, line, _next_line(plan), (db.session.scalar(last) or 0) + 1, by)


def _added(
    plan: AnnualPlan, line: ClassLine, number: int, position: int, by: Actor
) -> PlannedClass:
    row = PlannedClass(plan_id=plan.id, line=number, position=position, **asdict(line))
    db.session.add(row)
    audit("planned_class.create", row, by=by)
    return row


def update_class(row: PlannedClass, *, seen: int | None, line: ClassLine, by: Actor) -> None:
    """Write all columns of a planned class."""
    open_line(row, by)
    require_seen(row, seen)
    _check(line, db.session.get_one(AnnualPlan, row.plan_id).year)
    _write(row, line, by)


def _write(row: PlannedClass, line: ClassLine, by: Actor) -> None:
    for name, value in asdict(line).items():
        setattr(row, name, value)
    audit("planned_class.change", row, by=by)


def delete_class(row: PlannedClass, *, by: Actor) -> None:
    """Take a line out of the draft; earlier revisions keep theirs."""
    open_line(row, by)
    _delete(row, by)
    _number(classes_of(row.plan_id))


def _delete(row: PlannedClass, by: Actor) -> None:
    before = {field.key: getattr(row, field.key) for field in sa.inspect(PlannedClass).column_attrs}
    plain = {key: _plain(value) for key, value in before.items() if value not in ("", None, ())}
    audit("planned_class.delete", row, by=by, before=plain, after={})
    db.session.delete(row)
    db.session.flush()


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(day.isoformat() for day in value if isinstance(day, date))
    return str(value)


def move_class(row: PlannedClass, *, up: bool, by: Actor) -> None:
    """Let a line change places with the one above or below; at the end it stays."""
    open_line(row, by)
    rows = classes_of(row.plan_id)
    place = rows.index(row)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    _number(rows)
    _note_move(row, place + 1, other + 1, by)


def _note_move(row: PlannedClass, old: int, new: int, by: Actor) -> None:
    audit("planned_class.move", row, by=by, before={"position": old}, after={"position": new})


def _number(rows: list[PlannedClass]) -> None:
    """Number *rows* from 1, leaving their versions: moving is no conflict with writing."""
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            db.session.execute(
                sa.update(PlannedClass).where(PlannedClass.id == row.id).values(position=position)
            )


@dataclass(frozen=True)
class TypedLine:
    """One line of a table as somebody typed it: a known class (None: a new one) and its cells.

    *seen* is the version of the class that was opened; *touched* whether any cell was changed.
    """

    planned_id: int | None
    line: ClassLine
    seen: int | None = None
    touched: bool = True


class StaleLines(Stale):
    """Somebody has saved some of the lines meanwhile; *ids* are the planned classes."""

    def __init__(self, ids: Collection[int]) -> None:
        super().__init__(noop("Somebody has saved this meanwhile."))
        self.ids = frozenset(ids)


@dataclass(frozen=True)
class Saved:
    """How many lines a saved table added, changed and deleted."""

    added: int
    changed: int
    deleted: int


def save_table(
    plan: AnnualPlan, *, typed: Sequence[TypedLine], deleted: Collection[int] = (), by: Actor
) -> Saved:
    """Write the whole table of a draft: lines added, changed, deleted, in the order typed.

    Lines that were not touched stay as they are, whoever changed them meanwhile; lines that
    somebody else added meanwhile stay too, at the foot. Raises StaleLines when a touched line
    was saved by somebody else, Invalid for the first thing that cannot be in a line.
    """
    open_draft(plan, by)
    now = classes_of(plan.id)
    rows = {row.id: row for row in now}
    _require_lines_seen(rows, typed)
    for one in typed:
        _check(one.line, plan.year)
    if len(typed) > MOST_LINES:
        raise Invalid(noop("A plan has at most %(most)s lines."), most=MOST_LINES)
    gone = [row for row in now if row.id in deleted]
    for row in gone:
        _delete(row, by)
    kept = [one for one in typed if one.planned_id not in deleted]
    order, changed = _written(plan, rows, kept, by)
    others = [row for row in now if row not in order and row not in gone]
    _order([*order, *others], {row.id: place for place, row in enumerate(now, start=1)}, by)
    added = sum(row.id not in rows for row in order)
    return Saved(added, changed, len(gone))


def _require_lines_seen(rows: dict[int, PlannedClass], typed: Sequence[TypedLine]) -> None:
    stale = {
        one.planned_id
        for one in typed
        if one.planned_id is not None and one.touched
        if one.planned_id not in rows
        or (rows[one.planned_id].version != one.seen and line_of(rows[one.planned_id]) != one.line)
    }
    if stale:
        raise StaleLines(stale)


def _written(
    plan: AnnualPlan, rows: dict[int, PlannedClass], typed: Sequence[TypedLine], by: Actor
) -> tuple[list[PlannedClass], int]:
    """Write the typed lines; return their rows in order, and how many known ones changed."""
    order, changed, number = [], 0, _next_line(plan)
    foot = max((row.position for row in rows.values()), default=0)
    for one in typed:
        if one.planned_id is None:
            foot += 1
            order.append(_added(plan, one.line, number, foot, by))
            number += 1
        elif row := rows.get(one.planned_id):
            order.append(row)
            if one.touched and line_of(row) != one.line:
                _write(row, one.line, by)
                changed += 1
    return order, changed


def _order(rows: list[PlannedClass], was: dict[int, int], by: Actor) -> None:
    """Put *rows* in this order; the trail hears of lines that passed another one."""
    before = [was[row.id] for row in rows if row.id in was]
    _number(rows)
    if before == sorted(before):
        return
    for place, row in enumerate(rows, start=1):
        if row.id in was and was[row.id] != place:
            _note_move(row, was[row.id], place, by)
