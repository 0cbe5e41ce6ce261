"""Outgoing mail: kept in the database first, sent once by a job.

A message is claimed before it is sent and marked after the server took it. Who is killed between
the two leaves it *unsure*: it is shown to staff, who may send it again, and never goes twice by
itself.
"""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from trainer.core import clock
from trainer.core.database import Model, db, enum_column
from trainer.core.errors import Refused
from trainer.core.jobs import job, wake
from trainer.core.text import Labelled, noop

TIMEOUT = 30  # seconds to wait for the server
TRIES = 5
FIRST_DELAY = timedelta(minutes=2)  # doubled with every further try
LOST_AFTER = timedelta(minutes=10)


class MailStatus(Labelled):
    """The life of a message."""

    WAITING = "waiting", noop("Waiting to be sent")
    SENDING = "sending", noop("Being sent")
    SENT = "sent", noop("Sent")
    FAILED = "failed", noop("Not sent")
    UNSURE = "unsure", noop("Perhaps sent")


class MailMessage(Model):
    """One message to one address. ``key`` says what it is: there is never a second with the same.

    ``about`` names what it belongs to (``class:12``), so that its page can show who got what.
    ``parts`` are attachments: ``{"name", "type", "data"}`` with base64 data; a calendar part
    (``{"method", "data"}``, RFC 6047) has no name.
    """

    __tablename__ = "mail_message"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index(None, "status", "due_at"),
        sa.Index(None, "about"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(160))
    about: Mapped[str] = mapped_column(sa.String(60), default="")
    address: Mapped[str] = mapped_column(sa.String(200))
    recipient: Mapped[str] = mapped_column(sa.String(60), default="")
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    parts: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list, deferred=True)
    status: Mapped[MailStatus] = mapped_column(enum_column(MailStatus))
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Server:
    """Where mail is handed in, and from whom it comes (``TRAINER_MAIL_URL``)."""

    host: str
    port: int
    security: str  # "" plain, "tls" STARTTLS, "ssl" from the first byte
    user: str
    password: str
    sender: str

    @contextmanager
    def connection(self) -> Iterator[smtplib.SMTP]:
        """Connect and sign in."""
        if self.security == "ssl":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        with smtp:
            if self.security == "tls":
                smtp.starttls(context=ssl.create_default_context())
            if self.user:
                smtp.login(self.user, self.password)
            yield smtp


def server() -> Server | None:
    """Return where mail is handed in, None when the installation sends none.

    ``smtp://`` speaks plainly, ``smtp+tls://`` with STARTTLS, ``smtps://`` in TLS; user and
    password stand before the host, the sender as ``?from=``.
    """
    address = current_app.config["MAIL_URL"]
    if not address:
        return None
    parts = urlsplit(address)
    security = {"smtp": "", "smtp+tls": "tls", "smtps": "ssl"}[parts.scheme]
    user = unquote(parts.username or "")
    sender = parse_qs(parts.query).get("from", [user])[0]
    port = parts.port or {"": 25, "tls": 587, "ssl": 465}[security]
    return Server(
        parts.hostname or "localhost", port, security, user, unquote(parts.password or ""), sender
    )


def post(
    *,
    key: str,
    address: str,
    subject: str,
    body: str,
    recipient: str = "",
    about: str = "",
    attachments: Sequence[Attachment] = (),
    calendar: tuple[str, bytes] | None = None,
    due_at: datetime | None = None,
) -> MailMessage:
    """Put a message into the outbox; the job sends it once the transaction is committed.

    *key* makes it happen once: with the key of an earlier message that one is returned and nothing
    is added. *calendar* is an iMIP part (RFC 6047): its method and the VCALENDAR.
    """
    earlier = db.session.scalar(sa.select(MailMessage).where(MailMessage.key == key))
    if earlier is not None:
        return earlier
    parts = [
        {"name": each.name, "type": each.media_type, "data": base64.b64encode(each.data).decode()}
        for each in attachments
    ]
    if calendar is not None:
        parts.append({"method": calendar[0], "data": base64.b64encode(calendar[1]).decode()})
    message = MailMessage(
        key=key,
        about=about,
        address=address,
        recipient=recipient,
        subject=" ".join(subject.split()),
        body=body,
        parts=parts,
        status=MailStatus.WAITING,
        due_at=due_at or clock.now(),
    )
    db.session.add(message)
    db.session.flush()
    wake(deliver_due)
    return message


