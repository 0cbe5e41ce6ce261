"""The problem of an allocation, read from the database."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment.allocation import (
    Apart,
    Candidate,
    Demand,
    Least,
    Pin,
    Problem,
    Run,
    Together,
)
from trainer.enrolment.allocation_models import Allocation, AllocationRule
from trainer.enrolment.models import Enrolment, SeatQuota
from trainer.enrolment.rules import HAN, HOLDING, RuleKind
from trainer.people.models import Person, Seat
from trainer.people.queries import in_office_on
from trainer.people.rules import Sex

_LEADER = re.compile("人大(常务)?(副)?主席")


@dataclass(frozen=True)
class Situation:
    """The runs of a planned class, who may go, and the problem that they pose."""

    runs: Sequence[TrainingClass]
    seats: dict[int, Seat]  # by person
    rules: Sequence[AllocationRule]
    problem: Problem

    @property
    def names(self) -> dict[int, str]:
        """The deputies' names by id."""
        return {key: seat.person.name for key, seat in self.seats.items()}

    @property
    def run_names(self) -> dict[int, str]:
        """What sentences call each run."""
        return {run.id: f"第{run.run}期" for run in self.runs}


def runs_of(planned_class_id: int) -> list[TrainingClass]:
    """Return the runs of a planned class whose lists may still change, in their order."""
    editable = [status for status in ClassStatus if status.editable]
    return list(
        db.session.scalars(
            sa.select(TrainingClass)
            .where(
                TrainingClass.planned_class_id == planned_class_id,
                TrainingClass.status.in_(editable),
            )
            .order_by(TrainingClass.run)
        )
    )


def rules_of(planned_class_id: int) -> list[AllocationRule]:
    """Return the planner's demands and wishes, with people and run loaded."""
    return list(
        db.session.scalars(
            sa.select(AllocationRule)
            .where(AllocationRule.planned_class_id == planned_class_id)
            .options(selectinload(AllocationRule.people), joinedload(AllocationRule.training_class))
            .order_by(AllocationRule.kind, AllocationRule.id)
        )
    )


def latest(planned_class_id: int) -> list[Allocation]:
    """Return the allocations of a planned class, the newest first."""
    return list(
        db.session.scalars(
            sa.select(Allocation)
            .where(Allocation.planned_class_id == planned_class_id)
            .order_by(Allocation.id.desc())
            .limit(20)
        )
    )


def read(planned_class_id: int) -> Situation:
    """Return the situation of a planned class; a fixed number of statements."""
    runs = runs_of(planned_class_id)
    rules = rules_of(planned_class_id)
    ids = [run.id for run in runs]
    quotas = {
        (delegation, run): seats
        for delegation, run, seats in db.session.execute(
            sa.select(SeatQuota.delegation_id, SeatQuota.class_id, SeatQuota.seats).where(
                SeatQuota.class_id.in_(ids), SeatQuota.seats > 0
            )
        )
    }
    seats = _seats(runs, {delegation for delegation, _run in quotas})
    people = _people(runs, seats, had(ids), rules)
    demands = [*_demands(rules, {p.key for p in people}, runs), *_leaders(seats)]
    liking = tuple(_of(rule) for rule in rules if rule.kind is RuleKind.LIKING)
    known = {p.key for p in people}
    problem = Problem(
        tuple(Run(run.id, run.capacity, run.first_day, run.last_day) for run in runs),
        tuple(people),
        quotas,
        tuple(dict.fromkeys(demands)),
        tuple(group for group in liking if group <= known),
    )
    return Situation(runs, seats, rules, problem)


def _seats(runs: Sequence[TrainingClass], delegations: set[int]) -> dict[int, Seat]:
    """Return one seat a person: of the delegations that have seats, in office on the first day."""
    if not runs:
        return {}
    day = min(run.first_day for run in runs)
    rows = db.session.scalars(
        sa.select(Seat)
        .join(Seat.person)
        .where(Seat.delegation_id.in_(delegations), in_office_on(day))
        .options(contains_eager(Seat.person), joinedload(Seat.delegation))
        .order_by(Seat.delegation_id.desc(), Seat.id.desc())
    )
    return {seat.person_id: seat for seat in rows}


def had(ids: Sequence[int]) -> dict[int, int]:
    """Return on which of the classes each person holds a seat, the first one for two."""
    rows = db.session.execute(
        sa.select(Enrolment.person_id, Enrolment.class_id)
        .where(Enrolment.class_id.in_(ids), Enrolment.status.in_(HOLDING))
        .order_by(Enrolment.class_id.desc())
    )
    return {person: run for person, run in rows}  # noqa: C416  (rows, no pairs, for mypy)


