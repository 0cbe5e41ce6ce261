"""Calendar feeds: conditional polls and full answers, each against its reference in the same run.

Prints rates in requests a second (32 connections, one server process, median of five runs) and
their ratios; PostgreSQL too where it is installed.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from benchmarks.load import Ask, rate
from benchmarks.served import REFERENCE
from tests import factories, postgres
from tests.conftest import SECRET, make_app
from trainer.calendars.gate import Gate
from trainer.calendars.models import Feed
from trainer.calendars.rules import FeedKind
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.changes import touch_sessions
from trainer.courses.models import ClassSession, TrainingClass
from trainer.enrolment.models import Enrolment, SeatQuota
from trainer.enrolment.rules import EnrolmentStatus
from trainer.people.models import Delegation, Person, Seat

DEPUTIES = 5_000
CLASSES, CLASSES_EACH, SESSIONS = 50, 5, 20  # 100 events in each feed
ASKED_FOR = 50  # feeds whose full answers are asked for
RUNS, SECONDS = 5, 2.0
ROOT = Path(__file__).resolve().parents[1]


def fill() -> None:
    """Put deputies, classes of twenty sessions, enrolments and feeds into an empty database."""
    congress = factories.congress()
    term = factories.term(congress)
    delegation = factories.delegation(term, seats=DEPUTIES)
    venue = factories.venue(congress, address="兰州市安宁区")
    classes = []
    for number in range(CLASSES):
        first = date(2017, 1, 2) + timedelta(days=7 * number)
        training_class = factories.training_class(
            term, first_day=first, last_day=first + timedelta(days=5), capacity=DEPUTIES,
            venue_id=venue.id, head="李明", head_phone="0972-8300000", bring="身份证、代表证",
        )  # fmt: skip
        factories.quota(training_class, delegation, seats=DEPUTIES)
        for session in range(SESSIONS):
            day, hour = divmod(session, 4)
            factories.class_session(
                training_class, first + timedelta(days=day), f"{8 + 2 * hour:02}:00",
                f"{9 + 2 * hour:02}:40", title=f"专题讲座：代表依法履职第{session + 1}讲",
            )  # fmt: skip
        classes.append(training_class)
    _enrol(delegation, classes)
    db.session.commit()


def _enrol(delegation: Delegation, classes: list[TrainingClass]) -> None:
    """Enrol every deputy on five classes, spread evenly, and give each a feed."""
    numbers = range(1, DEPUTIES + 1)
    now = clock.now()
    db.session.execute(
        sa.insert(Person),
        [{"id": n, "name": f"代表{n}", "sort_name": f"dai biao {n}"} for n in numbers],
    )
    seat = {"delegation_id": delegation.id, "elected_on": date(2016, 10, 1)}
    seat |= {"election": "general", "newly_elected": True}
    db.session.execute(sa.insert(Seat), [{"id": n, "person_id": n, **seat} for n in numbers])
    rows = [
        {
            "class_id": classes[(n * 7 + 11 * k) % CLASSES].id,
            "person_id": n,
            "seat_id": n,
            "delegation_id": delegation.id,
            "status": EnrolmentStatus.CONFIRMED,
            "changed_at": now,
        }
        for n in numbers
        for k in range(CLASSES_EACH)
    ]
    db.session.execute(sa.insert(Enrolment), rows)
    db.session.execute(
        sa.insert(Feed),
        [{"id": n, "kind": FeedKind.PERSON, "person_id": n, "created_at": now} for n in numbers],
    )
    db.session.execute(sa.update(SeatQuota).values(taken=DEPUTIES // CLASSES * CLASSES_EACH))


def links(app: Flask) -> list[Ask]:
    """Return the address and present ETag of every feed."""
    gate: Gate = app.extensions["feeds"]
    made = []
    for number in range(1, DEPUTIES + 1):
        state = gate.reader.poll(number, 1, now=clock.now())
        assert state is not None
        path = f"/feeds/{gate.reader.site.token(number, 1)}.ics"
        made.append(Ask(path, f'"{state.etag}"'))
    return made


def first_rendering(app: Flask) -> tuple[float, float]:
    """Return the seconds of the first rendering after a change, and of joining stored texts.

    The feed of the county holds 1,000 events, of which one was changed; both are medians, and
    read the same database in turns.
    """
    gate: Gate = app.extensions["feeds"]
    with app.app_context():
        feed = Feed(kind=FeedKind.CONGRESS, congress_id=1)
        db.session.add(feed)
        db.session.commit()
        feed_id = feed.id
        gate.reader.render(feed_id, 1, now=clock.now())
        rendered, joined = [], []
        for number in range(1, 4 * RUNS):
            touch_sessions(ClassSession.id == number)
            db.session.commit()
            start = time.perf_counter()
            gate.reader.render(feed_id, 1, now=clock.now())
            rendered.append(time.perf_counter() - start)
            start = time.perf_counter()
            with gate.reader.engine.connect() as connection:
                texts = connection.exec_driver_sql("SELECT text FROM event_text").scalars()
                body = "".join(texts).encode()
            joined.append(time.perf_counter() - start)
        assert body.count(b"BEGIN:VEVENT") == CLASSES * SESSIONS
        db.engine.dispose()
    return statistics.median(rendered), statistics.median(joined)


@contextmanager
def server(database: str, constant: Path) -> Iterator[str]:
    """Run granian with one worker and eight threads; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "TRAINER_DATABASE_URL": database,
        "TRAINER_SECRET_KEY": SECRET,
        "TRAINER_BASE_URL": "http://localhost",
        "BENCH_CONSTANT": str(constant),
    }
    command = [sys.executable, "-m", "granian", "benchmarks.served:application", "--factory"]
    command += ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "8"]
    command += ["--port", str(port), "--no-log"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{url}/healthz").close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not answer")


