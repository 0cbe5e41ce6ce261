"""A small county with a row in every table, and somebody of every role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tests import factories
from tests.factories import add
from trainer.accounts.audit import SYSTEM, audit
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.almanac.models import AlmanacEntry, AlmanacRule
from trainer.almanac.rules import DayKind
from trainer.attendance.models import Attendance, HoursRule
from trainer.attendance.rules import Mark, Source
from trainer.calendars.models import EventText, Feed, RetiredLink
from trainer.calendars.rules import FeedKind
from trainer.core import clock, settings
from trainer.core.database import Model, UTCDateTime, db
from trainer.courses.extra_models import Absence, Acceptance, Material, TimetableTemplate
from trainer.courses.models import Room, TrainingClass
from trainer.enrolment.allocation_models import Allocation, AllocationRule
from trainer.enrolment.models import Enrolment
from trainer.enrolment.rules import AllocationState, RuleKind
from trainer.people.import_models import RosterImport
from trainer.people.import_service import keep
from trainer.people.models import Congress, Delegation, FixedIncome, Person, Seat, Suspension, Term
from trainer.people.rules import EndReason, StepKind
from trainer.plans.models import AnnualPlan, FiveYearPlan, PlanAuthor, Target
from trainer.plans.rules import PlanStatus, TargetKind


@dataclass
class World:
    """Who and what there is: accounts by role, and ids by the name of a route's argument."""

    users: dict[Role, User] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)


def build() -> World:
    """Make the rows and flush them: a county whose class began two days ago."""
    world = World()
    county = factories.congress(name="互助县人民代表大会", short_name="互助县")
    township = factories.congress("630223001", parent=county, short_name="威远镇")
    term = factories.term(county, clock.today().year - 1)
    factories.term(township, clock.today().year - 1)
    delegation = factories.delegation(term, unit=township)
    _staff(world, county, township)
    person = _people(world, delegation)
    plan = _plans(world, term)
    training_class = _class(world, term, plan)
    _places(world, county, training_class)
    _roll(world, training_class, person, delegation)
    _rest(world, county, term, training_class)
    fill_empty_tables()
    return world


def _staff(world: World, county: Congress, township: Congress) -> None:
    for role, scope in (
        (Role.PLANNER, county),
        (Role.TOWNSHIP_OFFICER, township),
        (Role.AUDITOR, county),
        (Role.ADMINISTRATOR, None),
    ):
        world.users[role] = factories.user(role, scope=scope)
    world.ids["user_id"] = factories.user(Role.PLANNER, scope=county).id


def _people(world: World, delegation: Delegation) -> Person:
    person = factories.person("李生梅")
    world.users[Role.DEPUTY] = factories.deputy_user(person)
    elected = delegation_day(delegation)
    seat = factories.seat(delegation, person, elected_on=elected)
    add(FixedIncome(person_id=person.id, from_day=elected, fixed=False))
    gone = factories.seat(
        delegation,
        elected_on=elected,
        ended_on=clock.today(),
        end_reason=EndReason.RESIGNED,
    )
    step = factories.seat_step(gone, StepKind.ENDED, clock.today(), reason=EndReason.RESIGNED)
    suspended = factories.seat(delegation, elected_on=elected)
    add(Suspension(seat_id=suspended.id, from_day=clock.today()))
    factories.seat_step(suspended, StepKind.SUSPENDED, clock.today())
    world.ids |= {
        "person_id": person.id,
        "delegation_id": delegation.id,
        "seat_id": seat.id,
        "ended_seat_id": gone.id,
        "suspended_seat_id": suspended.id,
        "step_id": step.id,
    }
    return person


def delegation_day(of: Delegation) -> date:
    """The first day of the delegation's term."""
    return db.session.get_one(Term, of.term_id).first_day


def _plans(world: World, term: Term) -> AnnualPlan:
    adopted = {"status": PlanStatus.PUBLISHED, "adopted_on": clock.today() - timedelta(days=60)}
    five_year: FiveYearPlan = factories.five_year_plan(term, **adopted)
    add(Target(plan_id=five_year.id, kind=next(iter(TargetKind)), value=Decimal(90)))
    annual = factories.annual_plan(term, clock.today().year, **adopted)
    add(PlanAuthor(annual_plan_id=annual.id, user_id=world.users[Role.PLANNER].id))
    world.ids |= {"five_year_plan_id": five_year.id, "plan_id": annual.id}
    return annual


def _class(world: World, term: Term, plan: AnnualPlan) -> TrainingClass:
    planned = factories.planned_class(plan)
    first = clock.today() - timedelta(days=2)
    row = factories.training_class(
        term, planned, first_day=first, last_day=first + timedelta(days=5)
    )
    world.ids |= {"planned_id": planned.id, "class_id": row.id}
    return row


