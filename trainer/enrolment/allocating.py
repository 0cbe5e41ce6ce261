"""Verbs on allocations: demand, ask, reckon in the background, stop, carry out, undo."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.jobs import job, wake
from trainer.core.text import noop
from trainer.courses.models import TrainingClass
from trainer.enrolment import allocation_data, counters, queries, rules
from trainer.enrolment.allocation import (
    Assignment,
    Level,
    Problem,
    Result,
    Standing,
    Trait,
    figures,
)
from trainer.enrolment.allocation_data import Situation
from trainer.enrolment.allocation_models import Allocation, AllocationRule
from trainer.enrolment.demands import words
from trainer.enrolment.models import Enrolment
from trainer.enrolment.reasons import Explainer
from trainer.enrolment.rules import AllocationState, EnrolmentStatus, RuleKind
from trainer.enrolment.service import Situation as OnClass
from trainer.enrolment.service import let_move_up, lock_list, record
from trainer.enrolment.solver import solve
from trainer.people.models import Person

BEAT = 0.25  # seconds between two looks at a search
LOST_AFTER = timedelta(minutes=2)
_STATES = {
    Standing.OPTIMAL: AllocationState.OPTIMAL,
    Standing.BEST_SO_FAR: AllocationState.BEST,
    Standing.IMPOSSIBLE: AllocationState.IMPOSSIBLE,
    Standing.UNKNOWN: AllocationState.NOTHING,
}
_MOVED = noop("Allocation to runs")


def add_rule(
    planned_class_id: int,
    *,
    kind: RuleKind,
    people: list[Person],
    run: TrainingClass | None = None,
    trait: Trait | None = None,
    number: int | None = None,
    note: str = "",
    by: Actor,
) -> AllocationRule:
    """Add a demand or wish; raises Invalid when something it needs is missing."""
    if kind.about_a_run and run is None:
        raise Invalid(noop("Choose the run."), field="run")
    least = kind is RuleKind.LEAST
    if least and (trait is None or not number):
        raise Invalid(noop("Write of whom and how many at least."), field="number")
    if not least and len(people) < (2 if kind.of_several else 1):
        raise Invalid(
            noop("Name at least one deputy; those tied to each other, two."), field="names"
        )
    row = AllocationRule(
        planned_class_id=planned_class_id,
        kind=kind,
        class_id=run.id if run and kind.about_a_run else None,
        trait=trait if least else None,
        number=number if least else None,
        note=note,
        by_name=by.name,
    )
    row.people = [] if least else list(dict.fromkeys(people))
    db.session.add(row)
    db.session.flush()
    audit(
        "allocation.demand",
        row,
        by=by,
        after={"kind": kind.value, "people": [person.name for person in row.people]},
    )
    return row


def remove_rule(rule: AllocationRule, *, by: Actor) -> None:
    """Drop a demand or wish."""
    audit("allocation.drop_demand", rule, by=by, before={"kind": rule.kind.value}, after={})
    db.session.delete(rule)
    db.session.flush()


def pin(planned_class_id: int, person: Person, run: TrainingClass | None, *, by: Actor) -> None:
    """Decide that *person* goes on *run*, or stays (None); an earlier decision gives way."""
    for rule in allocation_data.rules_of(planned_class_id):
        decided = rule.kind in (RuleKind.PIN, RuleKind.STAYS, RuleKind.GOES)
        if decided and [each.id for each in rule.people] == [person.id]:
            remove_rule(rule, by=by)
    kind = RuleKind.STAYS if run is None else RuleKind.PIN
    add_rule(planned_class_id, kind=kind, people=[person], run=run, by=by)


def ask(planned_class_id: int, *, seconds: int, by: Actor) -> Allocation:
    """Ask for an allocation; one that is on its way already is returned instead."""
    for earlier in allocation_data.latest(planned_class_id):
        if earlier.state.busy:
            return earlier
    row = Allocation(
        planned_class_id=planned_class_id,
        state=AllocationState.WAITING,
        by_name=by.name,
        seconds=seconds,
    )
    db.session.add(row)
    db.session.flush()
    audit("allocation.ask", row, by=by)
    wake(allocate_due)
    return row


def stop(row: Allocation, *, by: Actor) -> None:
    """End the search; what was found so far becomes the result."""
    if not row.state.busy:
        raise Refused(noop("This allocation has ended already."))
    row.stop = True
    audit("allocation.stop", row, by=by)


@dataclass
class _Shared:
    """What the searching thread and the job that watches over it tell each other."""

    level: Level = Level.FILLED
    figure: int = 0
    stop: bool = False
    result: Result | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, level: Level, figure: int, best: Assignment | None) -> bool:
        """Take the solver's news; tell it whether to go on."""
        with self.lock:
            self.level = level
            if best is not None:
                self.figure = figure
            return not self.stop