@dataclass(frozen=True)
class Load:
    """One kind of request to measure."""

    name: str
    asked: list[Ask]
    status: int = 200


def measure(url: str, loads: list[Load]) -> dict[str, float]:
    """Return the median rate of each load; they take turns, so that all meet the same noise."""
    rates: dict[str, list[float]] = {load.name: [] for load in loads}
    for _ in range(RUNS):
        for load in loads:
            found = rate(url, load.asked, status=load.status, seconds=SECONDS)
            rates[load.name].append(found)
    return {name: statistics.median(found) for name, found in rates.items()}


def run(title: str, database: str, folder: Path, *, whole: bool) -> None:
    """Fill the database, serve it, and print rates and ratios."""
    app = make_app(database)
    with app.app_context():
        fill()
        asked = links(app)
        db.engine.dispose()
    body = app.test_client().get(asked[0].path).data
    constant = folder / "constant.ics"
    constant.write_bytes(body)
    full = [Ask(ask.path) for ask in asked[:ASKED_FOR]]
    loads = [
        Load("poll", asked, 304),
        Load("empty", [Ask(f"{REFERENCE}empty")], 304),
    ]
    if whole:
        loads += [
            Load("full", full),
            Load("constant", [Ask(f"{REFERENCE}constant")]),
            Load("plain", [Ask(f"{REFERENCE}plain/{n}") for n in range(1, ASKED_FOR + 1)]),
        ]
    with server(database, constant) as url:
        rates = measure(url, loads)
    first, join = first_rendering(app)
    report(title, rates, events=body.count(b"BEGIN:VEVENT"), size=len(body))
    print(
        f"  first rendering, 1,000 events, one changed {first * 1000:.2f} ms"
        f"   joining 1,000 stored texts {join * 1000:.2f} ms   ratio {first / join:.2f}"
    )


def report(title: str, rates: dict[str, float], *, events: int, size: int) -> None:
    """Print the rates and what they come to."""
    print(f"{title}: {DEPUTIES:,} feeds of {events} events ({size / 1024:.0f} KiB)")
    _compare(rates, "poll", "empty", "poll with matching ETag", "empty Flask view, 304")
    if "full" in rates:
        _compare(rates, "full", "constant", "full answer", "Flask view, constant bytes")
        _compare(rates, "full", "plain", "full answer", "query, icalendar, serialise")


def _compare(rates: dict[str, float], one: str, other: str, label: str, against: str) -> None:
    mine, reference = rates[one], rates[other]
    print(
        f"  {label:<24}{mine:>8,.0f}/s   {against:<28}{reference:>8,.0f}/s"
        f"   ratio {mine / reference:>7.2f}"
    )


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where it is installed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("SQLite", f"sqlite:///{folder / 'bench.sqlite'}", folder, whole=True)
        if postgres.available():
            with postgres.cluster() as url:
                run("PostgreSQL", url, folder, whole=True)


if __name__ == "__main__":
    main()
