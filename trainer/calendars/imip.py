"""Invitations as messages: iTIP objects (RFC 5546) out, replies in (RFC 6047). Pure."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import icalendar

from trainer.calendars import ical
from trainer.calendars.rules import Wish

REQUEST, CANCEL = "REQUEST", "CANCEL"
_WISHES = {
    "ACCEPTED": Wish.ACCEPTED,
    "DECLINED": Wish.DECLINED,
    "TENTATIVE": Wish.TENTATIVE,
    "NEEDS-ACTION": Wish.NONE,
}
_ALARM = re.compile(r"BEGIN:VALARM\r\n.*?END:VALARM\r\n", re.DOTALL)


@dataclass(frozen=True)
class Party:
    """Who takes part: a name to show and an address."""

    name: str
    address: str


def _party(name: str, parameters: str, party: Party) -> str:
    shown = ical.clean(party.name).replace('"', "'").replace("\n", " ")
    common = f';CN="{shown}"' if shown else ""
    return ical.fold(f"{name}{common}{parameters}:mailto:{party.address}")


def message(vevent: str, *, method: str, organizer: Party, attendee: Party) -> bytes:
    """Return the iTIP object that invites *attendee* to an event, or takes the invitation back.

    *vevent* is the event as the feed has it: UID and SEQUENCE are the same there and here. The
    alarm stays in the feed, for whoever invites does not set other people's alarms.
    """
    asked = ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE" if method == REQUEST else ""
    parties = _party("ORGANIZER", "", organizer) + _party("ATTENDEE", asked, attendee)
    text = _ALARM.sub("", vevent).removesuffix("END:VEVENT\r\n") + parties + "END:VEVENT\r\n"
    head = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Deputy Training//trainer//ZH\r\n"
        f"CALSCALE:GREGORIAN\r\nMETHOD:{method}\r\n"
    )
    return (head + ical.TIMEZONE + text + "END:VCALENDAR\r\n").encode()


@dataclass(frozen=True)
class Reply:
    """What somebody answered to the invitation with *uid* in the number *sequence*, and when."""

    uid: str
    address: str
    wish: Wish
    sequence: int
    at: datetime


def read_replies(raw: bytes) -> list[Reply]:
    """Return the replies in a mail, none from one that holds no reply or nonsense."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    found: list[Reply] = []
    for part in mail.walk():
        if part.get_content_type() in ("text/calendar", "application/ics"):
            data = part.get_payload(decode=True)
            found += _replies(data if isinstance(data, bytes) else b"")
    return list(dict.fromkeys(found))  # some clients send the same part twice


def _replies(data: bytes) -> Iterator[Reply]:
    try:
        calendar = icalendar.Calendar.from_ical(data)
    except (ValueError, IndexError, KeyError):
        return
    if not isinstance(calendar, icalendar.Calendar) or calendar.get("METHOD") != "REPLY":
        return
    for event in calendar.walk("VEVENT"):
        attendees = event.get("ATTENDEE", [])
        for attendee in attendees if isinstance(attendees, list) else [attendees]:
            reply = _reply(event, attendee)
            if reply is not None:
                yield reply


def _reply(event: Any, attendee: Any) -> Reply | None:
    wish = _WISHES.get(str(attendee.params.get("PARTSTAT", "NEEDS-ACTION")).upper())
    address = re.sub(r"^mailto:", "", str(attendee), flags=re.IGNORECASE).strip().lower()
    try:
        sequence = int(event.get("SEQUENCE", 0))
        stamp = event.decoded("DTSTAMP")
    except (KeyError, ValueError, TypeError):
        return None
    if wish is None or not isinstance(stamp, datetime):
        return None
    at = stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)
    return Reply(str(event.get("UID", "")), address, wish, sequence, at.astimezone(UTC))
