"""What the lists of the roll show: classes due and finished, deputies with their class hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import gettext as _

from trainer.attendance.queries import participations, visible_enrolments
from trainer.attendance.roll import Roll, Row
from trainer.attendance.rules import HELD, Outcome, Result
from trainer.core import clock
from trainer.core.database import db
from trainer.core.language import label
from trainer.core.listing import Sort, requested_sort
from trainer.core.spreadsheet import Cell
from trainer.courses.models import TrainingClass
from trainer.courses.queries import has_status, visible_classes
from trainer.courses.rules import ClassStatus
from trainer.enrolment.models import Enrolment
from trainer.people.queries import Viewer

FINISHED_SHOWN = 20  # a page of finished classes; each is reckoned from its marks


def due_classes(viewer: Viewer) -> Sequence[TrainingClass]:
    """Return the running classes, which are those whose roll can be taken; the earliest first."""
    return db.session.scalars(
        sa.select(TrainingClass)
        .where(visible_classes(viewer), has_status(ClassStatus.RUNNING, today=clock.today()))
        .order_by(TrainingClass.first_day, TrainingClass.id)
    ).all()


def finished_classes(viewer: Viewer) -> sa.Select[TrainingClass]:
    """Return the finished and closed classes, the latest first."""
    return (
        sa.select(TrainingClass)
        .where(visible_classes(viewer), TrainingClass.status.in_(HELD))
        .order_by(TrainingClass.last_day.desc(), TrainingClass.id.desc())
    )


@dataclass(frozen=True)
class Totals:
    """Sums over deputies of a class; presence counts deputies times half-days (人次)."""

    deputies: int = 0
    expected: int = 0
    present: int = 0
    excused: int = 0
    absent: int = 0
    completed: int = 0
    earned: Decimal = Decimal(0)

    @property
    def open(self) -> int:
        """Deputies times half-days not recorded."""
        return self.expected - self.present - self.excused - self.absent

    @property
    def average(self) -> Decimal:
        """Class hours per deputy."""
        return self.earned / self.deputies if self.deputies else Decimal(0)


def sums(outcomes: Iterable[Outcome]) -> Totals:
    """Return the sums over *outcomes*, one per deputy."""
    every = list(outcomes)
    return Totals(
        deputies=len(every),
        expected=sum(each.half_days for each in every),
        present=sum(each.present for each in every),
        excused=sum(each.excused for each in every),
        absent=sum(each.absent for each in every),
        completed=sum(each.completed for each in every),
        earned=sum((each.earned for each in every), Decimal(0)),
    )


def results(classes: Iterable[TrainingClass], viewer: Viewer) -> dict[int, Totals]:
    """Return the sums of each class, by class id; five statements."""
    ids = [each.id for each in classes]
    outcomes: dict[int, list[Outcome]] = {number: [] for number in ids}
    for row in participations(Enrolment.class_id.in_(ids), visible_enrolments(viewer)):
        outcomes[row.class_id].append(row.outcome)
    return {number: sums(each) for number, each in outcomes.items()}


_KEYS: dict[str, Callable[[Row], Any]] = {
    "delegation": lambda _row: 0,  # the order in which the roll comes
    "name": lambda row: row.sort_name,
    "earned": lambda row: row.outcome.earned,
    "excused": lambda row: row.outcome.excused,
    "absent": lambda row: row.outcome.absent,
    "result": lambda row: list(Result).index(row.outcome.result),
}


def sorted_hours(roll: Roll) -> tuple[Sort, list[Row]]:
    """Return the deputies as the address filters (q, delegation, result) and sorts them."""
    sort = requested_sort(_KEYS, "delegation")
    word = request.args.get("q", "").strip().lower()
    delegation = request.args.get("delegation", type=int)
    result = request.args.get("result", "")
    rows = [
        row
        for row in roll.rows
        if (not word or word in row.name or word in row.sort_name.replace(" ", ""))
        and (delegation is None or row.delegation_id == delegation)
        and (not result or row.outcome.result.value == result)
    ]
    if sort.key == "delegation":
        return sort, rows[::-1] if sort.descending else rows
    return sort, sorted(rows, key=_KEYS[sort.key], reverse=sort.descending)


def delegations(roll: Roll) -> list[tuple[int, str]]:
    """Return the delegations on the roll, in order."""
    return list(dict.fromkeys((row.delegation_id, row.delegation) for row in roll.rows))


def hours_header() -> list[str]:
    """Return the columns of the Excel file of class hours."""
    return [
        _("Delegation"),
        _("Name"),
        _("Class hours offered"),
        _("Class hours earned"),
        _("Half-days"),
        _("Half-days present"),
        _("Half-days on leave"),
        _("Half-days absent"),
        _("Not recorded"),
        _("Result"),
    ]


def hours_lines(rows: Iterable[Row]) -> Iterator[list[Cell]]:
    """Return a line of the Excel file for each deputy."""
    for row in rows:
        out = row.outcome
        yield [
            row.delegation,
            row.name,
            out.offered,
            out.earned,
            out.half_days,
            out.present,
            out.excused,
            out.absent,
            out.open,
            label(out.result),
        ]
