"""Invitations over a real SMTP server, and replies out of a real IMAP mailbox."""

from __future__ import annotations

import imaplib
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

import icalendar
import pytest
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask

from tests.calendars import mailbox
from tests.calendars.conftest import MAY, PLANNER, County, build
from tests.core.test_mail import Postbox
from trainer.calendars import imip, service, wishes
from trainer.calendars.imip import Reply
from trainer.calendars.invitations import invite_due
from trainer.calendars.models import Invitation
from trainer.calendars.replies import read_replies
from trainer.calendars.rules import Choices, Detail, FeedKind, Wish
from trainer.calendars.site import site_of
from trainer.core.database import db
from trainer.core.mail import deliver_due
from trainer.courses import timetable
from trainer.courses.rules import SessionKind
from trainer.courses.timetable import SessionFacts
from trainer.enrolment import service as enrolment

HOUR = timedelta(hours=1)
ADDRESS = "Li.Shengmei@example.cn"


@pytest.fixture
def postbox(app: Flask) -> Iterator[Postbox]:
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{port}?from=office@example.cn"
    yield box
    controller.stop()


def _confirmed(county: County) -> None:
    enrolment.confirm(county.enrolment, by=PLANNER)
    wishes.set_address(county.seats[0].person_id, ADDRESS, by=PLANNER)
    db.session.commit()


def _run(postbox: Postbox) -> list[tuple[str, icalendar.Event]]:
    """Run the jobs twice; return method and event of what arrived, in the order of events."""
    postbox.taken.clear()
    for job in (invite_due, deliver_due, invite_due, deliver_due):
        db.session.commit()
        job()
    return sorted((_read(message) for message in postbox.taken), key=lambda pair: pair[1].uid)


def _read(message: Any) -> tuple[str, Any]:
    part = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
    data = part.get_payload(decode=True)
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(data)
    assert part["Content-Type"].params["method"] == calendar["METHOD"]
    (event,) = calendar.walk("VEVENT")
    assert event.walk("VALARM") == []
    assert str(event["ORGANIZER"]) == "mailto:office@example.cn"
    assert str(event["ATTENDEE"]) == f"mailto:{ADDRESS}"
    return str(calendar["METHOD"]), event


def _numbers(county: County) -> dict[str, int]:
    phone = county.phone(FeedKind.PERSON)
    phone.poll()
    return {event.uid: event.sequence for event in phone.events.values()}


def _told(found: list[tuple[str, Any]]) -> list[str]:
    return [method for method, _event in found]


def test_from_confirmation_to_the_end(
    county: County, postbox: Postbox, clock: time_machine.Traveller
) -> None:
    wishes.set_address(county.seats[0].person_id, ADDRESS, by=PLANNER)
    assert _run(postbox) == []  # nominated is not confirmed
    _confirmed(county)
    found = _run(postbox)
    assert _told(found) == ["REQUEST"] * 3
    assert {str(e["UID"]): e["SEQUENCE"] for _m, e in found} == _numbers(county)
    assert _run(postbox) == []

    clock.shift(HOUR)
    lecture = county.sessions[1]
    facts = SessionFacts(SessionKind.LECTURE, lecture.title, lecture.day, time(14), time(17))
    timetable.edit_session(lecture, training_class=county.training_class, facts=facts, by=PLANNER)
    ((method, event),) = _run(postbox)
    assert (method, event.decoded("DTSTART").hour) == ("REQUEST", 14)
    assert event["SEQUENCE"] == _numbers(county)[str(event["UID"])] == 1

    clock.shift(HOUR)
    timetable.cancel_session(lecture, training_class=county.training_class, by=PLANNER)
    ((method, event),) = _run(postbox)
    assert (method, event["SEQUENCE"], event["STATUS"]) == ("CANCEL", 2, "CANCELLED")
    assert _run(postbox) == []

    clock.shift(HOUR)
    enrolment.withdraw(county.enrolment, reason="生病", by=PLANNER)
    found = _run(postbox)
    assert _told(found) == ["CANCEL"] * 2
    numbers = _numbers(county)
    assert {str(e["UID"]): e["SEQUENCE"] for _m, e in found}.items() <= numbers.items()
    clock.shift(timedelta(days=40))
    assert _run(postbox) == []  # leaving the feed tells nobody anything new


def test_one_message_a_day_where_the_feed_has_days(county: County, postbox: Postbox) -> None:
    facts = SessionFacts(
        SessionKind.DISCUSSION, "分组讨论", county.sessions[1].day, time(19), time(20)
    )
    timetable.add_session(county.training_class, facts=facts, by=PLANNER)
    _confirmed(county)
    feed = county.phone(FeedKind.PERSON).feed
    service.choose(feed, Choices(Detail.DAYS), by=PLANNER)
    found = _run(postbox)
    assert [str(event["SUMMARY"]) for _m, event in found] == [
        f"县级人大代表赴外培训班 · 第{number}天" for number in (1, 2, 3)
    ]
    assert {str(e["UID"]): e["SEQUENCE"] for _m, e in found} == _numbers(county)


