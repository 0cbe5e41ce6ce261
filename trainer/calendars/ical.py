"""iCalendar as bytes that every client reads: RFC 5545, RFC 7986, and what real clients need.

Pure: plain values in, text out, the same for the same values. The package icalendar makes one
VEVENT (escaping, folding); the calendar around it is joined by hand, for speed, and because its
VTIMEZONE must not carry the summer time of 1986–91 that Google, Outlook.com and ical4j choke on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import icalendar
from icalendar.prop import vUri

FORMAT = 1  # raise it when the same facts give other bytes: stored texts and ETags follow
PREFIX_CANCELLED = "【已取消】"
LONGEST_LINE = 75  # octets, RFC 5545 section 3.1
_LOCAL = ZoneInfo("Asia/Shanghai")
_NO_TEXT = frozenset({"Cc", "Cs"})
_END = "END:VCALENDAR\r\n"
_TIMEZONE = (
    "BEGIN:VTIMEZONE\r\n"
    "TZID:Asia/Shanghai\r\n"
    "BEGIN:STANDARD\r\n"
    "DTSTART:19700101T000000\r\n"
    "TZOFFSETFROM:+0800\r\n"
    "TZOFFSETTO:+0800\r\n"
    "TZNAME:CST\r\n"
    "END:STANDARD\r\n"
    "END:VTIMEZONE\r\n"
)


@dataclass(frozen=True)
class Event:
    """The facts of one VEVENT.

    *changed_at* is the stored time of its last change; *end* follows *start*, both instants or
    both days (the last day then exclusive). *geo* is latitude and longitude in degrees.
    """

    uid: str
    sequence: int
    changed_at: datetime
    start: datetime | date
    end: datetime | date
    summary: str
    description: str = ""
    location: str = ""
    geo: tuple[float, float] | None = None
    categories: tuple[str, ...] = ()
    url: str = ""
    conference: str = ""
    conference_label: str = ""
    alarm: timedelta | None = None
    cancelled: bool = False
    busy: bool = True


def clean(text: str) -> str:
    """Return *text* without what iCalendar text cannot carry: control characters, lone surrogates.

    Line breaks of every kind become \\n, a tab a space; space at the end of lines goes.
    """
    lines = re.split(r"\r\n|[\n\r\u2028\u2029]", text.replace("\t", " "))
    kept = ("".join(c for c in line if unicodedata.category(c) not in _NO_TEXT) for line in lines)
    return "\n".join(line.rstrip() for line in kept).strip()


def _line(text: str) -> str:
    return clean(text).replace("\n", " ")


def ascii_uri(address: str) -> str:
    """Return a web address in ASCII (RFC 3987 section 3.1), empty when it is none."""
    address = _line(address)
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # no host name, no port
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    rest = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    for mark, part in (("?", parts.query), ("#", parts.fragment)):
        rest += mark + quote(part, safe="/?%:@!$&'()*+,;=~-._") if part else ""
    return f"{parts.scheme}://{host}{port}{rest}"


def fold(line: str) -> str:
    """Return a content line folded to 75 octets, never inside a character, with its CRLF."""
    parts: list[str] = []
    room, start, used = LONGEST_LINE, 0, 0
    for index, char in enumerate(line):
        size = len(char.encode())
        if used + size > room:
            parts.append(line[start:index])
            room, start, used = LONGEST_LINE - 1, index, 0
        used += size
    parts.append(line[start:])
    return "\r\n ".join(parts) + "\r\n"


def escape(text: str) -> str:
    """Return *text* as the value of a TEXT property (RFC 5545 section 3.3.11)."""
    escaped = re.sub(r"([\\,;])", r"\\\1", clean(text))
    return escaped.replace("\n", r"\n")


def vevent(event: Event) -> str:
    """Return the VEVENT of *event*, folded, each line ended by CRLF.

    A cancelled one says so in its summary too, takes no time and rings no alarm.
    """
    summary = _line(event.summary) or event.uid
    if event.cancelled:
        summary = PREFIX_CANCELLED + summary
    made = icalendar.Event()
    stamp = event.changed_at.astimezone(UTC)
    made.add("uid", event.uid)
    made.add("dtstamp", stamp)
    made.add("last-modified", stamp)
    made.add("sequence", event.sequence)
    made.add("dtstart", _moment(event.start))
    made.add("dtend", _moment(event.end))
    made.add("summary", summary)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    made.add("transp", "OPAQUE" if event.busy and not event.cancelled else "TRANSPARENT")
    _add_facts(made, event)
    if event.alarm is not None and not event.cancelled:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -event.alarm)
        alarm.add("description", summary)
        made.add_component(alarm)
    text: bytes = made.to_ical(sorted=False)
    return text.decode()


def _moment(value: datetime | date) -> datetime | date:
    return value.astimezone(_LOCAL) if isinstance(value, datetime) else value


def _add_facts(made: icalendar.Event, event: Event) -> None:
    for name, text in (
        ("description", clean(event.description)),
        ("location", _line(event.location)),
    ):
        if text:
            made.add(name, text)
    if event.geo is not None:
        made.add("geo", tuple(round(degrees, 6) for degrees in event.geo))
    if event.categories:
        made.add("categories", [_line(category) for category in event.categories])
    url, conference = ascii_uri(event.url), ascii_uri(event.conference)
    if url:
        made.add("url", vUri(url))
    if conference:
        label = _line(event.conference_label).replace('"', "'")
        parameters = {"VALUE": "URI", "FEATURE": "VIDEO", **({"LABEL": label} if label else {})}
        made.add("conference", vUri(conference), parameters=parameters)


def calendar(*, name: str, language: str, events: Iterable[str]) -> bytes:
    """Return a whole calendar object around the texts of its events.

    No METHOD: that would make it an invitation. NAME is RFC 7986, Google reads X-WR-CALNAME.
    """
    shown = escape(_line(name))
    head = (
        "BEGIN:VCALENDAR\r\n"
        "VERSION:2.0\r\n"
        + fold(f"PRODID:-//Deputy Training//trainer//{language.upper()}")
        + "CALSCALE:GREGORIAN\r\n"
        + fold(f"NAME:{shown}")
        + fold(f"X-WR-CALNAME:{shown}")
        + "X-WR-TIMEZONE:Asia/Shanghai\r\n"
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n"
        "X-PUBLISHED-TTL:PT6H\r\n"
        "COLOR:firebrick\r\n"
    )
    return "".join((head, _TIMEZONE, *events, _END)).encode()
