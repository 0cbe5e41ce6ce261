"""What the owner of a feed may choose: other bytes, never other UIDs, numbers that grow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
import time_machine

from tests.calendars.conftest import PLANNER, County
from tests.calendars.phone import Phone
from trainer.calendars import service
from trainer.calendars.rules import Alarm, Choices, Detail, FeedKind
from trainer.core.clock import LOCAL
from trainer.core.database import db
from trainer.courses import timetable
from trainer.courses.rules import SessionKind
from trainer.courses.timetable import SessionFacts

HOUR = timedelta(hours=1)
DAYS = Choices(Detail.DAYS)


def _choose(phone: Phone, choices: Choices) -> None:
    service.choose(phone.feed, choices, by=PLANNER)
    db.session.commit()
    assert [phone.poll(), phone.poll()] == [200, 304]


@pytest.mark.parametrize(
    "choices",
    [
        Choices(Detail.DAYS),
        Choices(alarm=Alarm.NONE),
        Choices(alarm=Alarm.QUARTER),
        Choices(report_in_all_day=True),
        Choices(Detail.DAYS, report_in_all_day=True),
        Choices(language="en"),
    ],
)
@pytest.mark.parametrize("kind", list(FeedKind))
def test_other_choices_are_other_bytes_of_the_same_events(
    county: County, clock: time_machine.Traveller, kind: FeedKind, choices: Choices
) -> None:
    phone = county.phone(kind)
    phone.poll()
    before, body = phone.events, phone.body
    clock.shift(HOUR)
    _choose(phone, choices)
    assert phone.body != body
    assert phone.events.keys() == before.keys()  # one session a day: a day is its session
    assert all(phone.events[uid].sequence > before[uid].sequence for uid in before)
    clock.shift(HOUR)
    _choose(phone, Choices())
    assert phone.events.keys() == before.keys()


def test_choosing_the_same_again_changes_nothing(county: County) -> None:
    phone = county.phone(FeedKind.PERSON)
    phone.poll()
    service.choose(phone.feed, Choices(), by=PLANNER)
    assert phone.poll() == 304


def test_a_block_a_day_with_its_sessions(county: County, clock: time_machine.Traveller) -> None:
    for start, title in ((14, "分组讨论"), (19, "交流发言")):
        facts = SessionFacts(
            SessionKind.DISCUSSION, title, date(2017, 6, 6), time(start), time(start + 2)
        )
        timetable.add_session(county.training_class, facts=facts, by=PLANNER)
    phone = county.phone(FeedKind.PERSON)
    phone.poll()
    singly = phone.events
    clock.shift(HOUR)
    _choose(phone, DAYS)
    assert [event.summary for event in phone.events.values()] == [
        "县级人大代表赴外培训班 · 第1天",
        "县级人大代表赴外培训班 · 第2天",
        "县级人大代表赴外培训班 · 第3天",
    ]
    assert phone.events.keys() < singly.keys()
    second = list(phone.events.values())[1]
    assert (second.start, second.end) == (
        datetime(2017, 6, 6, 9, tzinfo=LOCAL),
        datetime(2017, 6, 6, 21, tzinfo=LOCAL),
    )
    assert second.description.split("\n")[1:4] == [
        "09:00–12:00 代表法与代表履职（王教授）",
        "14:00–16:00 分组讨论",
        "19:00–21:00 交流发言",
    ]
    clock.shift(HOUR)
    timetable.cancel_session(county.sessions[1], training_class=county.training_class, by=PLANNER)
    assert [phone.poll(), phone.poll()] == [200, 304]
    assert phone.events.keys() < singly.keys()  # the day keeps its UID though its first is off
    second = phone.events[second.uid]
    assert (second.start, second.cancelled) == (datetime(2017, 6, 6, 14, tzinfo=LOCAL), False)
    clock.shift(HOUR)
    _choose(phone, Choices())
    assert phone.events.keys() == singly.keys()


def test_a_day_is_cancelled_with_its_last_session(
    county: County, clock: time_machine.Traveller
) -> None:
    phone = county.phone(FeedKind.CLASS)
    _choose(phone, DAYS)
    clock.shift(HOUR)
    timetable.cancel_session(county.sessions[1], training_class=county.training_class, by=PLANNER)
    phone.poll()
    assert [event.cancelled for event in phone.events.values()] == [False, True, False]
    clock.shift(timedelta(days=30))
    assert [phone.poll(), phone.poll()] == [200, 304]
    assert len(phone.events) == 2


def test_hidden_cancellations_leave_at_once(county: County, clock: time_machine.Traveller) -> None:
    phone = county.phone(FeedKind.PERSON)
    _choose(phone, Choices(cancelled=False))
    clock.shift(HOUR)
    timetable.cancel_session(county.sessions[1], training_class=county.training_class, by=PLANNER)
    assert [phone.poll(), phone.poll()] == [200, 304]
    assert phone.titles() == ["报到", "现场教学"]


def test_alarms_and_a_whole_day_for_report_in(county: County) -> None:
    phone = county.phone(FeedKind.PERSON)
    found = {}
    for alarm in (Alarm.NONE, Alarm.QUARTER, Alarm.TWO_HOURS, Alarm.DAY):
        _choose(phone, Choices(alarm=alarm, report_in_all_day=True))
        found[alarm] = [event.alarm for event in phone.events.values()]
    day = timedelta(days=-1)
    assert found == {
        Alarm.NONE: [None] * 3,
        Alarm.QUARTER: [day, timedelta(minutes=-15), timedelta(minutes=-15)],
        Alarm.TWO_HOURS: [day, timedelta(hours=-2), timedelta(hours=-2)],
        Alarm.DAY: [day] * 3,
    }
    first = next(iter(phone.events.values()))
    assert (first.start, first.end) == (date(2017, 6, 5), date(2017, 6, 6))
    assert "报到时间：14:00–18:00" in first.description


def test_english(county: County) -> None:
    phone = county.phone(FeedKind.PERSON)
    _choose(phone, replace(Choices(), language="en"))
    timetable.cancel_session(county.sessions[1], training_class=county.training_class, by=PLANNER)
    phone.poll()
    assert [event.summary.split(" · ")[0] for event in phone.events.values()] == [
        "报到",
        "[Cancelled] 代表法与代表履职",
        "现场教学",
    ]
    assert "Please bring: 身份证、代表证；笔记本" in next(iter(phone.events.values())).description
    assert "PRODID:-//Deputy Training//trainer//EN" in phone.body.decode()
