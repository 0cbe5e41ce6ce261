"""A small county whose calendars the tests read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests import factories
from tests.calendars.phone import Phone
from trainer.accounts.audit import Actor
from trainer.accounts.rules import Role
from trainer.calendars.rules import FeedKind
from trainer.core.clock import LOCAL
from trainer.courses import service as courses
from trainer.courses.models import ClassSession, Lecturer, TrainingClass, Venue
from trainer.courses.rules import ClassStatus, SessionKind
from trainer.enrolment import service as enrolment
from trainer.enrolment.models import Enrolment
from trainer.people.models import Congress, Delegation, Seat, Term

PLANNER = Actor(None, "李明", Role.PLANNER, "127.0.0.1")
MAY = datetime(2017, 5, 2, 9, 0, tzinfo=LOCAL)


@dataclass
class County:
    """A county with two delegations of two deputies each, and one published class."""

    app: Flask
    congress: Congress
    term: Term
    delegations: list[Delegation]
    seats: list[Seat]
    venue: Venue
    lecturer: Lecturer
    training_class: TrainingClass
    sessions: list[ClassSession]
    enrolment: Enrolment
    ids: dict[str, Any]

    def phone(self, kind: FeedKind, owner_id: int | None = None) -> Phone:
        """Return a client of a feed; by default of the first deputy, class, delegation, county."""
        owners = {
            FeedKind.PERSON: self.seats[0].person_id,
            FeedKind.CLASS: self.training_class.id,
            FeedKind.DELEGATION: self.delegations[0].id,
            FeedKind.CONGRESS: self.congress.id,
            FeedKind.LECTURER: self.lecturer.id,
        }
        return Phone(self.app, kind, owner_id or owners[kind])


def build(app: Flask, code: str = "630223") -> County:
    """Build the county in the database of *app*."""
    congress = factories.congress(code, short_name="互助县人大")
    term = factories.term(congress)
    delegations = [factories.delegation(term, name) for name in ("威远镇代表团", "丹麻镇代表团")]
    seats = [
        factories.seat(delegation, factories.person(name))
        for delegation, names in zip(
            delegations, (("李生梅", "王有才"), ("张玉兰", "祁连山")), strict=True
        )
        for name in names
    ]
    venue = factories.venue(
        congress, address="兰州市安宁区安宁东路967号", latitude=36.1046, longitude=103.7265
    )
    lecturer = factories.lecturer(congress, unit="法学院")
    training_class = factories.training_class(
        term,
        status=ClassStatus.DRAFT,
        venue_id=venue.id,
        head="李明",
        head_phone="0972-8300000",
        bring="身份证、代表证；笔记本",
        gathering="6月5日9:00在县人大门前集合,统一乘车",
    )
    sessions = [
        factories.class_session(
            training_class, None, "14:00", "18:00", kind=SessionKind.REPORT_IN, title="报到",
            place="培训楼一楼大厅", hours=0, lecturer_id=lecturer.id,
        ),
        factories.class_session(training_class, date(2017, 6, 6), lecturer_id=lecturer.id),
        factories.class_session(
            training_class, date(2017, 6, 7), kind=SessionKind.ON_SITE, title="现场教学",
            place="示范村游客中心", lecturer_id=lecturer.id,
        ),
    ]  # fmt: skip
    for delegation in delegations:
        factories.quota(training_class, delegation, seats=2)
    (on,) = enrolment.nominate_all(training_class, seats[:1], by=PLANNER).nominated
    courses.publish(training_class, by=PLANNER)
    ids = {
        "class": training_class.id,
        "venue": venue.id,
        "lecturer": lecturer.id,
        "seats": [seat.id for seat in seats],
        "enrolment": on.id,
    }
    return County(
        app, congress, term, delegations, seats, venue, lecturer, training_class, sessions, on, ids
    )


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The time: 2 May 2017, 9 o'clock in China, until it is moved."""
    with time_machine.travel(MAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def county(app: Flask, clock: time_machine.Traveller) -> County:
    """The county on SQLite."""
    return build(app)