def _people(
    runs: Sequence[TrainingClass],
    seats: dict[int, Seat],
    present: dict[int, int],
    rules: Sequence[AllocationRule],
) -> list[Candidate]:
    ids = {run.id for run in runs}
    busy: defaultdict[int, set[int]] = defaultdict(set)
    wishes: defaultdict[int, set[int]] = defaultdict(set)
    for rule in rules:
        marked = {RuleKind.CANNOT: busy, RuleKind.WISH: wishes}.get(rule.kind)
        if marked is not None and rule.class_id in ids:
            for person in rule.people:
                marked[person.id].add(rule.class_id)
    for person_id, run in _elsewhere(runs, set(seats)):
        busy[person_id].add(run)
    trained = _trained(runs, set(seats))
    return [
        Candidate(
            key,
            seat.delegation_id,
            untrained=key not in trained,
            newly=seat.newly_elected,
            woman=seat.person.sex is Sex.FEMALE,
            minority=seat.person.ethnicity is not None and seat.person.ethnicity not in HAN,
            occupation=seat.person.occupation or "",
            can=frozenset(ids - busy[key]),
            wishes=frozenset(wishes[key]),
            had=present.get(key),
        )
        for key, seat in sorted(seats.items())
    ]


def _elsewhere(runs: Sequence[TrainingClass], people: set[int]) -> Iterable[tuple[int, int]]:
    """Yield (person, run) of those who are on a class outside these runs on the run's days."""
    if not runs:
        return
    ids = [run.id for run in runs]
    rows = db.session.execute(
        sa.select(Enrolment.person_id, TrainingClass.first_day, TrainingClass.last_day)
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .where(
            Enrolment.class_id.not_in(ids),
            Enrolment.status.in_(HOLDING),
            TrainingClass.status != ClassStatus.CANCELLED,
            TrainingClass.last_day >= min(run.first_day for run in runs),
        )
    )
    for person, first, last in rows:
        for run in runs if person in people else ():
            if first <= run.last_day and run.first_day <= last:
                yield person, run.id


def _trained(runs: Sequence[TrainingClass], people: set[int]) -> set[int]:
    """Return who held a seat on an earlier class of the same term that was not cancelled."""
    if not runs:
        return set()
    rows = db.session.scalars(
        sa.select(Enrolment.person_id)
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .where(
            TrainingClass.term_id == runs[0].term_id,
            TrainingClass.id.not_in([run.id for run in runs]),
            TrainingClass.status.in_([ClassStatus.FINISHED, ClassStatus.CLOSED]),
            Enrolment.status.in_(HOLDING),
        )
    )
    return set(rows) & people


def _of(rule: AllocationRule) -> frozenset[int]:
    return frozenset(person.id for person in rule.people)


def _demands(
    rules: Sequence[AllocationRule], known: set[int], runs: Sequence[TrainingClass]
) -> Iterable[Demand]:
    every = frozenset(run.id for run in runs)
    for rule in rules:
        people = _of(rule) & known
        if rule.kind is RuleKind.LEAST and rule.class_id and rule.trait and rule.number:
            yield Least(rule.class_id, rule.trait, rule.number)
        elif rule.kind is RuleKind.APART and len(people) > 1:
            yield Apart(people, 1)
        elif rule.kind is RuleKind.TOGETHER and len(people) > 1:
            yield Together(people)
        else:
            where = _pinned(rule, every)
            yield from (Pin(key, where) for key in sorted(people) if where is not None)


def _pinned(rule: AllocationRule, every: frozenset[int]) -> frozenset[int] | None:
    """Return the runs on which a decision puts its people, None for what is no decision."""
    if rule.kind is RuleKind.PIN and rule.class_id:
        return frozenset({rule.class_id})
    return {RuleKind.STAYS: frozenset[int](), RuleKind.GOES: every}.get(rule.kind)


def _leaders(seats: dict[int, Seat]) -> Iterable[Apart]:
    """Yield for each township that its chair and vice-chairs are never all away at once."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for key, seat in seats.items():
        if seat.chair or _LEADER.search(seat.person.post or ""):
            found[seat.delegation_id].add(key)
    for people in found.values():
        if len(people) > 1:
            yield Apart(frozenset(people), len(people) - 1, leaders=True)


def people_named(situation: Situation, text: str) -> tuple[list[Person], list[str]]:
    """Return the deputies that a typed list names, and the names that fit nobody or several.

    Names are separated by commas, ideographic commas, semicolons or line ends; ``name@delegation``
    tells namesakes apart.
    """
    found: list[Person] = []
    unknown: list[str] = []
    for part in filter(None, (each.strip() for each in re.split(r"[、,，;；\n]+", text))):
        name, _at, delegation = part.partition("@")
        fits = [
            seat.person
            for seat in situation.seats.values()
            if seat.person.name == name.strip() and seat.delegation.name.startswith(delegation)
        ]
        if len(fits) == 1:
            found.append(fits[0])
        else:
            unknown.append(part)
    return found, unknown
