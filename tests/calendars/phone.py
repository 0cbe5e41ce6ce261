"""A calendar client that subscribed a feed: it polls as phones do and keeps what it got."""

from __future__ import annotations

import gzip

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.calendars.bytecheck import Seen, check
from trainer.accounts.audit import SYSTEM
from trainer.calendars import links, service
from trainer.calendars.gate import Gate
from trainer.calendars.models import Feed
from trainer.calendars.rules import FeedKind
from trainer.calendars.site import site_of
from trainer.core.database import db

TOLD = ("ETag", "Cache-Control", "Vary", "Referrer-Policy", "X-Robots-Tag")


def path_of(app: Flask, feed: Feed) -> str:
    """Return the path of a feed's present link."""
    address = links.addresses(feed, site_of(app.config), "http://localhost").https
    return address.removeprefix("http://localhost")


def gate_of(app: Flask) -> Gate:
    """Return the gate of an application."""
    gate = app.extensions["feeds"]
    assert isinstance(gate, Gate)
    return gate


class Phone:
    """Subscribes the feed of an owner, and checks every answer it gets."""

    def __init__(self, app: Flask, kind: FeedKind, owner_id: int) -> None:
        self.app = app
        self.feed = service.ensure_feed(kind, owner_id, by=SYSTEM)
        db.session.commit()
        self.path = path_of(app, self.feed)
        self.etag = ""
        self.body = b""
        self.events: dict[str, Seen] = {}

    def ask(self, **headers: str) -> TestResponse:
        """Send one request for the feed with *headers* (underscores for hyphens)."""
        client: FlaskClient = self.app.test_client()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(self.path, headers=named)

    def poll(self) -> int:
        """Ask whether anything is new, take it over, and return the status."""
        known = {"If_None_Match": self.etag} if self.etag else {}
        answer = self.ask(Accept_Encoding="gzip", **known)
        if answer.status_code in (200, 304):
            check_headers(answer)
        if answer.status_code == 304:
            assert answer.data == b""
        if answer.status_code == 200:
            self._take(answer)
        return answer.status_code

    def _take(self, answer: TestResponse) -> None:
        assert answer.headers["Content-Encoding"] == "gzip"
        body = gzip.decompress(answer.data)
        assert answer.headers["ETag"] != self.etag
        events = check(body)
        for uid in events.keys() & self.events.keys():
            check_growth(self.events[uid], events[uid])
        self.etag, self.body, self.events = answer.headers["ETag"], body, events

    def titles(self) -> list[str]:
        """Return the titles of the events in order, without the name of the class."""
        return [event.summary.split(" · ")[0] for event in self.events.values()]


def check_growth(old: Seen, new: Seen) -> None:
    """Check points 12 and 13: a change makes the numbers grow, and nothing else does."""
    if old == new:
        return
    assert new.sequence > old.sequence, f"13: {old} → {new}"
    assert new.changed_at >= old.changed_at, f"12: {old} → {new}"


def check_headers(answer: TestResponse) -> None:
    """Check points 19 to 23 on an answer that a client takes over."""
    if answer.status_code == 200:
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert "Set-Cookie" not in answer.headers
    assert "Last-Modified" not in answer.headers
    assert answer.headers["ETag"].startswith('"')
    assert {name: answer.headers[name] for name in TOLD[1:]} == {
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