def send_again(message: MailMessage) -> None:
    """Send once more what failed or may not have arrived; raises Refused for any other."""
    if message.status not in (MailStatus.FAILED, MailStatus.UNSURE):
        raise Refused(noop("This message is on its way already."))
    message.status, message.tries, message.error = MailStatus.WAITING, 0, ""
    message.due_at = clock.now()
    db.session.flush()
    wake(deliver_due)


def compose(message: MailMessage, sender: str, host: str) -> EmailMessage:
    """Return the message as RFC 5322 has it; the same row always has the same Message-ID."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = formataddr((message.recipient, message.address))
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<mail-{message.id}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    for part in sorted(message.parts, key=lambda part: "method" not in part):  # alternatives first
        data = base64.b64decode(part["data"])
        if "method" in part:
            mail.add_alternative(
                data, maintype="text", subtype="calendar", cte="base64", params=_calendar(part)
            )
        else:
            main, _slash, sub = part["type"].partition("/")
            mail.add_attachment(data, maintype=main, subtype=sub, filename=part["name"])
    return mail


def _calendar(part: dict[str, Any]) -> dict[str, str]:
    return {"method": part["method"], "charset": "utf-8"}


@job(every=1)
def deliver_due() -> None:
    """Send what is due, one message a transaction, and mark what was lost on the way."""
    to = server()
    if to is None:
        return
    _mark_lost()
    while (message := _claim()) is not None:
        _deliver(message, to)


def _mark_lost() -> None:
    db.session.execute(
        sa.update(MailMessage)
        .where(
            MailMessage.status == MailStatus.SENDING,
            MailMessage.claimed_at < clock.now() - LOST_AFTER,
        )
        .values(status=MailStatus.UNSURE)
    )
    db.session.commit()


def _claim() -> MailMessage | None:
    """Return a message that is due and now ours alone, None when there is none."""
    while True:
        now = clock.now()
        due = sa.and_(MailMessage.status == MailStatus.WAITING, MailMessage.due_at <= now)
        number = db.session.scalar(
            sa.select(MailMessage.id)
            .where(due)
            .order_by(MailMessage.due_at, MailMessage.id)
            .limit(1)
        )
        if number is None:
            db.session.rollback()
            return None
        claimed = db.session.scalar(
            sa.update(MailMessage)
            .where(MailMessage.id == number, MailMessage.status == MailStatus.WAITING)
            .values(status=MailStatus.SENDING, claimed_at=now, tries=MailMessage.tries + 1)
            .returning(MailMessage.id)
        )
        db.session.commit()
        if claimed is not None:
            return db.session.get_one(
                MailMessage,
                number,
                options=[sa.orm.undefer(MailMessage.parts)],
                populate_existing=True,
            )


def _deliver(message: MailMessage, to: Server) -> None:
    try:
        with to.connection() as smtp:
            smtp.send_message(compose(message, to.sender, to.sender.rpartition("@")[2]))
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        _not_sent(message, f"{code} {_text(said)}", final=code >= 500)
    except smtplib.SMTPAuthenticationError as refused:  # ours to mend: no fault of the message
        _not_sent(message, _text(refused.smtp_error), final=False)
    except smtplib.SMTPResponseException as refused:
        why = f"{refused.smtp_code} {_text(refused.smtp_error)}"
        _not_sent(message, why, final=refused.smtp_code >= 500)
    except (OSError, smtplib.SMTPException) as error:
        _not_sent(message, str(error), final=False)
    else:
        message.status, message.sent_at, message.error = MailStatus.SENT, clock.now(), ""
        db.session.commit()


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def _not_sent(message: MailMessage, why: str, *, final: bool) -> None:
    if final or message.tries >= TRIES:
        message.status = MailStatus.FAILED
    else:
        message.status = MailStatus.WAITING
        message.due_at = clock.now() + FIRST_DELAY * 2 ** (message.tries - 1)
    message.error = " ".join(why.split())[:300]
    db.session.commit()
