"""iCalendar as bytes that every client reads: RFC 5545, RFC 7986, and what real clients need.

Pure: plain values in, text out, the same for the same values, on every machine and with every
version of a library. Lines are written here and not by a package: folding, the order of lines and
the VTIMEZONE decide whether a phone sees a change, and packages change them with their releases.
The tests hold each calendar against two independent parsers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

FORMAT = 2  # raise it when the same facts give other bytes: stored texts and ETags follow
PREFIX_CANCELLED = {"zh": "【已取消】", "en": "[Cancelled] "}
LONGEST_LINE = 75  # octets, RFC 5545 section 3.1
_LOCAL = ZoneInfo("Asia/Shanghai")
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_END = "END:VCALENDAR\r\n"
TIMEZONE = (
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
    both days (the last day then exclusive). *geo* is latitude and longitude in degrees; *color* a
    CSS3 name; *alarm* how long before the start it rings.
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
    color: str = ""
    contact: str = ""
    url: str = ""
    conference: str = ""
    conference_label: str = ""
    alarm: timedelta | None = None
    cancelled: bool = False
    busy: bool = True
    language: str = "zh"


def clean(text: str) -> str:
    """Return *text* without what iCalendar text cannot carry: control characters, lone surrogates.

    Line breaks of every kind become \\n, a tab a space; space at the end of lines goes.
    """
    lines = re.split(r"\r\n|[\n\r\u2028\u2029]", text.replace("\t", " "))
    return "\n".join(_UNSAFE.sub("", line).rstrip() for line in lines).strip()


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
    raw = line.encode()
    if len(raw) <= LONGEST_LINE:
        return line + "\r\n"
    parts: list[str] = []
    start, room = 0, LONGEST_LINE
    while len(raw) - start > room:
        end = start + room
        while raw[end] & 0xC0 == 0x80:  # a byte inside a character (RFC 3629)
            end -= 1
        parts.append(raw[start:end].decode())
        start, room = end, LONGEST_LINE - 1  # the space that begins a continued line counts
    parts.append(raw[start:].decode())
    return "\r\n ".join(parts) + "\r\n"


def escape(text: str) -> str:
    """Return *text* as the value of a TEXT property (RFC 5545 section 3.3.11)."""
    escaped = re.sub(r"([\\,;])", r"\\\1", clean(text))
    return escaped.replace("\n", r"\n")


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _moment(name: str, value: datetime | date) -> str:
    if isinstance(value, datetime):
        return f"{name};TZID=Asia/Shanghai:{value.astimezone(_LOCAL):%Y%m%dT%H%M%S}\r\n"
    return f"{name};VALUE=DATE:{value:%Y%m%d}\r\n"


def _before(alarm: timedelta) -> str:
    """Return a duration before the start (RFC 5545 section 3.3.6), in its largest whole unit."""
    minutes = int(alarm.total_seconds()) // 60
    if minutes % 1440 == 0:
        return f"-P{minutes // 1440}D"
    return f"-PT{minutes // 60}H" if minutes % 60 == 0 else f"-PT{minutes}M"


def _head(uid: str, sequence: int, changed_at: datetime) -> str:
    stamp = _utc(changed_at)
    return (
        f"BEGIN:VEVENT\r\n{fold(f'UID:{uid}')}DTSTAMP:{stamp}\r\nLAST-MODIFIED:{stamp}\r\n"
        f"SEQUENCE:{sequence}\r\n"
    )


def vevent(event: Event) -> str:
    """Return the VEVENT of *event*, folded, each line ended by CRLF.

    A cancelled one says so in its summary too, takes no time and rings no alarm.
    """
    summary = _line(event.summary) or event.uid
    if event.cancelled:
        summary = PREFIX_CANCELLED[event.language] + summary
    shown = fold(f"SUMMARY:{escape(summary)}")
    lines = [
        _head(event.uid, event.sequence, event.changed_at),
        _moment("DTSTART", event.start),
        _moment("DTEND", event.end),
        shown,
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}\r\n",
        f"TRANSP:{'OPAQUE' if event.busy and not event.cancelled else 'TRANSPARENT'}\r\n",
        *_facts(event),
    ]
    if event.alarm is not None and not event.cancelled:
        lines += [
            "BEGIN:VALARM\r\nACTION:DISPLAY\r\n",
            f"TRIGGER:{_before(event.alarm)}\r\n",
            fold(f"DESCRIPTION:{escape(summary)}"),
            "END:VALARM\r\n",
        ]
    lines.append("END:VEVENT\r\n")
    return "".join(lines)


def _facts(event: Event) -> Iterator[str]:
    for name, text in (
        ("DESCRIPTION", clean(event.description)),
        ("LOCATION", _line(event.location)),
        ("CONTACT", _line(event.contact)),
    ):
        if text:
            yield fold(f"{name}:{escape(text)}")
    if event.geo is not None:
        latitude, longitude = (f"{degrees:.6f}" for degrees in event.geo)
        yield f"GEO:{latitude};{longitude}\r\n"
    categories = ",".join(escape(_line(category)) for category in event.categories)
    if categories:
        yield fold(f"CATEGORIES:{categories}")
    if event.color:
        yield f"COLOR:{event.color}\r\n"
    url, conference = ascii_uri(event.url), ascii_uri(event.conference)
    if url:
        yield fold(f"URL:{url}")
    if conference:
        label = _line(event.conference_label).replace('"', "'")
        named = f';LABEL="{label}"' if label else ""
        yield fold(f"CONFERENCE;VALUE=URI;FEATURE=VIDEO{named}:{conference}")


def renumbered(text: str, *, uid: str, sequence: int, changed_at: datetime) -> str:
    """Return the text of an event that `vevent` made, with another number and time of change."""
    rest = text.index("DTSTART", text.index("\r\nSEQUENCE:"))
    return _head(uid, sequence, changed_at) + text[rest:]


def called_off(text: str, *, uid: str, sequence: int, changed_at: datetime) -> str:
    """Return the text of an event that `vevent` made as that of one that does not take place."""
    renumbered_text = renumbered(text, uid=uid, sequence=sequence, changed_at=changed_at)
    return renumbered_text.replace("\r\nSTATUS:CONFIRMED\r\n", "\r\nSTATUS:CANCELLED\r\n").replace(
        "\r\nTRANSP:OPAQUE\r\n", "\r\nTRANSP:TRANSPARENT\r\n"
    )


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
    return "".join((head, TIMEZONE, *events, _END)).encode()
