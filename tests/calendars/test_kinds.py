"""What is special in the feeds of lecturers, delegations whose term is over, and public years."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from tests import factories
from tests.calendars.bytecheck import Seen, check
from tests.calendars.conftest import PLANNER, County
from tests.calendars.phone import Phone, check_growth, check_headers, gate_of
from trainer.calendars import polls
from trainer.calendars.rules import CANCELLED_SHOWN, FeedKind
from trainer.core.clock import LOCAL
from trainer.core.database import db
from trainer.courses import service as courses
from trainer.courses import timetable
from trainer.courses.rules import SessionKind
from trainer.courses.timetable import SessionFacts
from trainer.people.models import Person
from trainer.plans.rules import PlanStatus

HOUR = timedelta(hours=1)


def test_who_no_longer_teaches_a_session_loses_it(
    county: County, clock: time_machine.Traveller
) -> None:
    other = factories.lecturer(county.congress, "赵教授")
    old, new = (county.phone(FeedKind.LECTURER, each.id) for each in (county.lecturer, other))
    old.poll(), new.poll()
    clock.shift(HOUR)
    facts = SessionFacts(
        SessionKind.LECTURE, "代表法与代表履职", date(2017, 6, 6), time(9), time(12),
        lecturer_id=other.id,
    )  # fmt: skip
    timetable.edit_session(
        county.sessions[1], training_class=county.training_class, facts=facts, by=PLANNER
    )
    assert [old.poll(), old.poll(), new.poll(), new.poll()] == [200, 304, 200, 304]
    assert (old.titles(), new.titles()) == (["报到", "现场教学"], ["代表法与代表履职"])
    assert new.body.decode().splitlines()[4] == "NAME:授课：赵教授"


def test_a_delegation_is_told_once_that_its_term_is_over(
    county: County, clock: time_machine.Traveller
) -> None:
    phones = [county.phone(kind) for kind in (FeedKind.DELEGATION, FeedKind.PERSON)]
    for phone in phones:
        phone.poll()
    clock.move_to(datetime(2021, 9, 30, 23, 59, tzinfo=LOCAL))
    assert [phone.poll() for phone in phones] == [304, 304]
    clock.move_to(datetime(2021, 10, 1, 0, 0, tzinfo=LOCAL))
    delegation, person = phones
    assert [delegation.poll(), delegation.poll()] == [200, 304]
    assert delegation.titles() == [
        "报到", "代表法与代表履职", "现场教学", "本届代表团任期已结束",
    ]  # fmt: skip
    assert person.poll() == 304  # goes on: who is elected again keeps the same calendar


def test_whoever_is_elected_again_keeps_the_calendar(
    county: County, clock: time_machine.Traveller
) -> None:
    phone = county.phone(FeedKind.PERSON)
    phone.poll()
    clock.move_to(datetime(2021, 10, 5, 9, tzinfo=LOCAL))
    term = factories.term(county.congress, 2021)
    who = db.session.get_one(Person, county.seats[0].person_id)
    delegation = factories.delegation(term, "新一届代表团")
    seat = factories.seat(delegation, who, elected_on=date(2021, 10, 1))
    later = factories.training_class(
        term, first_day=date(2021, 11, 1), last_day=date(2021, 11, 2), name="履职培训班"
    )
    factories.class_session(later, title="初任培训")
    factories.quota(later, delegation)
    factories.enrolment(later, seat)
    assert phone.poll() == 200
    assert phone.titles() == ["报到", "代表法与代表履职", "现场教学", "初任培训"]


class Reader:
    """A client of the public calendar of a year."""

    def __init__(self, county: County, path: str = "/feeds/630223-2017.ics") -> None:
        self.county, self.path, self.etag, self.body = county, path, "", b""
        self.events: dict[str, Seen] = {}

    def poll(self) -> int:
        """Ask, check, and take over."""
        db.session.commit()
        headers = {"If-None-Match": self.etag} if self.etag else {}
        answer: Any = self.county.app.test_client().get(self.path, headers=headers)
        if answer.status_code == 200:
            check_headers(answer)
            events = check(answer.data)
            for uid in events.keys() & self.events.keys():
                check_growth(self.events[uid], events[uid])
            self.etag, self.body, self.events = answer.headers["ETag"], answer.data, events
        return int(answer.status_code)


def test_a_year_is_public_once_its_plan_is_published(
    county: County, clock: time_machine.Traveller
) -> None:
    reader = Reader(county)
    assert reader.poll() == 404
    plan = factories.annual_plan(county.term, 2017)
    assert reader.poll() == 404  # adopted, not yet published
    plan.status = PlanStatus.PUBLISHED
    assert [reader.poll(), reader.poll()] == [200, 304]
    (event,) = reader.events.values()
    assert (event.summary, event.start, event.end) == (
        "县级人大代表赴外培训班", date(2017, 6, 5), date(2017, 6, 11),
    )  # fmt: skip
    text = reader.body.decode()
    assert not any(word in text for word in ("李明", "0972", "CONTACT", "CONFERENCE", "王教授"))
    clock.shift(HOUR)
    courses.cancel(county.training_class, reason="暴雨", by=PLANNER)
    assert [reader.poll(), reader.poll()] == [200, 304]
    assert [each.cancelled for each in reader.events.values()] == [True]
    clock.shift(CANCELLED_SHOWN)
    assert [reader.poll(), reader.poll()] == [200, 304]
    assert [each.summary for each in reader.events.values()] == ["2017年培训：班次尚未确定"]


@pytest.mark.parametrize("name", ["630223-2016", "999999-2017", "630223-20170", "６30223-2017"])
def test_other_years_and_congresses_are_404(county: County, name: str) -> None:
    factories.annual_plan(county.term, 2017, status=PlanStatus.PUBLISHED)
    assert Reader(county, f"/feeds/{name}.ics").poll() == 404


def test_a_class_that_moves_to_other_days_grows_in_the_public_year(
    county: County, clock: time_machine.Traveller
) -> None:
    factories.annual_plan(county.term, 2017, status=PlanStatus.PUBLISHED)
    reader = Reader(county)
    reader.poll()
    clock.shift(HOUR)
    row = county.training_class
    names = ("name", "mode", "first_day", "capacity", "run", "venue_id", "head", "approval")
    facts = courses.ClassFacts(
        **{name: getattr(row, name) for name in names}, last_day=date(2017, 6, 12)
    )
    courses.edit_class(row, facts=facts, by=PLANNER)
    assert [reader.poll(), reader.poll()] == [200, 304]
    assert [event.end for event in reader.events.values()] == [date(2017, 6, 13)]


def test_looks_are_noted_together_and_change_no_etag(
    county: County, clock: time_machine.Traveller
) -> None:
    gate = gate_of(county.app)
    phones: list[Phone] = [county.phone(FeedKind.PERSON), county.phone(FeedKind.CLASS)]
    for phone in phones:
        phone.ask(User_Agent="iOS/17.4 (21E219) dataaccessd/1.0")
        phone.poll()
    assert [phone.feed.polled_at for phone in phones] == [None, None]
    db.session.commit()
    gate.polls.store()
    db.session.expire_all()
    at = datetime(2017, 5, 2, 9, tzinfo=LOCAL)
    assert [(p.feed.polled_at, p.feed.polled_by) for p in phones] == [(at, "iPhone")] * 2
    db.session.commit()
    clock.shift(HOUR - timedelta(seconds=1))
    assert [phone.poll() for phone in phones] == [304, 304]
    assert gate.polls._waiting == {}  # young enough
    clock.shift(1)
    assert phones[0].poll() == 304
    gate.polls.store()
    db.session.expire_all()
    assert [phone.feed.polled_at for phone in phones] == [at + HOUR, at]


def test_looks_wait_where_the_database_is_busy(county: County) -> None:
    gate, phone = gate_of(county.app), county.phone(FeedKind.PERSON)
    db.session.commit()
    lock = db.engine.raw_connection()
    lock.execute("BEGIN IMMEDIATE")
    try:
        assert phone.poll() == 200
        gate.polls.store()
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert phone.feed.polled_at is None
    db.session.commit()
    assert phone.poll() == 304
    gate.polls.store()
    db.session.expire_all()
    assert phone.feed.polled_at is not None


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Google-Calendar-Importer", "Google"),
        ("Mozilla/5.0 (X11; Linux; rv:128.0) Gecko/20100101 Thunderbird/128.0", "Thunderbird"),
        ("Mozilla/5.0 (Linux; Android 10; HUAWEI P30) AppleWebKit/537.36", "Huawei"),
        ("ICSx5/2.2 (ical4j okhttp) Android/14", "ICSx5"),
        (None, ""),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_clients_are_named(agent: str | None, name: str) -> None:
    assert polls.client_name(agent) == name
