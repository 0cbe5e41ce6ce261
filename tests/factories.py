"""Builders of rows for tests: each gives sensible defaults and flushes."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from itertools import count
from typing import Any

from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.database import Model, db
from trainer.courses.models import ClassSession, Lecturer, TrainingClass, Venue
from trainer.courses.rules import ClassStatus, SessionKind
from trainer.enrolment.models import Enrolment, SeatQuota
from trainer.enrolment.rules import EnrolmentStatus
from trainer.people.models import Congress, Delegation, Person, Scope, Seat, SeatStep, Term
from trainer.people.rules import Election, Level, Sex, StepKind
from trainer.plans.models import AnnualPlan, FiveYearPlan, PlannedClass
from trainer.plans.rules import Mode, PlanStatus

_numbers = count(1)


def add(row: Model) -> Any:
    """Add *row* to the session, flush, and return it."""
    db.session.add(row)
    db.session.flush()
    return row


def congress(code: str = "630223", *, parent: Congress | None = None, **values: Any) -> Congress:
    """A congress; a county without parent, a township below one."""
    path = (parent.path if parent else "") + code + "/"
    values.setdefault("level", Level.TOWNSHIP if parent else Level.COUNTY)
    values.setdefault("name", f"{code}人民代表大会")
    values.setdefault("short_name", code)
    row: Congress = add(
        Congress(code=code, path=path, parent_id=parent.id if parent else None, **values)
    )
    return row


def term(of: Congress, first: int = 2016, **values: Any) -> Term:
    """A five-year term from 1 October of *first*."""
    values.setdefault("first_day", date(first, 10, 1))
    values.setdefault("last_day", date(first + 5, 9, 30))
    values.setdefault("name", f"{first}–{first + 5}")
    row: Term = add(Term(congress_id=of.id, **values))
    return row


def delegation(
    of: Term, name: str = "威远镇代表团", *, unit: Congress | None = None, seats: int = 10
) -> Delegation:
    """A delegation of a term."""
    row: Delegation = add(
        Delegation(term_id=of.id, name=name, seats=seats, unit_id=unit.id if unit else None)
    )
    return row


def person(name: str = "", **values: Any) -> Person:
    """A person with a phone number."""
    number = next(_numbers)
    values.setdefault("sort_name", f"dai biao {number:06d}")
    values.setdefault("phone", f"139{number:08d}")
    values.setdefault("sex", Sex.FEMALE if number % 2 else Sex.MALE)
    values.setdefault("ethnicity", "土族")
    row: Person = add(Person(name=name or f"代表{number}", **values))
    return row


def seat(of: Delegation, who: Person | None = None, **values: Any) -> Seat:
    """A seat from the general election of 2016."""
    values.setdefault("elected_on", date(2016, 10, 1))
    values.setdefault("election", Election.GENERAL)
    values.setdefault("newly_elected", True)
    row: Seat = add(Seat(person_id=(who or person()).id, delegation_id=of.id, **values))
    return row


def seat_step(of: Seat, kind: StepKind, day: date, **values: Any) -> SeatStep:
    """A recorded step of a seat; the seat itself is not touched."""
    values = {"at": clock.now(), "by_name": "用户", **values}
    row: SeatStep = add(SeatStep(seat_id=of.id, kind=kind, day=day, **values))
    return row


def user(role: Role = Role.PLANNER, *, scope: Congress | None = None, **values: Any) -> User:
    """An account; staff without a usable password."""
    number = next(_numbers)
    values.setdefault("login", f"{role.value}{number}")
    values.setdefault("name", f"用户{number}")
    row: User = add(User(role=role, **values))
    if scope is not None:
        add(Scope(user_id=row.id, congress_id=scope.id))
    return row


def deputy_user(who: Person, **values: Any) -> User:
    """A deputy's account, tied to the person."""
    row = user(Role.DEPUTY, **{"link_version": 1, "name": who.name, **values})
    who.user_id = row.id
    db.session.flush()
    return row


