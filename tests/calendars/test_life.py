"""A client that plays through the life of a class: exactly what it is told, each time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import time_machine

from tests import factories
from tests.calendars.conftest import PLANNER, County
from trainer.calendars.rules import CANCELLED_SHOWN, FeedKind
from trainer.core.clock import LOCAL
from trainer.courses import resources, timetable
from trainer.courses import service as courses
from trainer.courses.resources import LecturerFacts, VenueFacts
from trainer.courses.rules import SessionKind
from trainer.courses.timetable import SessionFacts
from trainer.enrolment import service as enrolment

HOUR = timedelta(hours=1)
TITLES = ["报到", "代表法与代表履职", "现场教学"]


def test_nothing_new_is_304_for_every_kind_of_feed(county: County) -> None:
    for kind in FeedKind:
        phone = county.phone(kind)
        assert [phone.poll(), phone.poll(), phone.poll()] == [200, 304, 304]
        assert phone.titles() == TITLES


def test_the_life_of_a_class(county: County, clock: time_machine.Traveller) -> None:
    phones = {kind: county.phone(kind) for kind in FeedKind}
    assert {kind: phone.poll() for kind, phone in phones.items()} == dict.fromkeys(FeedKind, 200)

    clock.shift(HOUR)
    lecture = county.sessions[1]
    moved = SessionFacts(
        kind=SessionKind.LECTURE,
        title="代表法与代表履职",
        day=date(2017, 6, 6),
        start=time(14, 30),
        end=time(17, 30),
        hours=Decimal(4),
        lecturer_id=county.lecturer.id,
    )
    timetable.edit_session(lecture, training_class=county.training_class, facts=moved, by=PLANNER)
    for phone in phones.values():
        before = phone.events
        assert [phone.poll(), phone.poll()] == [200, 304]
        changed = {uid for uid in phone.events if phone.events[uid] != before[uid]}
        uid = next(uid for uid in changed if uid.startswith(f"session-{lecture.id}@"))
        assert changed == {uid}
        event = phone.events[uid]
        assert event.start == datetime(2017, 6, 6, 14, 30, tzinfo=LOCAL)
        assert (event.sequence, event.changed_at) == (1, datetime(2017, 5, 2, 10, tzinfo=LOCAL))

    clock.shift(HOUR)
    courses.cancel(county.training_class, reason="暴雨", by=PLANNER)
    for phone in phones.values():
        assert [phone.poll(), phone.poll()] == [200, 304]
        assert [event.cancelled for event in phone.events.values()] == [True] * 3
        assert [event.sequence for event in phone.events.values()] == [1, 2, 1]
        assert all("取消原因：暴雨" in event.description for event in phone.events.values())

    clock.shift(CANCELLED_SHOWN - timedelta(seconds=1))
    assert {phone.poll() for phone in phones.values()} == {304}
    clock.shift(timedelta(seconds=1))
    for phone in phones.values():
        assert [phone.poll(), phone.poll()] == [200, 304]
        assert [event.summary for event in phone.events.values()] == ["日历订阅成功，暂无培训安排"]


def test_a_cancelled_session_leaves_after_the_window_and_the_others_stay(
    county: County, clock: time_machine.Traveller
) -> None:
    phones = [county.phone(kind) for kind in FeedKind]
    timetable.cancel_session(county.sessions[1], training_class=county.training_class, by=PLANNER)
    for phone in phones:
        assert phone.poll() == 200
        assert phone.titles() == ["报到", "【已取消】代表法与代表履职", "现场教学"]
    clock.shift(CANCELLED_SHOWN)
    for phone in phones:
        assert [phone.poll(), phone.poll()] == [200, 304]
        assert phone.titles() == ["报到", "现场教学"]


def test_a_session_that_takes_place_after_all(
    county: County, clock: time_machine.Traveller
) -> None:
    phone = county.phone(FeedKind.PERSON)
    session = county.sessions[1]
    for act in (timetable.cancel_session, timetable.restore_session):
        clock.shift(HOUR)
        act(session, training_class=county.training_class, by=PLANNER)
        assert phone.poll() == 200
    assert phone.titles() == TITLES
    assert [event.sequence for event in phone.events.values()] == [0, 2, 0]


def test_a_new_session_within_the_same_second(county: County) -> None:
    phone = county.phone(FeedKind.PERSON)
    phone.poll()
    for number in (1, 2):
        facts = SessionFacts(
            kind=SessionKind.DISCUSSION,
            title=f"分组讨论{number}",
            day=date(2017, 6, 6),
            start=time(18 + number, 0),
            end=time(18 + number, 50),
        )
        timetable.add_session(county.training_class, facts=facts, by=PLANNER)
        assert [phone.poll(), phone.poll()] == [200, 304]
    assert len(phone.events) == 5


def test_a_renamed_class_venue_or_lecturer_is_a_change_of_every_event_concerned(
    county: County, clock: time_machine.Traveller
) -> None:
    phone = county.phone(FeedKind.CONGRESS)
    phone.poll()
    clock.shift(HOUR)
    resources.edit_venue(
        county.venue, facts=VenueFacts("兰州大学", address="天水南路222号"), by=PLANNER
    )
    assert phone.poll() == 200
    assert [event.sequence for event in phone.events.values()] == [1, 1, 1]
    assert [event.location for event in phone.events.values()] == [
        "兰州大学 培训楼一楼大厅 天水南路222号",
        "兰州大学 天水南路222号",
        "示范村游客中心",
    ]
    clock.shift(HOUR)
    resources.edit_lecturer(county.lecturer, facts=LecturerFacts("赵教授"), by=PLANNER)
    assert phone.poll() == 200
    assert [event.sequence for event in phone.events.values()] == [2, 2, 2]
    assert all("授课人：赵教授" in event.description for event in phone.events.values())


def test_a_replaced_deputy_sees_the_class_cancelled_and_nobody_else_does(
    county: County, clock: time_machine.Traveller
) -> None:
    old, new = (county.phone(FeedKind.PERSON, seat.person_id) for seat in county.seats[:2])
    others = [county.phone(kind) for kind in FeedKind if kind is not FeedKind.PERSON]
    for phone in (old, new, *others):
        phone.poll()
    assert [event.summary for event in new.events.values()] == ["日历订阅成功，暂无培训安排"]

    clock.shift(HOUR)
    at = datetime(2017, 5, 2, 10, tzinfo=LOCAL)
    enrolment.replace(county.enrolment, county.seats[1], reason="家中有事", by=PLANNER)
    assert [old.poll(), old.poll()] == [200, 304]
    assert old.titles() == [f"【已取消】{title}" for title in TITLES]
    assert [(event.sequence, event.changed_at) for event in old.events.values()] == [(1, at)] * 3
    assert all("您已不在本班名单中" in event.description for event in old.events.values())
    assert [new.poll(), new.poll()] == [200, 304]
    assert new.titles() == TITLES
    assert old.events.keys() == new.events.keys()  # one UID for a session, in every feed
    for phone in others:
        assert not any(event.cancelled for event in phone.events.values())
        before = phone.events
        assert phone.poll() in (200, 304)
        assert phone.titles() == TITLES
        assert phone.feed.kind is FeedKind.DELEGATION or phone.events == before

    clock.shift(CANCELLED_SHOWN)
    assert [old.poll(), old.poll()] == [200, 304]
    assert [event.summary for event in old.events.values()] == ["日历订阅成功，暂无培训安排"]


def test_a_deputy_who_comes_back_sees_numbers_that_grow(
    county: County, clock: time_machine.Traveller
) -> None:
    phone = county.phone(FeedKind.PERSON)
    numbers = []
    for _ in range(2):
        phone.poll()
        numbers.append({event.sequence for event in phone.events.values()})
        clock.shift(HOUR)
        enrolment.withdraw(county.enrolment, reason="生病", by=PLANNER)
        phone.poll()
        numbers.append({event.sequence for event in phone.events.values()})
        clock.shift(HOUR)
        enrolment.nominate(county.training_class, county.seats[0], by=PLANNER)
    phone.poll()
    assert phone.titles() == TITLES
    assert numbers == [{0}, {1}, {2}, {3}]

    clock.shift(HOUR)
    courses.cancel(county.training_class, reason="暴雨", by=PLANNER)
    assert phone.poll() == 200
    assert {(event.sequence, event.cancelled) for event in phone.events.values()} == {(5, True)}


def test_a_delegation_loses_a_class_with_its_last_deputy(
    county: County, clock: time_machine.Traveller
) -> None:
    phone = county.phone(FeedKind.DELEGATION)
    second = enrolment.nominate(county.training_class, county.seats[1], by=PLANNER)
    assert phone.poll() == 200
    clock.shift(HOUR)
    enrolment.withdraw(county.enrolment, reason="生病", by=PLANNER)
    phone.poll()
    assert phone.titles() == TITLES
    clock.shift(HOUR)
    enrolment.withdraw(second, reason="生病", by=PLANNER)
    assert [phone.poll(), phone.poll()] == [200, 304]
    assert phone.titles() == [f"【已取消】{title}" for title in TITLES]
    assert all("本代表团在该班已无参训代表" in e.description for e in phone.events.values())


def test_a_draft_and_a_class_called_off_before_it_was_published_never_appear(
    county: County,
) -> None:
    draft = factories.training_class(county.term, name="草稿班", status="draft")
    factories.class_session(draft, title="草稿课")
    factories.quota(draft, county.delegations[0], seats=2)
    enrolment.nominate(draft, county.seats[1], by=PLANNER)
    phones = [
        county.phone(FeedKind.PERSON, county.seats[1].person_id),
        county.phone(FeedKind.DELEGATION),
        county.phone(FeedKind.CONGRESS),
    ]
    seen = []
    for phone in phones:
        phone.poll()
        seen.append(phone.titles())
    courses.cancel(draft, reason="不办了", by=PLANNER)
    for phone in phones:
        phone.poll()
        seen.append(phone.titles())
    assert seen == [["日历订阅成功，暂无培训安排"], TITLES, TITLES] * 2


def test_who_was_withdrawn_before_the_class_was_published_is_not_told(county: County) -> None:
    draft = factories.training_class(
        county.term, name="第二班", status="draft", venue_id=county.venue.id,
        first_day=date(2017, 7, 3), last_day=date(2017, 7, 4),
    )  # fmt: skip
    factories.class_session(draft)
    factories.quota(draft, county.delegations[0], seats=2)
    on = enrolment.nominate(draft, county.seats[1], by=PLANNER)
    enrolment.withdraw(on, reason="错了", by=PLANNER)
    with time_machine.travel(datetime(2017, 5, 2, 12, tzinfo=LOCAL), tick=False):
        courses.publish(draft, by=PLANNER)
        phone = county.phone(FeedKind.PERSON, county.seats[1].person_id)
        phone.poll()
        assert [event.summary for event in phone.events.values()] == ["日历订阅成功，暂无培训安排"]
        enrolment.nominate(draft, county.seats[1], by=PLANNER)
        phone.poll()
        assert [(e.sequence, e.cancelled) for e in phone.events.values()] == [(0, False)]
