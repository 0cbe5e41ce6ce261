"""Runs (期) of one planned class: made together, and kept alike when one of them is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise

import sqlalchemy as sa

from trainer.accounts.audit import Actor
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import DomainError, Invalid
from trainer.core.text import noop
from trainer.courses import queries, service, timetable
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus, SessionKind, next_run
from trainer.courses.service import ClassFacts
from trainer.courses.timetable import SessionFacts
from trainer.people.queries import Viewer
from trainer.plans.models import PlannedClass
from trainer.plans.queries import same_line

# What runs have of their own: these are never offered to the others.
OWN = frozenset({"run", "first_day", "last_day", "nominate_by"})


def create_runs(
    *, facts: ClassFacts, planned: PlannedClass, first_days: Sequence[date], by: Actor
) -> list[TrainingClass]:
    """Make the run of *facts*, and one more, alike, for each of *first_days*.

    All are as long; nominations end as many days before the first day. Raises as `create_class`
    does: then none is made.
    """
    made: list[TrainingClass] = []
    length, ahead = facts.last_day - facts.first_day, facts.nominate_by
    before = facts.first_day - ahead if ahead else None
    for first in (facts.first_day, *first_days):
        taken = [number for number, _status in queries.runs_of(planned.id)]
        run = facts.run if first == facts.first_day and not made else next_run(taken)
        one = replace(
            facts,
            run=run,
            first_day=first,
            last_day=first + length,
            nominate_by=first - before if before is not None else None,
            venue_id=made[0].venue_id if made else facts.venue_id,
            new_venue="" if made else facts.new_venue,
        )
        made.append(service.create_class(facts=one, planned=planned, congress_id=0, by=by))
        db.session.flush()
    _require_apart(made)
    return made


def _require_apart(runs: Iterable[TrainingClass]) -> None:
    ordered = sorted(runs, key=lambda run: run.first_day)
    for one, other in pairwise(ordered):
        if other.first_day <= one.last_day:
            raise Invalid(
                noop("Two runs would be held at once, from %(day)s. Choose days apart."),
                field="more_first_days",
                day=other.first_day,
            )


def siblings(viewer: Viewer, training_class: TrainingClass) -> list[TrainingClass]:
    """Return the other runs of the same planned class that may still be changed, by number."""
    if training_class.planned_class_id is None:
        return []
    return list(
        db.session.scalars(
            sa.select(TrainingClass)
            .where(
                queries.visible_classes(viewer),
                TrainingClass.planned_class_id.in_(same_line(training_class.planned_class_id)),
                TrainingClass.id != training_class.id,
                TrainingClass.status.in_([one for one in ClassStatus if one.held]),
            )
            .order_by(TrainingClass.run, TrainingClass.id)
        )
    )


@dataclass(frozen=True)
class Mark:
    """How a session is known again in another run: its day from the first, start, kind, topic."""

    day: timedelta
    start: time
    kind: SessionKind
    title: str
    place: str


def mark_of(session: ClassSession, training_class: TrainingClass) -> Mark:
    """Return how *session* is known again in other runs."""
    start = clock.local(session.starts_at).time()
    first = training_class.first_day
    return Mark(session.day - first, start, session.kind, session.title, session.place)


def alike(runs: Iterable[TrainingClass], mark: Mark) -> dict[int, ClassSession]:
    """Return, by class, the session of each of *runs* that is as *mark* says; one statement."""
    by_id = {run.id: run for run in runs}
    rows = db.session.scalars(
        sa.select(ClassSession)
        .where(
            ClassSession.class_id.in_(list(by_id)),
            ClassSession.kind == mark.kind,
            ClassSession.title == mark.title,
            ClassSession.cancelled_at.is_(None),
        )
        .order_by(ClassSession.id.desc())
    )
    return {row.class_id: row for row in rows if mark_of(row, by_id[row.class_id]) == mark}


@dataclass(frozen=True)
class Kept:
    """To which runs a change was carried over, and where it was refused and why."""

    done: list[TrainingClass]
    refused: list[tuple[TrainingClass, DomainError]]


def carry_session(
    runs: Iterable[TrainingClass],
    *,
    origin: TrainingClass,
    mark: Mark | None,
    facts: SessionFacts,
    by: Actor,
) -> Kept:
    """Make the same change in *runs*: a new session where *mark* is None, else the one like it.

    Days move with the first day of each run; a room comes along to runs at the same venue. A run
    in which it would clash stays as it is and is told.
    """
    runs = list(runs)
    rows = alike(runs, mark) if mark else {}
    kept = Kept([], [])
    for run in runs:
        shift = run.first_day - origin.first_day
        same_venue = run.venue_id == origin.venue_id
        own = replace(facts, day=facts.day + shift, room_id=facts.room_id if same_venue else None)
        if mark and run.id not in rows:
            continue
        try:
            with db.session.begin_nested():
                if mark:
                    timetable.edit_session(rows[run.id], training_class=run, facts=own, by=by)
                else:
                    timetable.add_session(run, facts=own, by=by)
            kept.done.append(run)
        except DomainError as error:
            kept.refused.append((run, error))
    return kept


def carry_class(runs: Iterable[TrainingClass], *, changed: dict[str, object], by: Actor) -> Kept:
    """Give *runs* the same new facts (by name of `ClassFacts`), what is their own aside."""
    kept = Kept([], [])
    shared = {name: value for name, value in changed.items() if name not in OWN}
    for run in runs:
        facts = replace(service.facts_of(run), **shared)  # type: ignore[arg-type]
        try:
            with db.session.begin_nested():
                service.edit_class(run, facts=facts, by=by)
            kept.done.append(run)
        except DomainError as error:
            kept.refused.append((run, error))
    return kept
