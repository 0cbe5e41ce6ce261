"""Lives nobody thought of: whatever happens, feeds stay readable and numbers grow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import joinedload

from tests import factories
from tests.calendars.bytecheck import Seen
from tests.calendars.conftest import MAY, PLANNER, County, build
from tests.calendars.phone import Phone, check_growth
from trainer.calendars import service
from trainer.calendars.rules import Alarm, Choices, Detail, FeedKind
from trainer.core.database import db
from trainer.core.errors import DomainError
from trainer.courses import queries, resources, timetable
from trainer.courses import service as courses
from trainer.courses.models import ClassSession, Lecturer, TrainingClass, Venue
from trainer.courses.resources import LecturerFacts, RoomFacts, VenueFacts
from trainer.courses.rules import SessionKind
from trainer.courses.service import ClassFacts
from trainer.courses.timetable import SessionFacts
from trainer.enrolment import queries as enrolments
from trainer.enrolment import service as enrolment
from trainer.enrolment.models import Enrolment
from trainer.people.models import Seat

_codes = count(1)
# Any text that a form may let through, and what breaks calendars most often.
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60),
    st.sampled_from(
        ["a,b;c\\d", "第一行\n第二行", "赴" * 40, "END:VEVENT", "\\n", ";:,", "👩‍🏫" * 9]
    ),
)
INDEX = st.integers(0, 3)


def _class_facts(county: County, **values: Any) -> ClassFacts:
    row = county.training_class
    names = ("name", "mode", "first_day", "last_day", "capacity", "run", "venue_id")
    more = ("head", "head_phone", "gathering", "bring", "link", "approval")
    return ClassFacts(**{name: getattr(row, name) for name in names + more} | values)


def _load(county: County) -> None:
    """Load what the verbs need, as a view does for each request."""
    db.session.expire_all()

    def fresh(kind: Any, *ids: int, **options: Any) -> list[Any]:
        loaded = [joinedload(getattr(kind, name)) for name in options.get("also", ())]
        query = sa.select(kind).where(kind.id.in_(ids)).options(*loaded).order_by(kind.id)
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    ids = county.ids
    (county.training_class,) = fresh(
        TrainingClass, ids["class"], also=("planned_class", "venue", "congress")
    )
    county.sessions = queries.sessions_of(ids["class"])
    (county.venue,), (county.lecturer,) = (
        fresh(Venue, ids["venue"]),
        fresh(Lecturer, ids["lecturer"]),
    )
    county.seats = fresh(Seat, *ids["seats"], also=("person", "delegation"))
    (county.enrolment,) = fresh(Enrolment, ids["enrolment"], also=("person", "delegation"))


def _session(county: County, index: int) -> ClassSession:
    return county.sessions[index % len(county.sessions)]


def rename_class(county: County, text: str, _index: int) -> None:
    courses.edit_class(county.training_class, facts=_class_facts(county, name=text), by=PLANNER)


def tell_what_to_bring(county: County, text: str, _index: int) -> None:
    facts = _class_facts(county, bring=text, link="https://例子.cn/课?名=" + text)
    courses.edit_class(county.training_class, facts=facts, by=PLANNER)


def move_class(county: County, _text: str, index: int) -> None:
    days = timedelta(days=index - 1)
    first, last = county.training_class.first_day + days, county.training_class.last_day + days
    facts = _class_facts(county, first_day=first, last_day=last)
    courses.edit_class(county.training_class, facts=facts, by=PLANNER)


def add_session(county: County, text: str, index: int) -> None:
    facts = SessionFacts(
        kind=list(SessionKind)[index],
        title=text,
        day=county.training_class.first_day,
        start=time(7 + index),
        end=time(7 + index, 40),
    )
    timetable.add_session(county.training_class, facts=facts, by=PLANNER)


def edit_session(county: County, text: str, index: int) -> None:
    session = _session(county, index)
    facts = SessionFacts(SessionKind.LECTURE, text, session.day, time(10 + index), time(11 + index))
    facts = replace(facts, place=text[:20])
    timetable.edit_session(session, training_class=county.training_class, facts=facts, by=PLANNER)


def cancel_session(county: County, _text: str, index: int) -> None:
    session = _session(county, index)
    timetable.cancel_session(session, training_class=county.training_class, by=PLANNER)


def restore_session(county: County, _text: str, index: int) -> None:
    session = _session(county, index)
    timetable.restore_session(session, training_class=county.training_class, by=PLANNER)


def rename_venue(county: County, text: str, index: int) -> None:
    facts = VenueFacts(text, address=text[::-1], latitude=36.0 + index / 7, longitude=103.1)
    resources.edit_venue(county.venue, facts=facts, by=PLANNER)


def rename_lecturer(county: County, text: str, _index: int) -> None:
    resources.edit_lecturer(county.lecturer, facts=LecturerFacts(text, text), by=PLANNER)


def give_a_room(county: County, text: str, index: int) -> None:
    room = resources.create_room(county.venue, facts=RoomFacts(text, 30), by=PLANNER)
    session = _session(county, index)
    facts = SessionFacts(SessionKind.LECTURE, "新课", session.day, time(15), time(16))
    facts = replace(facts, room_id=room.id)
    timetable.edit_session(session, training_class=county.training_class, facts=facts, by=PLANNER)
    resources.edit_room(room, facts=RoomFacts(text + "（新）", 30), by=PLANNER)


def nominate(county: County, _text: str, index: int) -> None:
    enrolment.nominate(county.training_class, county.seats[index], by=PLANNER)


def _enrolled(county: County, index: int) -> Enrolment:
    found = enrolments.on_class(county.training_class, [county.seats[index].person_id])
    return next(iter(found.values()), county.enrolment)


def withdraw(county: County, text: str, index: int) -> None:
    enrolment.withdraw(_enrolled(county, index), reason=text, by=PLANNER)


def replace_deputy(county: County, text: str, index: int) -> None:
    seat = county.seats[(index + 1) % 4]
    enrolment.replace(_enrolled(county, index), seat, reason=text, by=PLANNER)


def cancel_class(county: County, text: str, index: int) -> None:
    if index == 0:
        courses.cancel(county.training_class, reason=text, by=PLANNER)


def rename_deputy(county: County, text: str, index: int) -> None:
    county.seats[index].person.name = text[:60]


def another_class(county: County, text: str, index: int) -> None:
    row = county.training_class
    later: dict[str, Any] = {
        "first_day": row.first_day,
        "last_day": row.last_day,
        "venue_id": row.venue_id,
    }
    other = factories.training_class(county.term, name=text, status="draft", **later)
    factories.class_session(other, title=text)
    factories.quota(other, county.delegations[index // 2], seats=2)
    enrolment.nominate(other, county.seats[index], by=PLANNER)
    courses.publish(other, by=PLANNER)


def choose(county: County, _text: str, index: int) -> None:
    for kind in (FeedKind.PERSON, FeedKind.CLASS, FeedKind.LECTURER):
        service.choose(county.phone(kind).feed, CHOICES[index], by=PLANNER)


CHOICES = [
    Choices(),
    Choices(Detail.DAYS, Alarm.DAY),
    Choices(Detail.DAYS, Alarm.NONE, report_in_all_day=True, language="en"),
    Choices(Detail.SESSIONS, Alarm.HOUR, cancelled=False, report_in_all_day=True),
]
ACTIONS: list[Callable[[County, str, int], None]] = [
    rename_class,
    tell_what_to_bring,
    move_class,
    add_session,
    edit_session,
    cancel_session,
    restore_session,
    rename_venue,
    rename_lecturer,
    give_a_room,
    nominate,
    withdraw,
    replace_deputy,
    cancel_class,
    rename_deputy,
    another_class,
    choose,
]
STEP = st.tuples(st.sampled_from(ACTIONS), TEXTS, INDEX, st.sampled_from([0, 1, 3600, 31 * 86400]))


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=1, max_size=8))
def test_feeds_through_any_life(
    app: Flask, steps: list[tuple[Callable[[County, str, int], None], str, int, int]]
) -> None:
    with time_machine.travel(MAY, tick=False) as traveller:
        county = build(app, f"63{next(_codes):04d}")
        phones = [county.phone(kind) for kind in FeedKind]
        phones += [county.phone(FeedKind.PERSON, seat.person_id) for seat in county.seats[1:]]
        for phone in phones:
            phone.poll()
        ever: list[dict[str, Seen]] = [dict(phone.events) for phone in phones]
        for act, text, index, seconds in steps:
            traveller.shift(seconds)
            _load(county)
            try:
                act(county, text, index)
                db.session.commit()
            except DomainError:
                db.session.rollback()
            for phone, seen in zip(phones, ever, strict=True):
                _poll(phone, seen)


def _poll(phone: Phone, seen: dict[str, Seen]) -> None:
    """Poll a feed; nothing that a client ever saw may come back with an older number."""
    old = phone.body
    if phone.poll() == 200:
        assert phone.poll() == 304
    else:
        again = Phone.__new__(Phone)
        again.__dict__ |= {**phone.__dict__, "etag": "", "events": {}}
        again.poll()
        assert again.body == old
    for uid, event in phone.events.items():
        if uid in seen:
            check_growth(seen[uid], event)
        seen[uid] = event


def test_a_revoked_feed_is_readable_too(county: County) -> None:
    for kind in FeedKind:
        phone = county.phone(kind)
        phone.poll()
        service.revoke_link(phone.feed, by=PLANNER)
        phone.etag, phone.events = "", {}
        assert phone.poll() == 200
        assert [event.summary for event in phone.events.values()] == [
            "此日历链接已停用，请重新订阅"
        ]
        assert phone.poll() == 304
