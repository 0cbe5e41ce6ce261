"""Mail to a real SMTP server: each message once, failures kept, nothing lost when killed."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask

from config import ConfigurationError, load
from tests.conftest import SECRET
from trainer.core import clock, jobs, mail
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.core.mail import Attachment, MailMessage, MailStatus, deliver_due, post, send_again

CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


class Postbox:
    """A server that keeps what it takes; ``answers`` are given first, by address."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.answers: dict[str, list[str]] = {}

    async def handle_RCPT(  # noqa: N802  (the library's name)
        self, server: object, session: object, envelope: Any, address: str, options: object
    ) -> str:
        answers = self.answers.get(address)
        if answers:
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  (the library's name)
        self, server: object, session: object, envelope: Any
    ) -> str:
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for message in self.taken]


@pytest.fixture
def postbox(each_app: Flask) -> Iterator[Postbox]:
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    each_app.config["MAIL_URL"] = f"smtp://127.0.0.1:{port}?from=%E4%BA%92%20%3Ca@b.example%3E"
    yield box
    controller.stop()


def _post(key: str = "notice:1:7", **values: Any) -> MailMessage:
    given = {"address": "deputy@example.org", "subject": "培训通知", "body": "请按时报到。\n"}
    message = post(key=key, about="class:1", recipient="李生梅", **{**given, **values})
    db.session.commit()
    return message


def _states() -> list[tuple[str, MailStatus, int, str]]:
    rows = db.session.execute(
        sa.select(
            MailMessage.key, MailMessage.status, MailMessage.tries, MailMessage.error
        ).order_by(MailMessage.id)
    )
    return [(row.key, row.status, row.tries, row.error) for row in rows]


def test_a_message_arrives_once_as_it_was_written(postbox: Postbox) -> None:
    sheet = Attachment("名单.txt", "text/plain", "李生梅".encode())
    message = _post(attachments=[sheet], calendar=("REQUEST", CALENDAR))
    deliver_due()
    deliver_due()
    (taken,) = postbox.taken
    headers = [str(taken[name]) for name in ("From", "To", "Subject", "Message-ID")]
    assert headers == [
        "互 <a@b.example>",
        "李生梅 <deputy@example.org>",
        "培训通知",
        f"<mail-{message.id}@b.example>",
    ]
    parts = [(p.get_content_type(), p.get_content()) for p in taken.walk() if not p.is_multipart()]
    calendar = next(p for p in taken.walk() if p.get_content_type() == "text/calendar")
    assert calendar["Content-Type"].params == {"method": "REQUEST", "charset": "utf-8"}
    texts = [text.replace("\r\n", "\n") if isinstance(text, str) else text for _t, text in parts]
    assert texts[0] == "请按时报到。\n"
    assert CALENDAR.decode().replace("\r\n", "\n") in texts
    assert _states() == [("notice:1:7", MailStatus.SENT, 1, "")]


def test_the_same_key_is_posted_once(postbox: Postbox) -> None:
    first = _post()
    assert _post(subject="anders").id == first.id
    deliver_due()
    assert postbox.subjects() == ["培训通知"]


def test_an_unknown_address_is_final_and_a_busy_one_is_tried_again(postbox: Postbox) -> None:
    postbox.answers = {
        "gone@example.org": ["550 no such user"],
        "busy@example.org": ["451 later", "250 OK"],
    }
    with time_machine.travel("2026-06-01T08:00:00Z", tick=False) as traveller:
        _post("a", address="gone@example.org")
        _post("b", address="busy@example.org")
        deliver_due()
        assert _states() == [
            ("a", MailStatus.FAILED, 1, "550 no such user"),
            ("b", MailStatus.WAITING, 1, "451 later"),
        ]
        traveller.shift(mail.FIRST_DELAY - timedelta(seconds=1))
        deliver_due()
        assert _states()[1] == ("b", MailStatus.WAITING, 1, "451 later")
        traveller.shift(timedelta(seconds=1))
        postbox.answers.clear()
        deliver_due()
    assert _states()[1] == ("b", MailStatus.SENT, 2, "")


def test_a_server_that_is_down_is_tried_five_times(each_app: Flask) -> None:
    each_app.config["MAIL_URL"] = "smtp://127.0.0.1:9?from=a@b.example"
    with time_machine.travel("2026-06-01T08:00:00Z", tick=False) as traveller:
        message = _post()
        for _n in range(mail.TRIES):
            deliver_due()
            traveller.shift(timedelta(days=1))
        assert [state[1:3] for state in _states()] == [(MailStatus.FAILED, mail.TRIES)]
        assert "refused" in message.error


def test_killed_while_sending_is_unsure_and_never_sent_again_by_itself(postbox: Postbox) -> None:
    with time_machine.travel("2026-06-01T08:00:00Z", tick=False) as traveller:
        message = _post()
        assert mail._claim() is not None  # and then the process is killed
        deliver_due()
        assert _states() == [("notice:1:7", MailStatus.SENDING, 1, "")]
        traveller.shift(mail.LOST_AFTER + timedelta(seconds=1))
        deliver_due()
        assert _states() == [("notice:1:7", MailStatus.UNSURE, 1, "")]
        assert postbox.taken == []
        db.session.refresh(message)
        send_again(message)
        db.session.commit()
        deliver_due()
    assert _states() == [("notice:1:7", MailStatus.SENT, 1, "")]
    with pytest.raises(Refused):
        send_again(message)


def test_several_workers_send_each_message_once(postbox: Postbox, each_app: Flask) -> None:
    for number in range(20):
        _post(f"n{number}", subject=f"第{number}号")
    start = threading.Barrier(4)

    def work() -> None:
        with each_app.app_context():
            start.wait()
            deliver_due()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _n in range(4)]:
            done.result()
    assert sorted(postbox.subjects()) == sorted(f"第{number}号" for number in range(20))


def test_without_a_server_nothing_is_sent_and_nothing_lost(app: Flask) -> None:
    _post()
    deliver_due()
    assert _states() == [("notice:1:7", MailStatus.WAITING, 0, "")]


def test_a_job_is_woken_by_the_commit_and_not_by_a_rollback(app: Flask) -> None:
    queue = app.extensions["jobs"]["queue"]
    post(key="a", address="x@example.org", subject="s", body="b")
    assert len(queue) == 0
    db.session.rollback()
    db.session.commit()
    assert len(queue) == 0
    _post()
    assert [task.name for task in queue.pending()] == [jobs._name(deliver_due)]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.example?from=a@b.example", ("mail.example", 25, "", "", "", "a@b.example")),
        ("smtps://u%40x:p%2F@m.example", ("m.example", 465, "ssl", "u@x", "p/", "u@x")),
        ("smtp+tls://u:p@m.example:2525?from=c@d", ("m.example", 2525, "tls", "u", "p", "c@d")),
    ],
)
def test_reads_the_address_of_the_server(
    app: Flask, address: str, expected: tuple[object, ...]
) -> None:
    app.config["MAIL_URL"] = address
    assert mail.server() == mail.Server(*expected)  # type: ignore[arg-type]


def test_a_wrong_address_stops_the_start() -> None:
    with pytest.raises(ConfigurationError, match="TRAINER_MAIL_URL"):
        load({"TRAINER_MAIL_URL": "mail.example.org", "TRAINER_SECRET_KEY": SECRET})


def test_retry_times_are_kept_in_utc(postbox: Postbox) -> None:
    message = _post(due_at=clock.now() + timedelta(hours=1))
    deliver_due()
    assert postbox.taken == []
    assert message.due_at > clock.now()
