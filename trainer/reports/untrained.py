"""Who would end the term untrained: the list today, and what coming classes would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from trainer.attendance.queries import holds_seat
from trainer.attendance.rules import HELD
from trainer.core.database import db
from trainer.core.text import Labelled, noop
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment.models import Enrolment
from trainer.people.models import Person, Term
from trainer.people.rules import Sex
from trainer.plans.models import AnnualPlan, PlannedClass
from trainer.plans.queries import IN_FORCE
from trainer.plans.rules import Audience, audience_of
from trainer.reports.outlook import TAKES, Coming, Groups, groups_of, places_by_audience, reached
from trainer.reports.queries import Facts
from trainer.reports.rules import Kind, Level, Period, Scope


class Prospect(Labelled):
    """What is in sight for somebody not yet trained."""

    SEATED = "seated", noop("Has a seat on a class")
    PLANNED = "planned", noop("Places are planned")
    NOTHING = "nothing", noop("Nothing in sight")


@dataclass(frozen=True)
class Line:
    """A deputy in office who has not completed a class; *seat* is the coming class, if any."""

    person_id: int
    name: str
    sort_name: str
    delegations: str
    sex: Sex | None
    people: str
    occupation: str
    new: bool
    groups: Groups
    prospect: Prospect
    seat: TrainingClass | None


@dataclass(frozen=True)
class Outlook:
    """The list, and how many of it coming classes can reach: seated, by places, nobody."""

    lines: Sequence[Line]
    seated: int
    reachable: int
    places: Mapping[Audience, int]

    @property
    def left(self) -> int:
        """How many end the term untrained even if every planned place goes to one of them."""
        return len(self.lines) - self.seated - self.reachable


def groups_in(scope: Scope, day: date, persons: Iterable[int]) -> dict[int, Groups]:
    """Return the groups of *persons* by the seats they hold in *scope* on *day*."""
    held: dict[int, set[tuple[Level, bool]]] = {person: set() for person in persons}
    for seat in scope.mandates:
        if seat.person_id in held and seat.in_office(day):
            held[seat.person_id].add((seat.level, seat.newly_elected))
    return {
        person: groups_of(
            own=any(level is Level.OWN for level, _new in seats),
            own_new=(Level.OWN, True) in seats,
            below=any(level is not Level.OWN for level, _new in seats),
            below_new=(Level.BELOW, True) in seats,
        )
        for person, seats in held.items()
    }


def outlook(facts: Facts, scope: Scope) -> Outlook:
    """Return who of *scope* is untrained on the day of *facts*; five statements."""
    untrained = scope.people(Kind.UNTRAINED, Period(facts.day))
    seats = _seats_to_come(untrained)
    coming = classes_to_come(facts.term, facts.day)
    places = places_by_audience(coming)
    groups = groups_in(scope, facts.day, untrained)
    waiting = Counter(groups[person] for person in untrained if person not in seats)
    lines = _lines(scope, facts.day, untrained, groups, seats, places)
    return Outlook(lines, len(seats), reached(waiting, places), places)


def _lines(
    scope: Scope,
    day: date,
    untrained: set[int],
    groups: Mapping[int, Groups],
    seats: Mapping[int, TrainingClass],
    places: Mapping[Audience, int],
) -> list[Line]:
    new = scope.newly_elected(day)
    rows = db.session.execute(
        sa.select(
            Person.id,
            Person.name,
            Person.sort_name,
            Person.sex,
            Person.ethnicity,
            Person.occupation,
        ).where(Person.id.in_(untrained))
    )
    persons = {row.id: row for row in rows}
    delegations: dict[int, list[str]] = {}
    for seat in scope.mandates:
        if seat.person_id in untrained and seat.in_office(day):
            names = delegations.setdefault(seat.person_id, [])
            if seat.delegation not in names:
                names.append(seat.delegation)
    return [
        Line(
            person_id,
            persons[person_id].name,
            persons[person_id].sort_name,
            "、".join(names),
            persons[person_id].sex,
            persons[person_id].ethnicity or "",
            persons[person_id].occupation or "",
            person_id in new,
            groups[person_id],
            _prospect(groups[person_id], seats.get(person_id), places),
            seats.get(person_id),
        )
        for person_id, names in delegations.items()
    ]


def _prospect(
    groups: Groups, seat: TrainingClass | None, places: Mapping[Audience, int]
) -> Prospect:
    if seat:
        return Prospect.SEATED
    offered = any(count and TAKES[what] & groups for what, count in places.items())
    return Prospect.PLANNED if offered else Prospect.NOTHING


def _seats_to_come(persons: set[int]) -> dict[int, TrainingClass]:
    """Return the next class on which each of *persons* holds a seat and that is not over yet."""
    rows = db.session.execute(
        sa.select(Enrolment.person_id, TrainingClass)
        .join(TrainingClass, Enrolment.class_id == TrainingClass.id)
        .where(
            holds_seat(),
            Enrolment.person_id.in_(persons),
            TrainingClass.status.not_in((*HELD, ClassStatus.CANCELLED)),
        )
        .order_by(TrainingClass.first_day.desc(), TrainingClass.id.desc())
    )
    return dict(rows.all())


def classes_to_come(term: Term, day: date) -> list[Coming]:
    """Return what plans in force from the year of *day* on still have to come; two statements."""
    return _to_come(_lines_in_force(term, day.year), _runs_made(term))


def plan_to_come(plan: AnnualPlan) -> list[Coming]:
    """Return what *plan* (of any state, its term loaded) still has to come; one statement.

    Places on runs that are set up count whether they are taken or not.
    """
    lines = [(plan.year, row) for row in plan.classes]
    return _to_come(lines, _runs_made(plan.term), taken=True)


def _to_come(
    lines: Iterable[tuple[int, PlannedClass]],
    made: Mapping[tuple[int, int], Sequence[TrainingClass]],
    *,
    taken: bool = False,
) -> list[Coming]:
    """Return what is to come of *lines*: a run that is set up counts with the places free on it
    (with those *taken* too, when asked), one not yet set up with all of them.
    """
    found = []
    for year, line in lines:
        runs = made.get((year, line.line), [])
        alive = [run for run in runs if run.status is not ClassStatus.CANCELLED]
        audience = line.whom or audience_of(line.audience)
        rest = line.runs - len(alive)
        if rest > 0:
            found.append(Coming(audience, rest, line.persons, line.days))
        open_runs = [run for run in alive if run.status not in HELD]
        places = [run.capacity - (0 if taken else run.taken) for run in open_runs]
        found += [Coming(audience, 1, count, line.days) for count in places if count]
    return found


def _lines_in_force(term: Term, year: int) -> list[tuple[int, PlannedClass]]:
    newest = (
        sa.select(AnnualPlan.year, sa.func.max(AnnualPlan.revision).label("revision"))
        .where(
            AnnualPlan.term_id == term.id,
            AnnualPlan.status.in_(IN_FORCE),
            AnnualPlan.year >= year,
        )
        .group_by(AnnualPlan.year)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(AnnualPlan.year, PlannedClass)
        .join(PlannedClass, PlannedClass.plan_id == AnnualPlan.id)
        .join(
            newest,
            sa.and_(newest.c.year == AnnualPlan.year, newest.c.revision == AnnualPlan.revision),
        )
        .where(AnnualPlan.term_id == term.id)
        .order_by(AnnualPlan.year, PlannedClass.position)
    ).all()
    return [(row[0], row[1]) for row in rows]


def _runs_made(term: Term) -> dict[tuple[int, int], list[TrainingClass]]:
    """Return the classes made from plans of a term, by year and line of the plan."""
    rows = db.session.execute(
        sa.select(AnnualPlan.year, PlannedClass.line, TrainingClass)
        .join(PlannedClass, TrainingClass.planned_class_id == PlannedClass.id)
        .join(AnnualPlan, PlannedClass.plan_id == AnnualPlan.id)
        .where(AnnualPlan.term_id == term.id)
    )
    found: dict[tuple[int, int], list[TrainingClass]] = {}
    for year, line, training_class in rows:
        found.setdefault((year, line), []).append(training_class)
    return found