def _places(world: World, county: Congress, training_class: TrainingClass) -> None:
    venue = factories.venue(county)
    room = add(Room(venue_id=venue.id, name="报告厅", seats=80))
    lecturer = factories.lecturer(county)
    training_class.venue_id = venue.id
    session = factories.class_session(training_class, lecturer_id=lecturer.id, room_id=room.id)
    absence = add(
        Absence(
            lecturer_id=lecturer.id, first_day=clock.today(), last_day=clock.today(), note="出差"
        )
    )
    lines = [{"day": 0, "start": "09:00", "end": "12:00", "kind": "lecture", "title": "代表法"}]
    template = add(
        TimetableTemplate(
            congress_id=county.id, name="一天", days=1, lines=[{**lines[0], "hours": "4"}]
        )
    )
    material = add(
        Material(
            class_id=training_class.id,
            session_id=session.id,
            name="讲义.pdf",
            media_type="application/pdf",
            size=9,
            digest="x" * 64,
            content=b"%PDF-1.7\n",
            by_name="用户",
        )
    )
    add(Acceptance(class_id=training_class.id, key="lunch:x", reason="自带午餐", by_name="用户"))
    world.ids |= {
        "absence_id": absence.id,
        "template_id": template.id,
        "material_id": material.id,
        "venue_id": venue.id,
        "room_id": room.id,
        "lecturer_id": lecturer.id,
        "session_id": session.id,
    }


def _roll(
    world: World, training_class: TrainingClass, person: Person, delegation: Delegation
) -> None:
    factories.quota(training_class, delegation)
    seat = db.session.get_one(Seat, world.ids["seat_id"])
    enrolment: Enrolment = factories.enrolment(training_class, seat)
    add(
        Attendance(
            session_id=world.ids["session_id"],
            enrolment_id=enrolment.id,
            mark=Mark.PRESENT,
            source=Source.STAFF,
            by_name="用户",
            by_id=world.users[Role.PLANNER].id,
            at=clock.now(),
        )
    )
    rule = add(
        HoursRule(
            congress_id=training_class.congress_id,
            from_day=clock.today(),
            most_a_half_day=Decimal(4),
            leave_divisor=7,
        )
    )
    world.ids |= {"enrolment_id": enrolment.id, "rule_id": rule.id}


def _roster(county: Congress, term: Term) -> RosterImport:
    """A roster that was sent and read, with one deputy to take in."""
    data = "代表团,姓名,性别\n威远镇代表团,马文海,男\n".encode()
    return keep(name="名册.csv", data=data, congress=county, term=term, by=SYSTEM)


def _rest(world: World, county: Congress, term: Term, training_class: TrainingClass) -> None:
    feed = add(Feed(kind=FeedKind.CLASS, class_id=training_class.id, version=2))
    add(RetiredLink(feed_id=feed.id, version=1, retired_at=clock.now()))
    add(EventText(session_id=world.ids["session_id"], variant="zh.30.0", state="x", text="x"))
    add(Feed(kind=FeedKind.LECTURER, lecturer_id=world.ids["lecturer_id"]))
    entry = add(
        AlmanacEntry(
            congress_id=county.id,
            kind=next(iter(DayKind)),
            name="县庆",
            first_day=clock.today(),
            last_day=clock.today(),
        )
    )
    world.ids["import_id"] = _roster(county, term).id
    yearly = add(
        AlmanacRule(
            congress_id=county.id,
            kind=DayKind.ACTIVITY,
            name="代表活动月",
            first_month=11,
            first_day=1,
            last_month=11,
            last_day=30,
        )
    )
    world.ids["yearly_id"] = yearly.id
    _allocation(world, training_class, db.session.get_one(Person, world.ids["person_id"]))
    settings.put("example", value=True)
    audit("class.publish", training_class, by=SYSTEM)
    world.ids |= {"feed_id": feed.id, "entry_id": entry.id}


def _allocation(world: World, training_class: TrainingClass, person: Person) -> None:
    assert training_class.planned_class_id is not None
    rule = AllocationRule(
        planned_class_id=training_class.planned_class_id,
        kind=RuleKind.WISH,
        class_id=training_class.id,
    )
    rule.people = [person]
    made = Allocation(
        planned_class_id=training_class.planned_class_id,
        state=AllocationState.OPTIMAL,
        by_name="用户",
        chosen={str(person.id): training_class.id},
        figures={
            **dict.fromkeys(("filled", "moved", "untrained", "newly", "wishes", "balance"), 0),
            "proved": [],
        },
    )
    world.ids |= {"demand_id": add(rule).id, "allocation_id": add(made).id}


def empty_tables() -> list[str]:
    """Return the tables without a row, parents first."""
    return [
        table.name
        for table in Model.metadata.sorted_tables
        if not db.session.scalar(sa.select(sa.func.count()).select_from(table))
    ]


def fill_empty_tables() -> None:
    """Give every table that is still empty one row made from the types of its columns."""
    for name in empty_tables():
        table = Model.metadata.tables[name]
        values = {column.name: _value(column) for column in table.columns if _is_needed(column)}
        db.session.execute(table.insert().values(values))


def _is_needed(column: sa.Column[Any]) -> bool:
    return not column.nullable and not (column.primary_key and not column.foreign_keys)


def _value(column: sa.Column[Any]) -> Any:
    for key in column.foreign_keys:
        return db.session.scalar(sa.select(sa.func.min(key.column)))
    if isinstance(column.type, sa.Enum) and column.type.enum_class:
        return next(iter(column.type.enum_class))
    if isinstance(column.type, UTCDateTime):
        return clock.now()
    if isinstance(column.type, sa.JSON):
        return {}
    kind = column.type.python_type
    known: dict[type, Any] = {
        int: 1,
        str: "x",
        bool: True,
        date: clock.today(),
        Decimal: Decimal(1),
        bytes: b"x",
        float: 1.0,
    }
    return known[kind]
