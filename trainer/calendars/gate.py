"""Answers calendar clients before the pages' machinery starts: no session, no user, no template.

Only requests whose token this installation has made are answered here. All others go on to the
application, where `views.feed` says 404 and counts them per address.
"""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from flask import Flask

from trainer.calendars import http
from trainer.calendars.polls import Polls
from trainer.calendars.reader import Reader
from trainer.calendars.rules import link_gone
from trainer.calendars.site import site_of
from trainer.core import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PREFIX, _SUFFIX = "/feeds/", ".ics"
_YEAR = re.compile(r"([0-9]{2,12})-((?:19|20)[0-9]{2})", re.ASCII)  # no token has two parts
_METHODS = frozenset({"GET", "HEAD"})
_MOST_KEPT = 32 * 1024 * 1024  # bytes of feeds kept in memory by one process
_GONE = "此日历链接已停用，请在您的培训页面重新订阅。\nThis calendar link has ended.\n"
_BROKEN = "日历暂时无法读取，稍后会自动重试。\nThe calendar cannot be read just now.\n"


class Stated(Protocol):
    """The state of a feed, as far as an answer needs it."""

    @property
    def etag(self) -> str:
        """The digest of the state."""


@dataclass(frozen=True)
class Answer:
    """Status line, headers and body."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes = b""


@dataclass(frozen=True)
class Body:
    """The bytes of a feed; gzipped when first asked for, the same each time."""

    identity: bytes

    @cached_property
    def gzipped(self) -> bytes:
        """The bytes in the content coding gzip."""
        return gzip.compress(self.identity, mtime=0)

    def __len__(self) -> int:
        return len(self.identity)


class Kept:
    """The bytes of the feeds asked for last, by ETag: what a state gives never changes."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._bodies: OrderedDict[str, Body] = OrderedDict()
        self._lock = Lock()
        self._most = most
        self._size = 0

    def get(self, etag: str) -> Body | None:
        """Return the bytes kept under *etag*."""
        with self._lock:
            body = self._bodies.get(etag)
            if body is not None:
                self._bodies.move_to_end(etag)
            return body

    def put(self, etag: str, body: Body) -> None:
        """Keep *body*; the feeds not asked for the longest go."""
        with self._lock:
            if etag in self._bodies:
                return
            self._bodies[etag] = body
            self._size += len(body)
            while self._size > self._most:
                _, old = self._bodies.popitem(last=False)
                self._size -= len(old)


class Gate:
    """WSGI middleware that serves ``/feeds/<token>.ics`` and passes everything else on."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._inner: WSGIApplication = app.wsgi_app
        self.reader = Reader(app.config["SQLALCHEMY_DATABASE_URI"], site_of(app.config))
        self.polls = Polls(self.reader)
        self.kept = Kept()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a feed, or pass the request on."""
        answer = self._answer(environ)
        if answer is None:
            return self._inner(environ, start_response)
        start_response(answer.status, answer.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _answer(self, environ: WSGIEnvironment) -> Answer | None:
        path = environ.get("PATH_INFO", "")
        if not (path.startswith(_PREFIX) and path.endswith(_SUFFIX)):
            return None
        if environ["REQUEST_METHOD"] not in _METHODS:
            return None
        name = path[len(_PREFIX) : -len(_SUFFIX)]
        link = self.reader.site.read_token(name)
        published = _YEAR.fullmatch(name) if link is None else None
        if link is None and published is None:
            return None
        try:
            if published is not None:
                return self._year(published[1], int(published[2]), environ)
            assert link is not None
            return self._feed(*link, environ)
        except Exception:  # the log must not hold the address, which Flask's own line would
            self._app.logger.exception("a feed could not be served")
            return _plain("503 Service Unavailable", _BROKEN, ("Retry-After", "600"))

    def _feed(self, feed_id: int, version: int, environ: WSGIEnvironment) -> Answer | None:
        now = clock.now()
        state = self.reader.poll(feed_id, version, now=now)
        if state is None:
            return None
        if state.retired_at is None:
            self.polls.note(feed_id, state.polled_at, environ.get("HTTP_USER_AGENT"), now=now)
        elif link_gone(state.retired_at, now):
            return _plain("410 Gone", _GONE)
        return self._known(state.etag, environ) or self._rendered(
            lambda: self.reader.render(feed_id, version, now=now), environ
        )

    def _year(self, code: str, year: int, environ: WSGIEnvironment) -> Answer | None:
        now = clock.now()
        state = self.reader.poll_year(code, year, now=now)
        if state is None:
            return None
        return self._known(state.etag, environ) or self._rendered(
            lambda: self.reader.render_year(code, year, now=now), environ
        )

    def _known(self, etag: str, environ: WSGIEnvironment) -> Answer | None:
        """Return the answer from what the client or this process has already, if either has."""
        gzipped = http.accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING"))
        if http.matches(environ.get("HTTP_IF_NONE_MATCH"), etag):
            tag = http.entity_tag(etag, gzipped=gzipped)
            return Answer("304 Not Modified", [("ETag", tag), *http.HEADERS])
        body = self.kept.get(etag)
        return None if body is None else _whole(etag, body, gzipped=gzipped)

    def _rendered(
        self, render: Callable[[], tuple[Stated, bytes] | None], environ: WSGIEnvironment
    ) -> Answer | None:
        with self._app.app_context():  # the catalogue of texts hangs on it
            made = render()
        if made is None:
            return None
        state, identity = made
        body = Body(identity)
        self.kept.put(state.etag, body)
        gzipped = http.accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING"))
        return _whole(state.etag, body, gzipped=gzipped)


def _whole(etag: str, body: Body, *, gzipped: bool) -> Answer:
    content = body.gzipped if gzipped else body.identity
    headers = [
        ("Content-Type", http.CALENDAR),
        ("Content-Length", str(len(content))),
        ("ETag", http.entity_tag(etag, gzipped=gzipped)),
        *http.HEADERS,
    ]
    if gzipped:
        headers.append(("Content-Encoding", "gzip"))
    return Answer("200 OK", headers, content)


def _plain(status: str, text: str, *more: tuple[str, str]) -> Answer:
    content = text.encode()
    length = ("Content-Length", str(len(content)))
    return Answer(status, [("Content-Type", http.PLAIN), length, *http.HEADERS, *more], content)


def init_app(app: Flask) -> None:
    """Put the gate before *app*."""
    gate = Gate(app)
    app.extensions["feeds"] = gate
    app.wsgi_app = gate  # type: ignore[method-assign]