@job(every=1)
def allocate_due() -> None:
    """Reckon every allocation that waits, or whose reckoning was killed in the middle."""
    while (number := _claim()) is not None:
        _reckon(number)


def _claim() -> int | None:
    lost = sa.and_(
        Allocation.state == AllocationState.RUNNING, Allocation.seen_at < clock.now() - LOST_AFTER
    )
    due = sa.or_(Allocation.state == AllocationState.WAITING, lost)
    number = db.session.scalar(sa.select(Allocation.id).where(due).order_by(Allocation.id).limit(1))
    if number is None:
        db.session.rollback()
        return None
    claimed = db.session.scalar(
        sa.update(Allocation)
        .where(Allocation.id == number, due)
        .values(state=AllocationState.RUNNING, seen_at=clock.now())
        .returning(Allocation.id)
    )
    db.session.commit()
    return claimed if claimed is not None else _claim()


def _reckon(number: int) -> None:
    row = db.session.get_one(Allocation, number, populate_existing=True)
    situation = allocation_data.read(row.planned_class_id)
    problem, names, seconds = situation.problem, _Names.of(situation), row.seconds
    db.session.commit()  # the search holds no transaction open
    shared = _Shared()

    def search() -> None:
        shared.result = _search(problem, seconds, shared)

    thread = threading.Thread(target=search, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(BEAT)
        _beat(number, shared)
    row = db.session.get_one(Allocation, number, populate_existing=True)
    _keep(row, problem, names, shared.result or Result(Standing.UNKNOWN))
    db.session.commit()


def _search(problem: Problem, seconds: int, shared: _Shared) -> Result:
    if not problem.runs or not problem.people:
        return Result(Standing.UNKNOWN)
    return solve(problem, seconds=seconds, tell=shared.tell)


def _beat(number: int, shared: _Shared) -> None:
    """Write how far the search is, and take over whether it is to stop."""
    progress = {"level": shared.level.value, "figure": shared.figure}
    shared.stop = bool(
        db.session.scalar(
            sa.update(Allocation)
            .where(Allocation.id == number)
            .values(seen_at=clock.now(), progress=progress)
            .returning(Allocation.stop)
        )
    )
    db.session.commit()


@dataclass(frozen=True)
class _Names:
    """What sentences call people, runs and delegations."""

    people: dict[int, str]
    runs: dict[int, str]
    delegations: dict[int, str]

    @classmethod
    def of(cls, situation: Situation) -> _Names:
        delegations = {s.delegation_id: s.delegation.name for s in situation.seats.values()}
        return cls(situation.names, situation.run_names, delegations)


def _keep(row: Allocation, problem: Problem, names: _Names, result: Result) -> None:
    row.state = _STATES[result.standing]
    row.chosen = {str(key): run for key, run in result.chosen.items()}
    row.had = {str(p.key): p.had for p in problem.people if p.had is not None}
    explain = Explainer(problem, result.chosen, names.people, names.runs)
    row.reasons = (
        {str(p.key): [list(reason) for reason in explain.of(p)] for p in problem.people}
        if result.chosen
        else {}
    )
    row.conflict = [
        list(words(each, names.people, names.runs, names.delegations)) for each in result.conflict
    ]
    worth = figures(problem, result.chosen) if problem.people else None
    row.figures = {
        "seconds": round(result.seconds, 2),
        "proved": sorted(result.proved),
        **({level.value: worth.at(level) for level in Level} if worth else {}),
    }


def carry_out(row: Allocation, *, by: Actor) -> int:
    """Put the result into the lists of the runs, all of it or nothing; return how many changed.

    Capacity and seats are held by the database; who is on the list already stays as confirmed as
    they are. Raises Refused when the lists have changed since it was reckoned.
    """
    if not row.state.usable:
        raise Refused(noop("Only a finished allocation that was not used yet can be carried out."))
    wanted = {int(key): run for key, run in row.chosen.items()}
    had = {int(key): run for key, run in row.had.items()}
    row.before = dict(row.had)
    changed = _rearrange(row, had, wanted, by=by)
    row.state = AllocationState.APPLIED
    audit("allocation.carry_out", row, by=by, before={}, after={"changed": changed})
    return changed


def undo(row: Allocation, *, by: Actor) -> int:
    """Put the lists back as they were before the allocation was carried out."""
    if row.state is not AllocationState.APPLIED:
        raise Refused(noop("This allocation was not carried out."))
    now = {int(key): run for key, run in row.chosen.items()}
    before = {int(key): run for key, run in row.before.items()}
    changed = _rearrange(row, now, before, by=by)
    row.state = AllocationState.UNDONE
    audit("allocation.undo", row, by=by, before={}, after={"changed": changed})
    return changed


def _rearrange(
    row: Allocation, old: Mapping[int, int], new: Mapping[int, int], *, by: Actor
) -> int:
    """Bring the lists of the runs from *old* to *new* (person → class), under all their locks."""
    situation = allocation_data.read(row.planned_class_id)
    runs = {run.id: run for run in situation.runs}
    people = old.keys() | new.keys()
    # All classes before any person: the order in which every change to a list takes its locks.
    db.session.execute(
        sa.select(TrainingClass.id)
        .where(TrainingClass.id.in_(runs))
        .order_by(TrainingClass.id)
        .with_for_update(key_share=True)
    )
    for number in sorted(runs):
        lock_list(runs[number], set(people))
        rules.require_open(runs[number].status)
    present = allocation_data.had(list(runs))
    if present != dict(old) or set(new.values()) - runs.keys():
        raise Refused(
            noop("The lists of the runs have changed meanwhile. Reckon again, then carry it out.")
        )
    moving = sorted(key for key in people if old.get(key) != new.get(key))
    with db.session.begin_nested():
        for run in runs.values():
            _take_off(run, [key for key in moving if old.get(key) == run.id], by=by)
        for run in runs.values():
            _put_on(run, [key for key in moving if new.get(key) == run.id], situation, by=by)
        for run in runs.values():
            let_move_up(run, by=by)
    return len(moving)


def _take_off(run: TrainingClass, people: list[int], *, by: Actor) -> None:
    found = queries.on_class(run, people, afresh=True)
    for key in people:
        enrolment = found[key]
        rules.require_step(enrolment.status, EnrolmentStatus.WITHDRAWN, enrolment.name)
        counters.give_back(run, enrolment.delegation_id)
        record(enrolment, EnrolmentStatus.WITHDRAWN, "enrolment.withdraw", by=by, reason=_MOVED)


def _put_on(run: TrainingClass, people: list[int], situation: Situation, *, by: Actor) -> None:
    seats = [situation.seats[key] for key in people if key in situation.seats]
    if len(seats) != len(people):
        raise Refused(noop("Somebody is no longer in office. Reckon again, then carry it out."))
    on = OnClass.read(run, seats)
    for seat in seats:
        on.require_free(seat, by)
        refusal = counters.take(run, seat.delegation_id)
        if refusal is not None:
            raise refusal
        enrolment: Enrolment = on.enrolment(seat, EnrolmentStatus.NOMINATED)
        record(enrolment, EnrolmentStatus.NOMINATED, "enrolment.nominate", by=by, reason=_MOVED)


def progress_of(row: Allocation) -> dict[str, Any]:
    """Return how far a search is: the level's label, its figure, and the seconds since."""
    level = row.progress.get("level")
    return {
        "level": Level(level).label if level else "",
        "figure": row.progress.get("figure", 0),
        "step": list(Level).index(Level(level)) + 1 if level else 0,
        "steps": len(Level),
        "seconds": int((clock.now() - row.asked_at).total_seconds()),
    }
