"""A byte-level check of what every real client needs of a feed; numbers are those of the points.

No parser reports unfolded lines, folding by characters, LF only, a local DTSTAMP, a blank line,
hex colours or non-ASCII addresses: they are looked for in the raw bytes. The result is then parsed
strictly by two independent parsers, which must see the same events.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from ical.calendar_stream import IcsCalendarStream

CHINA = ZoneInfo("Asia/Shanghai")
TIMEZONE = """BEGIN:VTIMEZONE
TZID:Asia/Shanghai
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0800
TZOFFSETTO:+0800
TZNAME:CST
END:STANDARD
END:VTIMEZONE""".split("\n")
TEXTS = {
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "NAME",
    "X-WR-CALNAME",
    "CATEGORIES",
    "COMMENT",
    "CONTACT",
}
ADDRESSES = {"URL", "SOURCE", "CONFERENCE", "IMAGE"}
TYPED = {"SOURCE", "CONFERENCE", "IMAGE"}
CSS3 = {"firebrick", "crimson", "steelblue", "seagreen", "slategray"}
UTC_STAMP = re.compile(r"\d{8}T\d{6}Z")
CANCELLED = ("【已取消】", "[Cancelled] ")


@dataclass(frozen=True)
class Property:
    """One content line, unfolded: name, parameters as written, and value."""

    name: str
    parameters: str
    value: str


@dataclass(frozen=True)
class Seen:
    """What a client takes from one VEVENT."""

    uid: str
    sequence: int
    changed_at: datetime
    start: datetime | date
    end: datetime | date
    summary: str
    description: str
    location: str
    cancelled: bool
    alarm: timedelta | None


def check(feed: bytes) -> dict[str, Seen]:
    """Check all points that concern the bytes of a feed; return its events by UID."""
    return _check_parsers(feed, check_raw(feed))


def check_raw(feed: bytes) -> list[str]:
    """Check the same without parsing it by other packages too; return the UIDs."""
    lines = _check_bytes(feed)
    properties = [_property(line) for line in lines]
    for prop in properties:
        _check_value(prop)
    _check_calendar(properties)
    events = _events(properties)
    assert events, "17: a feed is never without a VEVENT"
    for event in events:
        _check_event(event)
    uids = [_one(event, "UID").value for event in events]
    assert len(set(uids)) == len(uids), "11: one event per UID"
    return uids


def _check_bytes(feed: bytes) -> list[str]:
    assert not feed.startswith(b"\xef\xbb\xbf"), "1: no BOM"
    feed.decode("utf-8")
    assert feed.endswith(b"END:VCALENDAR\r\n"), "1: the end"
    rest = feed.replace(b"\r\n", b"")
    assert b"\r" not in rest, "1: CRLF only"
    assert b"\n" not in rest, "1: CRLF only"
    unfolded: list[bytes] = []
    for line in feed.split(b"\r\n")[:-1]:
        assert line.strip(), "1: no blank line"
        assert len(line) <= 75, f"2: {len(line)} octets"
        line.decode("utf-8")  # 2: never folded inside a character
        if line[:1] in b" \t":
            unfolded[-1] += line[1:]
        else:
            unfolded.append(line)
    return [line.decode("utf-8") for line in unfolded]


def _property(line: str) -> Property:
    found = re.fullmatch(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^":;]*))*):(.*)', line)
    assert found, f"no content line: {line!r}"
    return Property(found[1], found[2], found[3])


def _check_value(prop: Property) -> None:
    assert not any(unicodedata.category(c) == "Cc" for c in prop.value), "3: control characters"
    if prop.name in TEXTS:
        bare = re.sub(r"\\[\\,;nN]", "", prop.value)
        assert "\\" not in bare, f"3: {prop}"
        assert ";" not in bare, f"3: {prop}"
        assert prop.name == "CATEGORIES" or "," not in bare, f"3: {prop}"
    if prop.name in ADDRESSES:
        assert prop.value.isascii(), "7: addresses are ASCII"
        assert re.fullmatch(r"https?://[!-~]+", prop.value), f"7: {prop.value}"
    if prop.name in TYPED:
        assert "VALUE=URI" in prop.parameters.split(";"), f"7: {prop}"
    if prop.name == "COLOR":
        assert prop.value in CSS3, "7: a CSS3 name"


def _check_calendar(properties: list[Property]) -> None:
    names = [prop.name for prop in properties]
    lines = [f"{p.name}{p.parameters}:{p.value}" for p in properties]
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines.count("VERSION:2.0") == names.count("VERSION") == 1, "4: VERSION"
    assert names.count("PRODID") == 1, "4: PRODID"
    assert "METHOD" not in names, "4: no METHOD"
    named = [p.value for p in properties if p.name in ("NAME", "X-WR-CALNAME")]
    assert len(named) == 2, "5: NAME and X-WR-CALNAME"
    assert named[0] == named[1] != "", "5: the same name"
    assert lines.count("REFRESH-INTERVAL;VALUE=DURATION:PT6H") == 1, "6: REFRESH-INTERVAL"
    assert lines.count("X-PUBLISHED-TTL:PT6H") == 1, "6: X-PUBLISHED-TTL"
    at = lines.index("BEGIN:VTIMEZONE")
    assert lines[at : at + len(TIMEZONE)] == TIMEZONE, "9: one STANDARD"
    assert lines.count("BEGIN:VTIMEZONE") == 1, "9: one VTIMEZONE"
    assert at < lines.index("BEGIN:VEVENT"), "8: VTIMEZONE before the events"


def _events(properties: list[Property]) -> list[list[Property]]:
    events: list[list[Property]] = []
    for prop in properties:
        if (prop.name, prop.value) == ("BEGIN", "VEVENT"):
            events.append([])
        if events and prop.name != "X-END":
            events[-1].append(prop)
    return events


def _one(event: list[Property], name: str) -> Property:
    outside = _without_alarms(event)
    found = [prop for prop in outside if prop.name == name]
    assert len(found) == 1, f"{name} stands {len(found)} times"
    return found[0]


def _without_alarms(event: list[Property]) -> list[Property]:
    kept, inside = [], False
    for prop in event:
        inside = inside or (prop.name, prop.value) == ("BEGIN", "VALARM")
        if not inside:
            kept.append(prop)
        inside = inside and (prop.name, prop.value) != ("END", "VALARM")
    return kept


def _check_event(event: list[Property]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9-]+@[a-z0-9.-]+", _one(event, "UID").value), "11: UID"
    stamp = _one(event, "DTSTAMP")
    assert UTC_STAMP.fullmatch(stamp.value), "12: DTSTAMP in UTC"
    assert stamp.value == _one(event, "LAST-MODIFIED").value, "12: DTSTAMP = LAST-MODIFIED"
    assert _one(event, "SEQUENCE").value.isdecimal(), "13: SEQUENCE"
    assert all(prop.name != "DURATION" for prop in _without_alarms(event)), "10: no DURATION"
    _check_times(_one(event, "DTSTART"), _one(event, "DTEND"))
    summary = _one(event, "SUMMARY").value
    assert summary.strip(), "15: SUMMARY"
    alarms = [prop for prop in event if (prop.name, prop.value) == ("BEGIN", "VALARM")]
    assert len(alarms) <= 1, "16: at most one VALARM"
    if alarms:
        at = event.index(alarms[0])
        end = event.index(Property("END", "", "VALARM"))
        inside = {prop.name: prop.value for prop in event[at + 1 : end]}
        assert inside.keys() == {"ACTION", "TRIGGER", "DESCRIPTION"}, "16: the alarm's properties"
        assert inside["ACTION"] == "DISPLAY", "16: ACTION"
    cancelled = _one(event, "STATUS").value == "CANCELLED"
    assert summary.startswith(CANCELLED) == cancelled, "14: the prefix"
    if cancelled:
        assert _one(event, "TRANSP").value == "TRANSPARENT", "14: TRANSP"
        assert not alarms, "14: no alarm"


def _check_times(start: Property, end: Property) -> None:
    assert start.parameters == end.parameters, "10: DTSTART and DTEND of one kind"
    if start.parameters == ";VALUE=DATE":
        assert re.fullmatch(r"\d{8}", start.value), "10: a day"
        assert re.fullmatch(r"\d{8}", end.value), "10: a day"
    else:
        assert start.parameters == ";TZID=Asia/Shanghai", "8: never floating"
        assert re.fullmatch(r"\d{8}T\d{6}", start.value), "8: no Z with a TZID"
        assert re.fullmatch(r"\d{8}T\d{6}", end.value), "8: no Z with a TZID"
    assert start.value < end.value, "10: DTEND after DTSTART"


def _check_parsers(feed: bytes, uids: list[str]) -> dict[str, Seen]:
    parsed = icalendar.Calendar.from_ical(feed)
    assert isinstance(parsed, icalendar.Calendar)
    broken = [part.errors for part in parsed.walk() if part.errors]
    assert broken == [], "icalendar finds errors"
    seen = {event.uid: event for event in map(_seen, parsed.walk("VEVENT"))}
    other = IcsCalendarStream.calendar_from_ics(feed.decode())
    assert list(seen) == uids == [event.uid for event in other.events]
    for event in other.events:
        mine = seen[str(event.uid)]
        assert (mine.summary, mine.sequence) == (event.summary, event.sequence)
        assert (mine.start, mine.end) == (event.dtstart, event.dtend)
        assert mine.description == (event.description or "")
        assert mine.location == (event.location or "")
    return seen


def _seen(event: icalendar.Component) -> Seen:
    def value(name: str, of: icalendar.Component = event) -> Any:
        return of.decoded(name)

    alarms = event.walk("VALARM")
    changed = value("LAST-MODIFIED")
    assert changed.tzinfo is not None
    return Seen(
        uid=str(event["UID"]),
        sequence=value("SEQUENCE"),
        changed_at=changed.astimezone(UTC),
        start=value("DTSTART"),
        end=value("DTEND"),
        summary=str(event["SUMMARY"]),
        description=str(event.get("DESCRIPTION", "")),
        location=str(event.get("LOCATION", "")),
        cancelled=str(event["STATUS"]) == "CANCELLED",
        alarm=value("TRIGGER", alarms[0]) if alarms else None,
    )