def test_other_choices_take_back_what_is_no_event_any_more(
    county: County, postbox: Postbox
) -> None:
    facts = SessionFacts(
        SessionKind.DISCUSSION, "分组讨论", county.sessions[1].day, time(19), time(20)
    )
    added = timetable.add_session(county.training_class, facts=facts, by=PLANNER)
    _confirmed(county)
    assert len(_run(postbox)) == 4
    service.choose(county.phone(FeedKind.PERSON).feed, Choices(Detail.DAYS), by=PLANNER)
    found = _run(postbox)
    assert sorted(_told(found)) == ["CANCEL", "REQUEST", "REQUEST", "REQUEST"]
    (gone,) = [str(event["UID"]) for method, event in found if method == "CANCEL"]
    assert gone.startswith(f"session-{added.id}@")


def test_who_wants_no_more_invitations_gets_none(county: County, postbox: Postbox) -> None:
    _confirmed(county)
    wishes.set_address(county.seats[0].person_id, "", by=PLANNER)
    assert _run(postbox) == []


def test_what_is_over_is_invited_to_no_more(county: County, postbox: Postbox) -> None:
    _confirmed(county)
    with time_machine.travel(county.sessions[1].ends_at, tick=False):
        assert [str(event["SUMMARY"])[:4] for _m, event in _run(postbox)] == ["现场教学"]


def _reply(event: Any, partstat: str, at: datetime, **changes: str) -> bytes:
    values = {"ATTENDEE": ADDRESS, "SEQUENCE": str(event["SEQUENCE"]), "UID": event["UID"]}
    values |= changes
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//phone//EN", "METHOD:REPLY", "BEGIN:VEVENT",
        f"UID:{values['UID']}", f"SEQUENCE:{values['SEQUENCE']}",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{values['ATTENDEE']}",
        "ORGANIZER:mailto:office@example.cn", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    mail = EmailMessage()
    mail["From"], mail["To"] = ADDRESS, "office@example.cn"
    mail["Subject"] = f"{partstat}: 培训"
    mail.set_content("好的")
    mail.add_alternative(
        "\r\n".join(lines).encode(), "text", "calendar", cte="base64", params={"method": "REPLY"}
    )
    return mail.as_bytes()


@pytest.fixture
def imap(county: County) -> Iterator[imaplib.IMAP4]:
    """The office's mailbox, empty."""
    if not mailbox.available():
        if os.environ.get("CI"):
            pytest.fail("Dovecot is not installed")
        pytest.skip("Dovecot is not installed")
    with mailbox.server() as url:
        county.app.config["IMAP_URL"] = url
        parts = urlsplit(url)
        with imaplib.IMAP4(parts.hostname or "", parts.port or 0) as box:
            box.login(unquote(parts.username or ""), unquote(parts.password or ""))
            yield box


def test_replies_are_wishes(county: County, postbox: Postbox, imap: imaplib.IMAP4) -> None:
    _confirmed(county)
    first, second, third = (event for _m, event in _run(postbox))
    later = MAY + HOUR
    for raw in (
        _reply(first, "ACCEPTED", later),
        _reply(second, "DECLINED", later + HOUR),
        _reply(second, "ACCEPTED", later),  # arrives late, was written before
        _reply(third, "ACCEPTED", later, ATTENDEE="somebody@example.cn"),
        _reply(third, "ACCEPTED", later, UID="session-1@elsewhere"),
        b"Subject: nonsense\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY",
    ):
        imap.append("INBOX", "", imaplib.Time2Internaldate(0), raw)
    for _n in range(2):
        db.session.commit()
        read_replies()
        db.session.expire_all()
        rows = db.session.query(Invitation).order_by(Invitation.session_id)
        assert [row.wish for row in rows] == [Wish.ACCEPTED, Wish.DECLINED, Wish.NONE]
    imap.select("INBOX")
    assert imap.search(None, "UNSEEN") == ("OK", [b""])
    assert county.enrolment.status.value == "confirmed"  # a wish is no fact


def test_a_change_asks_anew_and_an_old_answer_counts_no_more(
    county: County, postbox: Postbox
) -> None:
    _confirmed(county)
    first, *_rest = (event for _m, event in _run(postbox))
    site = site_of(county.app.config)
    reply = Reply(str(first["UID"]), ADDRESS.lower(), Wish.ACCEPTED, 0, MAY)
    assert wishes.note(reply, site)
    facts = SessionFacts(SessionKind.REPORT_IN, "报到", county.sessions[0].day, time(8), time(9))
    timetable.edit_session(
        county.sessions[0], training_class=county.training_class, facts=facts, by=PLANNER
    )
    _run(postbox)
    assert not wishes.note(reply, site)
    row = db.session.get_one(Invitation, (county.seats[0].person_id, county.sessions[0].id))
    assert row.wish is Wish.NONE


def test_the_mailbox_may_be_away(county: County, caplog: pytest.LogCaptureFixture) -> None:
    county.app.config["IMAP_URL"] = "imap://office:geheim@127.0.0.1:9/INBOX"
    read_replies()
    assert "could not be read" in caplog.text
    assert "geheim" not in caplog.text


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"Content-Type: text/calendar\r\n\r\nBEGIN:"])
def test_nonsense_is_no_reply(raw: bytes) -> None:
    assert imip.read_replies(raw) == []


@pytest.mark.postgresql
def test_the_job_runs_on_postgresql(postgres_app: Flask, clock: time_machine.Traveller) -> None:
    county = build(postgres_app)
    postgres_app.config["MAIL_URL"] = "smtp://127.0.0.1:9?from=office@example.cn"
    _confirmed(county)
    for _n in range(2):
        invite_due()
        assert db.session.query(Invitation).count() == 3
        db.session.commit()
