"""Text as iCalendar wants it, and one event byte for byte."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calendars.bytecheck import check
from trainer.calendars import ical

EVENT = ical.Event(
    uid="session-7@c0ffee.trainer",
    sequence=3,
    changed_at=datetime(2017, 5, 2, 1, 0, tzinfo=UTC),
    start=datetime(2017, 6, 6, 1, 0, tzinfo=UTC),
    end=datetime(2017, 6, 6, 4, 0, tzinfo=UTC),
    summary="代表法与代表依法履职 · 县级人大代表赴外培训班（第1期）",
    description="授课人：王教授（法学院）\n请携带：身份证，代表证; 笔记本",
    location="西北师范大学 兰州市安宁区",
    geo=(36.1046, 103.7265),
    categories=("代表培训", "专题讲座"),
    color="steelblue",
    contact="李明 0972-8300000",
    url="http://localhost/classes/1",
    conference="https://例子.cn/课?a=1",
    conference_label="线上课堂",
    alarm=timedelta(minutes=30),
)
LINES = [
    "BEGIN:VEVENT",
    "UID:session-7@c0ffee.trainer",
    "DTSTAMP:20170502T010000Z",
    "LAST-MODIFIED:20170502T010000Z",
    "SEQUENCE:3",
    "DTSTART;TZID=Asia/Shanghai:20170606T090000",
    "DTEND;TZID=Asia/Shanghai:20170606T120000",
    "SUMMARY:代表法与代表依法履职 · 县级人大代表赴外培训班",
    " （第1期）",
    "STATUS:CONFIRMED",
    "TRANSP:OPAQUE",
    "DESCRIPTION:授课人：王教授（法学院）\\n请携带：身份证，",
    " 代表证\\; 笔记本",
    "LOCATION:西北师范大学 兰州市安宁区",
    "CONTACT:李明 0972-8300000",
    "GEO:36.104600;103.726500",
    "CATEGORIES:代表培训,专题讲座",
    "COLOR:steelblue",
    "URL:http://localhost/classes/1",
    'CONFERENCE;VALUE=URI;FEATURE=VIDEO;LABEL="线上课堂":https://xn--fsqu00a',
    " .cn/%E8%AF%BE?a=1",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT30M",
    "DESCRIPTION:代表法与代表依法履职 · 县级人大代表赴外培",
    " 训班（第1期）",
    "END:VALARM",
    "END:VEVENT",
    "",
]


def test_an_event_is_these_bytes() -> None:
    """Where this changes on purpose, raise ical.FORMAT: phones and stored texts follow it."""
    assert ical.FORMAT == 2
    assert ical.vevent(EVENT).split("\r\n") == LINES


def test_a_cancelled_event_says_so_takes_no_time_and_rings_no_alarm() -> None:
    lines = ical.vevent(ical.Event(**{**EVENT.__dict__, "cancelled": True})).split("\r\n")
    assert [line for line in lines if line not in LINES] == [
        "SUMMARY:【已取消】代表法与代表依法履职 · 县级人大代表",
        " 赴外培训班（第1期）",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
    ]
    assert "BEGIN:VALARM" not in lines


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x00b\x0bc\x7f\x85d", "abcd"),
        ("a\tb", "a b"),
        ("一\r\n二\r三\u2028四\u2029五", "一\n二\n三\n四\n五"),
        ("  首尾  \n 空 \n", "首尾\n 空"),
        ("\ud800孤\udfff", "孤"),
    ],
)
def test_text_is_cleaned(text: str, clean: str) -> None:
    assert ical.clean(text) == clean


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("https://例子.cn/课堂?名=一 二#节", "https://xn--fsqu00a.cn/%E8%AF%BE%E5%A0%82?%E5%90%8D=%E4%B8%80%20%E4%BA%8C#%E8%8A%82"),
        ("http://localhost:8000/classes/1", "http://localhost:8000/classes/1"),
        ("https://a.cn/%E8%AF%BE?x=1&y=2", "https://a.cn/%E8%AF%BE?x=1&y=2"),
        ("javascript:alert(1)", ""),
        ("腾讯会议 123-456-789", ""),
        ("https://", ""),
        ("http://a.cn:nn/", ""),
        ("https://" + "长" * 80 + ".cn/", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_addresses_become_ascii_or_nothing(address: str, uri: str) -> None:
    assert ical.ascii_uri(address) == uri


@given(st.text(max_size=200))
def test_folding_keeps_the_text_and_the_limit(text: str) -> None:
    line = "X-TEST:" + ical.escape(text)
    folded = ical.fold(line)
    assert folded.endswith("\r\n")
    parts = folded[:-2].split("\r\n")
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part.removeprefix(" ") for part in parts[1:]) == line


@given(st.lists(st.text(max_size=120), min_size=7, max_size=7))
def test_any_text_gives_a_readable_calendar(texts: list[str]) -> None:
    summary, description, location, category, url, label, name = texts
    values = {"summary": summary, "description": description, "location": location}
    values |= {"url": "https://a.cn/" + url, "conference": "https://b.cn/?" + url}
    event = ical.Event(
        **{**EVENT.__dict__, **values, "categories": (category or "x",), "conference_label": label}
    )
    named = ical.clean(name) or "日历"
    made = ical.calendar(name=named, language="zh", events=[ical.vevent(event)])
    (seen,) = check(made).values()
    assert seen.summary == (ical.clean(summary).replace("\n", " ") or event.uid)
    assert seen.description == ical.clean(description)
    assert seen.location == ical.clean(location).replace("\n", " ")
