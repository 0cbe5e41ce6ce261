"""Every figure of the report equals a slow reckoning of its own, over generated counties."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date, timedelta
from decimal import Decimal

from flask import Flask
from hypothesis import HealthCheck, given, settings

from tests import factories
from tests.reports.county import (
    DELEGATIONS,
    FIRST,
    HALVES,
    County,
    PlainClass,
    PlainFigures,
    counties,
    once,
    reckon,
    untrained,
)
from trainer.accounts.rules import Role
from trainer.attendance.models import Attendance
from trainer.attendance.queries import trained_persons
from trainer.attendance.rules import Mark, Source
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus, SessionKind
from trainer.enrolment.models import SeatQuota
from trainer.enrolment.rules import EnrolmentStatus
from trainer.people.models import Delegation, Person, Seat, Suspension, Term
from trainer.people.queries import Viewer
from trainer.people.rules import EndReason
from trainer.plans.models import Target
from trainer.plans.rules import PlanStatus, TargetKind
from trainer.reports.coverage import Report, report, scope_of
from trainer.reports.queries import own_terms
from trainer.reports.rules import Figures, Kind, Level, Period
from trainer.reports.targets import matrix
from trainer.reports.untrained import outlook


def _day(number: int) -> date:
    return FIRST + timedelta(number)


def _built(county: County) -> tuple[Term, list[Delegation]]:
    """Write *county* into the database."""
    root = factories.congress()
    towns = [factories.congress(f"63022300{n}", parent=root) for n in (1, 2)]
    term = factories.term(root)
    terms = [term, term, *(factories.term(town) for town in towns)]
    delegations = [factories.delegation(of, f"代表团{n}") for n, of in enumerate(terms)]
    for position, delegation in enumerate(delegations):
        delegation.position = position
    people = [factories.person() for _ in range(6)]
    seats = []
    for plain in county.seats:
        seat = factories.seat(
            delegations[plain.delegation],
            people[plain.person],
            newly_elected=plain.newly,
            elected_on=_day(plain.elected),
            ended_on=None if plain.ended is None else _day(plain.ended),
            end_reason=None if plain.ended is None else EndReason.RESIGNED,
        )
        seats.append(seat)
        for begin, end in plain.suspended:
            to_day = None if end is None else _day(end)
            factories.add(Suspension(seat_id=seat.id, from_day=_day(begin), to_day=to_day))
    plan = factories.five_year_plan(term, status=PlanStatus.ADOPTED, adopted_on=date(2017, 3, 1))
    for kind, value in AIMS.items():
        for year in (2017, 2018, 2019, 2020, 2021, None):
            factories.add(Target(plan_id=plan.id, kind=kind, year=year, value=Decimal(value)))
    for course in county.classes:
        _hold(county, course, term, delegations, seats)
    return term, delegations


def _hold(
    county: County,
    course: PlainClass,
    term: Term,
    delegations: list[Delegation],
    seats: list[Seat],
) -> TrainingClass:
    first = _day(course.starts)
    made = factories.training_class(
        term,
        status=ClassStatus(course.status),
        first_day=first,
        last_day=first + timedelta(course.days - 1),
    )
    for delegation in delegations:
        factories.add(SeatQuota(class_id=made.id, delegation_id=delegation.id, seats=9, taken=0))
    sessions = [
        factories.class_session(
            made,
            first + timedelta(day),
            *HALVES[half],
            hours=Decimal(hours),
            kind=SessionKind.TRAVEL if kind == "journey" else SessionKind.LECTURE,
            cancelled_at=clock.now() if kind == "cancelled" else None,
        )
        for day, half, hours, kind in course.sessions
    ]
    for number in once(course.people, county):
        status, marks = course.people[number]
        enrolment = factories.enrolment(made, seats[number], EnrolmentStatus(status))
        for session, mark in zip(sessions, marks, strict=True):
            if mark:
                db.session.add(
                    Attendance(
                        session_id=session.id,
                        enrolment_id=enrolment.id,
                        mark=Mark(mark),
                        source=Source.STAFF,
                        by_name="",
                        at=clock.now(),
                    )
                )
    db.session.flush()
    return made


def _plain(figures: Figures) -> PlainFigures:
    return PlainFigures(*astuple(figures))


ALL = set(range(4))
PLACES = set(DELEGATIONS)


def _check_totals(found: Report, county: County) -> None:
    levels = {line.key: _plain(line.figures) for line in found.levels}
    expected = {
        "own": reckon(county, {"county"}, {0, 1}, None),
        "below": reckon(county, {"town1", "town2"}, {2, 3}, None),
    }
    assert levels == {
        key: figures
        for key, figures in expected.items()
        if any((seat.delegation < 2) == (key == "own") for seat in county.seats)
    }
    # Somebody with seats only in the county is not trained by a township's term, and so on.
    places = {DELEGATIONS[seat.delegation] for seat in county.seats}
    assert _plain(found.total) == reckon(county, places, ALL, None)


def _check_lines(found: Report, county: County, delegations: list[Delegation]) -> None:
    names = {line.name: _plain(line.figures) for level in Level for line in found.lines[level]}
    expected = {}
    for number in sorted({seat.delegation for seat in county.seats}):
        place = DELEGATIONS[number]
        name = delegations[number].name if place == "county" else f"63022300{number - 1}"
        expected[name] = reckon(county, {place}, {number}, None)
    assert names == expected


def _check_years(found: Report, county: County) -> None:
    places = {DELEGATIONS[seat.delegation] for seat in county.seats}
    for line in found.years:
        if line.year > county.date.year:
            assert line.figures is None
            continue
        assert line.figures is not None
        assert _plain(line.figures) == reckon(county, places, ALL, line.year)
        assert line.classes == sum(
            c.status in ("finished", "closed")
            and c.starts + c.days - 1 <= county.day
            and _day(c.starts + c.days - 1).year == line.year
            for c in county.classes
        )


AIMS = {
    TargetKind.NEW_COVERAGE: 90,
    TargetKind.COVERAGE: 80,
    TargetKind.HOURS: 12,
    TargetKind.CLASSES: 3,
    TargetKind.PERSON_TIMES: 10,
    TargetKind.PEOPLE: 4,
    TargetKind.COST: 1000,
}


def _rate(part: int, whole: int) -> Decimal:
    return Decimal(100 * part) / whole if whole else Decimal(0)


def _check_targets(found: Report, county: County) -> None:
    """Every target of every year and of the term against the slow reckoning."""
    places = {DELEGATIONS[seat.delegation] for seat in county.seats}
    held = [
        _day(c.starts + c.days - 1)
        for c in county.classes
        if c.status in ("finished", "closed") and c.starts + c.days - 1 <= county.day
    ]
    for row in matrix(found):
        assert row.cells[-1].year is None
        for cell in row.cells:
            assert cell.target == (None if cell.year == 2016 else AIMS[row.kind])
            if cell.year is not None and cell.year > county.date.year:
                assert (cell.begun, cell.actual) == (False, None)
                continue
            plain = reckon(county, places, ALL, cell.year)
            number = sum(cell.year in (None, day.year) for day in held)
            assert (
                cell.actual
                == {
                    TargetKind.NEW_COVERAGE: _rate(plain.new_trained, plain.new),
                    TargetKind.COVERAGE: _rate(plain.trained, plain.in_office),
                    TargetKind.HOURS: plain.hours / plain.in_office
                    if plain.in_office
                    else Decimal(0),
                    TargetKind.CLASSES: Decimal(number),
                    TargetKind.PERSON_TIMES: Decimal(plain.person_times),
                    TargetKind.PEOPLE: Decimal(plain.people),
                    TargetKind.COST: None,
                }[row.kind]
            )


def _check_untrained(found: Report, county: County) -> None:
    scope = scope_of(found.facts, "own")
    assert scope is not None
    listed = outlook(found.facts, scope)
    numbers = {person.id: n for n, person in enumerate(db.session.query(Person).order_by("id"))}
    assert {numbers[line.person_id] for line in listed.lines} == untrained(county, {0, 1})
    assert listed.left + listed.seated + listed.reachable == len(listed.lines)


def _check_lists(found: Report) -> None:
    """Behind each figure stand as many people as it says."""
    period = Period(found.facts.day)
    for line in (*found.levels, *(each for level in Level for each in found.lines[level])):
        scope = scope_of(found.facts, line.key)
        assert scope is not None
        assert [
            len(scope.people(kind, period))
            for kind in (Kind.IN_OFFICE, Kind.NEW, Kind.TRAINED, Kind.NEW_TRAINED, Kind.PEOPLE)
        ] == [
            line.figures.in_office,
            line.figures.new,
            line.figures.trained,
            line.figures.new_trained,
            line.figures.people,
        ]
        assert len(scope.person_times(period)) == line.figures.person_times
        assert len(scope.people(Kind.UNTRAINED, period)) == (
            line.figures.in_office - line.figures.trained
        )


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(counties())
def test_every_figure_equals_the_plain_reckoning(app: Flask, county: County) -> None:
    try:
        term, delegations = _built(county)
        viewer = Viewer(1, Role.PLANNER, term.congress_id, "630223/")
        found = report(viewer, own_terms(viewer)[0], county.date)
        _check_totals(found, county)
        _check_lines(found, county, delegations)
        _check_years(found, county)
        _check_lists(found)
        _check_targets(found, county)
        _check_untrained(found, county)
        trained = trained_persons(term, county.date)
        assert {p for p in trained if p in _sitting(found)} == _trained_in_county(found)
    finally:
        db.session.rollback()


def _sitting(found: Report) -> set[int]:
    scope = scope_of(found.facts, "own")
    return scope.in_office(found.facts.day) if scope else set()


def _trained_in_county(found: Report) -> set[int]:
    scope = scope_of(found.facts, "own")
    return scope.people(Kind.TRAINED, Period(found.facts.day)) if scope else set()
