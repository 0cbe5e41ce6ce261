"""Reading replies to invitations out of a mailbox (``TRAINER_IMAP_URL``)."""

from __future__ import annotations

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from flask import current_app

from trainer.calendars import imip, wishes
from trainer.calendars.site import site_of
from trainer.core.database import db
from trainer.core.jobs import job

_log = logging.getLogger(__name__)
TIMEOUT = 30  # seconds to wait for the server
LARGEST = 1024 * 1024  # bytes; no reply is larger


@contextmanager
def _mailbox(url: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    box: imaplib.IMAP4
    if parts.scheme == "imaps":
        context = ssl.create_default_context()
        box = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=TIMEOUT)
    else:
        box = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
    with box:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        status, said = box.select(f'"{folder}"')
        if status != "OK":
            raise imaplib.IMAP4.error(f"the mailbox cannot be opened: {said!r}")
        yield box


@job(every=5)
def read_replies() -> None:
    """Take in the unread replies; a mail is marked as read after what it says is stored."""
    url = current_app.config["IMAP_URL"]
    if not url:
        return
    try:
        with _mailbox(url) as box:
            for number in _unread(box):
                _take(box, number)
    except (OSError, imaplib.IMAP4.error) as error:
        _log.warning("the mailbox of replies could not be read: %s", type(error).__name__)


def _unread(box: imaplib.IMAP4) -> list[str]:
    _status, (found, *_more) = box.uid("SEARCH", "UNSEEN", "SMALLER", str(LARGEST))
    return found.decode().split() if isinstance(found, bytes) else []


def _take(box: imaplib.IMAP4, number: str) -> None:
    _status, parts = box.uid("FETCH", number, "(BODY.PEEK[])")
    raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
    site = site_of(current_app.config)
    for reply in imip.read_replies(raw):
        wishes.note(reply, site)
    db.session.commit()
    box.uid("STORE", number, "+FLAGS", r"(\Seen)")