def five_year_plan(of: Term, **values: Any) -> FiveYearPlan:
    """A five-year plan in draft."""
    row: FiveYearPlan = add(FiveYearPlan(term_id=of.id, **{"title": "五年培训总体计划", **values}))
    return row


def annual_plan(of: Term, year: int = 2017, **values: Any) -> AnnualPlan:
    """An adopted annual plan."""
    values = {"status": PlanStatus.ADOPTED, "adopted_on": date(year, 2, 20), **values}
    values.setdefault("title", f"{year}年代表培训计划")
    row: AnnualPlan = add(AnnualPlan(term_id=of.id, year=year, **values))
    return row


def planned_class(of: AnnualPlan, **values: Any) -> PlannedClass:
    """A planned off-site class of two runs."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "line": number,
        "position": number,
        "name": "县级人大代表赴外培训班",
        "audience": "县级人大代表",
        "persons": 50,
        "runs": 2,
        "first_month": 5,
        "last_month": 9,
        "days": Decimal(6),
        "mode": Mode.OFF_SITE,
    }
    row: PlannedClass = add(PlannedClass(plan_id=of.id, **{**defaults, **values}))
    return row


def training_class(of: Term, planned: PlannedClass | None = None, **values: Any) -> TrainingClass:
    """A published class from 5 to 10 June 2017 with 50 places."""
    defaults: dict[str, Any] = {
        "name": "县级人大代表赴外培训班",
        "run": 1,
        "mode": Mode.OFF_SITE,
        "status": ClassStatus.PUBLISHED,
        "first_day": date(2017, 6, 5),
        "last_day": date(2017, 6, 10),
        "capacity": 50,
        "approval": "" if planned else "主任会议2017年第1次会议",
    }
    row: TrainingClass = add(
        TrainingClass(
            congress_id=of.congress_id,
            term_id=of.id,
            planned_class_id=planned.id if planned else None,
            **{**defaults, **values},
        )
    )
    return row


def class_session(
    of: TrainingClass,
    day: date | None = None,
    start: str = "09:00",
    end: str = "12:00",
    **values: Any,
) -> ClassSession:
    """A lecture of four class hours on the first morning."""
    day = day or of.first_day
    defaults: dict[str, Any] = {
        "kind": SessionKind.LECTURE,
        "title": "代表法与代表履职",
        "hours": Decimal(4),
        "starts_at": clock.at(day, time.fromisoformat(start)),
        "ends_at": clock.at(day, time.fromisoformat(end)),
    }
    row: ClassSession = add(ClassSession(class_id=of.id, **{**defaults, **values}))
    return row


def lecturer(of: Congress, name: str = "王教授", **values: Any) -> Lecturer:
    """A lecturer."""
    row: Lecturer = add(Lecturer(congress_id=of.id, name=name, **values))
    return row


def venue(of: Congress, name: str = "西北师范大学", **values: Any) -> Venue:
    """A venue."""
    row: Venue = add(Venue(congress_id=of.id, name=name, **values))
    return row


def quota(of: TrainingClass, whose: Delegation, seats: int = 5, taken: int = 0) -> SeatQuota:
    """The seats of a delegation on a class."""
    row: SeatQuota = add(
        SeatQuota(class_id=of.id, delegation_id=whose.id, seats=seats, taken=taken)
    )
    return row


def enrolment(
    of: TrainingClass,
    who: Seat,
    status: EnrolmentStatus = EnrolmentStatus.CONFIRMED,
    **values: Any,
) -> Enrolment:
    """An enrolment; counted in the class and the quota, which must exist, when it holds a seat."""
    row: Enrolment = add(
        Enrolment(
            class_id=of.id,
            person_id=who.person_id,
            seat_id=who.id,
            delegation_id=who.delegation_id,
            status=status,
            **{"changed_at": clock.now(), **values},
        )
    )
    if status.holds_seat:
        of.taken += 1
        whose = db.session.query(SeatQuota).filter_by(
            class_id=of.id, delegation_id=who.delegation_id
        )
        whose.one().taken += 1
        db.session.flush()
    return row
