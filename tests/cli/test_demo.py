"""The example county: what it holds, and that it goes into an empty database only."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.attendance.models import Attendance
from trainer.attendance.rules import Mark
from trainer.cli.demo import load
from trainer.core.database import db
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment.models import Enrolment, SeatQuota
from trainer.people.models import Congress, Delegation, Person, Seat, Term
from trainer.people.queries import in_office_on
from trainer.people.rules import Level
from trainer.plans.models import AnnualPlan, FiveYearPlan, PlannedClass, Target


def _count(*conditions: sa.ColumnElement[bool], of: type = Seat) -> int:
    query = sa.select(sa.func.count()).select_from(of).where(*conditions)
    return int(db.session.scalar(query) or 0)


def _term(level: Level, first: date) -> sa.ColumnElement[bool]:
    return Seat.delegation_id.in_(
        sa.select(Delegation.id)
        .join(Term, Delegation.term_id == Term.id)
        .join(Congress, Term.congress_id == Congress.id)
        .where(Congress.level == level, Term.first_day == first)
    )


@pytest.fixture
def loaded(app: Flask) -> load.Loaded:
    with time_machine.travel(datetime(2026, 11, 22, 3, tzinfo=UTC), tick=False):
        return load.load()


def test_units_and_seats_of_the_term_2016(loaded: load.Loaded) -> None:
    first = date(2016, 10, 1)
    codes = db.session.scalars(sa.select(Congress.code).order_by(Congress.code)).all()
    assert codes == ["630223", *(f"630223{number:03d}" for number in range(1, 20))]
    county, township = _term(Level.COUNTY, first), _term(Level.TOWNSHIP, first)
    assert (
        _count(county, in_office_on(date(2017, 1, 1))),
        _count(county, in_office_on(date(2017, 8, 1))),
        _count(county, in_office_on(date(2017, 10, 1))),
        _count(township, in_office_on(date(2017, 1, 1))),
    ) == (205, 203, 205, 1030)
    new = _count(county, Seat.newly_elected.is_(True)) + _count(
        township, Seat.newly_elected.is_(True)
    )
    assert 0.58 < new / 1235 < 0.66


def test_every_chair_has_two_seats(loaded: load.Loaded) -> None:
    first = date(2016, 10, 1)
    both = (
        sa.select(Seat.person_id)
        .where(sa.or_(_term(Level.COUNTY, first), _term(Level.TOWNSHIP, first)))
        .group_by(Seat.person_id)
        .having(sa.func.count() == 2)
    )
    chairs = sa.select(Seat.person_id).where(Seat.chair, _term(Level.TOWNSHIP, first))
    assert set(db.session.scalars(both)) == set(db.session.scalars(chairs))
    assert len(set(db.session.scalars(chairs))) == 19


def test_plans(loaded: load.Loaded) -> None:
    titles = db.session.scalars(sa.select(FiveYearPlan.title).order_by(FiveYearPlan.id)).all()
    assert titles == ["2017–2021年代表培训总体计划", "2027–2031年代表培训总体计划"]
    assert _count(of=Target) == 2 * 8 * 6
    plan = db.session.scalars(sa.select(AnnualPlan).where(AnnualPlan.year == 2017)).one()
    lines = db.session.scalars(sa.select(PlannedClass).where(PlannedClass.plan_id == plan.id)).all()
    assert len(lines) == 9
    assert len({line.mode for line in lines}) == 6


def test_both_off_site_classes_of_2017_are_complete(loaded: load.Loaded) -> None:
    classes = db.session.scalars(
        sa.select(TrainingClass)
        .where(TrainingClass.first_day < date(2018, 1, 1))
        .order_by(TrainingClass.run)
    ).all()
    assert [(c.run, c.first_day, c.last_day, c.status, c.taken, c.capacity) for c in classes] == [
        (1, date(2017, 6, 5), date(2017, 6, 10), ClassStatus.FINISHED, 50, 50),
        (2, date(2017, 9, 11), date(2017, 9, 16), ClassStatus.FINISHED, 50, 50),
    ]
    for held in classes:
        quotas = db.session.scalars(sa.select(SeatQuota).where(SeatQuota.class_id == held.id)).all()
        assert (len(quotas), sum(q.seats for q in quotas), sum(q.taken for q in quotas)) == (
            20,
            50,
            50,
        )
        states = Counter(
            db.session.scalars(sa.select(Enrolment.status).where(Enrolment.class_id == held.id))
        )
        assert {state.value: number for state, number in states.items()} == {
            "confirmed": 50,
            "replaced": 1,
        }
        marks = Counter(
            db.session.scalars(
                sa.select(Attendance.mark)
                .join(ClassSession, Attendance.session_id == ClassSession.id)
                .where(ClassSession.class_id == held.id)
            )
        )
        assert sum(marks.values()) == 50 * 14
        assert (marks[Mark.EXCUSED], marks[Mark.ABSENT]) == (8, 9)


def test_the_present_term_is_alive(loaded: load.Loaded) -> None:
    classes = db.session.execute(
        sa.select(TrainingClass.first_day, TrainingClass.last_day, TrainingClass.status)
        .where(TrainingClass.first_day > date(2018, 1, 1))
        .order_by(TrainingClass.first_day)
    ).all()
    assert [tuple(row) for row in classes] == [
        (date(2026, 10, 15), date(2026, 10, 20), ClassStatus.FINISHED),
        (date(2026, 11, 21), date(2026, 11, 23), ClassStatus.RUNNING),
        (date(2026, 12, 16), date(2026, 12, 21), ClassStatus.PUBLISHED),
    ]


def test_accounts(loaded: load.Loaded) -> None:
    roles = Counter(db.session.scalars(sa.select(User.role).where(User.role != Role.DEPUTY)))
    assert roles == {
        Role.PLANNER: 2,
        Role.TOWNSHIP_OFFICER: 19,
        Role.AUDITOR: 1,
        Role.ADMINISTRATOR: 1,
    }
    assert len({account.password for account in loaded.accounts}) == 5
    assert len(loaded.deputy_digits) == 4


@pytest.mark.parametrize(
    "day", [date(2021, 10, 1), date(2026, 1, 2), date(2026, 12, 20), date(2031, 9, 30)]
)
def test_it_loads_on_any_day(app: Flask, day: date) -> None:
    with time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC), tick=False):
        load.load()
        now = db.session.scalars(sa.select(TrainingClass.status)).all()
    assert Counter(now)[ClassStatus.RUNNING] == 1


def test_the_same_people_every_time(loaded: load.Loaded) -> None:
    first = db.session.execute(
        sa.select(Person.name, Person.phone).order_by(Person.id).limit(2)
    ).all()
    assert [tuple(row) for row in first] == [("沙永寿", "16982447266"), ("马录", "18675178608")]


def test_a_database_in_use_is_left_alone(app: Flask, loaded: load.Loaded) -> None:
    db.session.commit()
    before = _count(of=Person)
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["demo"])
    assert (refused.exit_code, refused.stderr) == (
        1,
        "The database is not empty: the example goes into an empty one only.\n",
    )
    assert runner.invoke(args=["demo", "--if-empty"]).output == ""
    assert _count(of=Person) == before
