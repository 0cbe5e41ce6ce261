"""Real clients follow a life of changes over a real socket: vdirsyncer with khal, and calcurse.

Each must see the same events at the same instants as our own reading of the feed, and lose nothing
by an answer of 404, 410 or 500, a moved link, or gzip.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import icalendar
import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.calendars.conftest import PLANNER, County, build
from tests.calendars.phone import Phone
from trainer.calendars import service
from trainer.calendars.rules import Choices, Detail, FeedKind
from trainer.core.clock import LOCAL
from trainer.core.database import db
from trainer.courses import timetable
from trainer.courses.rules import SessionKind
from trainer.courses.timetable import SessionFacts

Seen = set[tuple[str, datetime]]
VDIRSYNCER = """
[general]
status_path = "{home}/status/"
[pair feed]
a = "local"
b = "remote"
collections = null
conflict_resolution = "b wins"
[storage local]
type = "filesystem"
path = "{home}/events/"
fileext = ".ics"
[storage remote]
type = "http"
url = "{url}"
"""
KHAL = """
[calendars]
[[feed]]
path = {home}/events
[default]
timedelta = 2d
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
[sqlite]
path = {home}/khal.db
"""


class Site:
    """The application on a socket; *status* answers instead of it while it is set."""

    def __init__(self, app: Flask) -> None:
        self.app, self.status = app, ""
        self.encodings: list[str] = []

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        self.encodings.append(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if self.status:
            start(self.status, [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return []
        return self.app(environ, start)


@pytest.fixture
def site(app: Flask) -> Iterator[tuple[Site, str]]:
    """The application on a socket, and its address."""
    served = Site(app)
    server = make_server("127.0.0.1", 0, served, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield served, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    return found


def _run(home: Path, *command: str, fails: bool = False) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment = {**clean, "HOME": str(home), "XDG_DATA_HOME": str(home), "LC_ALL": "C.UTF-8"}
    environment |= {"TZ": "Asia/Shanghai", "VDIRSYNCER_CONFIG": str(home / "vdirsyncer")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout


def _ours(phone: Phone) -> Seen:
    phone.poll()
    found = {(event.summary, event.start) for event in phone.events.values()}
    assert all(isinstance(start, datetime) for _summary, start in found)
    return {(summary, start) for summary, start in found if isinstance(start, datetime)}


class Vdirsyncer:
    """Synchronises a folder of events, which khal then lists."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url
        (home / "events").mkdir(parents=True)
        (home / "vdirsyncer").write_text(VDIRSYNCER.format(home=home, url=url))
        (home / "khal").write_text(KHAL.format(home=home))
        _run(home, "sh", "-c", f"yes | {_program('vdirsyncer')} discover")

    def look(self, *, fails: bool = False) -> None:
        """Look for changes."""
        _run(self.home, _program("vdirsyncer"), "sync", fails=fails)

    def seen(self) -> Seen:
        """Return what lies in the folder, once khal agrees with it."""
        found = set()
        for path in (self.home / "events").glob("*.ics"):
            calendar = icalendar.Calendar.from_ical(path.read_bytes())
            for event in calendar.walk("VEVENT"):
                found.add((str(event["SUMMARY"]), event.decoded("DTSTART").astimezone(LOCAL)))
        assert self._listed() == found
        return found

    def _listed(self) -> Seen:
        shape = "{start-long-full}|{title}"
        lines = _run(
            self.home, _program("khal"), "-c", str(self.home / "khal"), "list", "--format", shape,
            "--day-format", "", "2017-06-01", "30d",
        ).splitlines()  # fmt: skip
        found = set()
        for line in filter(None, lines):
            start, _bar, title = line.partition("|")
            at = datetime.strptime(start, "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)
            found.add((title.removesuffix(" ⏰"), at))
        return found


def _life(county: County) -> list[Callable[[], Any]]:
    lecture = county.sessions[1]
    moved = SessionFacts(SessionKind.LECTURE, "改期后的讲座", lecture.day, time(15), time(17))
    added = SessionFacts(
        SessionKind.DISCUSSION, "分组讨论：一、二；三\\四", lecture.day, time(19), time(20)
    )
    of: dict[str, Any] = {"training_class": county.training_class, "by": PLANNER}
    return [
        lambda: timetable.edit_session(lecture, facts=moved, **of),
        lambda: timetable.add_session(county.training_class, facts=added, by=PLANNER),
        lambda: timetable.cancel_session(county.sessions[2], **of),
        lambda: timetable.restore_session(county.sessions[2], **of),
    ]


def test_vdirsyncer_and_khal_follow_and_lose_nothing(
    app: Flask, site: tuple[Site, str], tmp_path: Path
) -> None:
    served, base = site
    county = build(app)
    phone = county.phone(FeedKind.PERSON)
    expected = _ours(phone)
    client = Vdirsyncer(tmp_path / "home", base + phone.path)
    client.look()
    assert client.seen() == expected
    assert any("gzip" in each for each in served.encodings)
    for change in _life(county):
        change()
        db.session.commit()
        expected = _ours(phone)
        client.look()
        assert client.seen() == expected
    for status in ("404 Not Found", "410 Gone", "500 Internal Server Error"):
        served.status = status
        client.look(fails=True)
        assert client.seen() == expected
    served.status = ""
    client.look()
    assert client.seen() == expected


def test_vdirsyncer_follows_choices_and_a_moved_link(
    app: Flask, site: tuple[Site, str], tmp_path: Path
) -> None:
    _served, base = site
    county = build(app)
    phone = county.phone(FeedKind.PERSON)
    client = Vdirsyncer(tmp_path / "home", base + phone.path)
    client.look()
    service.choose(phone.feed, Choices(Detail.DAYS), by=PLANNER)
    db.session.commit()
    expected = _ours(phone)
    client.look()
    assert client.seen() == expected
    service.renew_link(phone.feed, by=PLANNER)
    db.session.commit()
    client.look()  # the old link says so with one event: nothing crashes, and then it is moved
    fresh = county.phone(FeedKind.PERSON)
    again = Vdirsyncer(tmp_path / "again", base + fresh.path)
    again.look()
    assert again.seen() == _ours(fresh) == expected


def test_calcurse_imports_the_same_events(
    app: Flask, site: tuple[Site, str], tmp_path: Path
) -> None:
    _served, base = site
    county = build(app)
    phone = county.phone(FeedKind.CONGRESS)
    for number, change in enumerate([lambda: None, *_life(county)]):
        change()
        db.session.commit()
        expected = {(summary, start) for summary, start in _ours(phone)}
        home = tmp_path / str(number)
        home.mkdir()
        with urllib.request.urlopen(base + phone.path) as answer:
            (home / "feed.ics").write_bytes(answer.read())
        told = _run(home, _program("calcurse"), "-q", "-D", str(home), "-i", str(home / "feed.ics"))
        assert "error" not in told.lower()
        found = set()
        for line in (home / "apts").read_text().splitlines():
            match = re.match(r"(\d\d/\d\d/\d{4} @ \d\d:\d\d) -> .*?[|!](.*)$", line)
            assert match is not None, line
            at = datetime.strptime(match[1], "%m/%d/%Y @ %H:%M").replace(tzinfo=LOCAL)
            found.add((match[2], at))
        assert found == expected
