"""A poll with a matching ETag reads counters only, and never an old state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine

from tests.calendars.conftest import PLANNER, County, build
from tests.calendars.phone import Phone, gate_of
from trainer import create_app
from trainer.calendars import events, gate, ical, state, texts
from trainer.calendars.models import EventText
from trainer.calendars.rules import FeedKind
from trainer.core.database import db
from trainer.courses import timetable
from trainer.courses.changes import of_class, touch_sessions

OPTIONS = {"TESTING": True, "RATELIMIT_ENABLED": False, "BASE_URL": "http://localhost"}
MOST = {kind: 1 if kind is FeedKind.PERSON else 2 for kind in FeedKind}  # statements


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collect what the feeds ask of the database outside SQLAlchemy."""
    asked: list[str] = []
    run = state.Source.row

    def note(self: state.Source, cursor: Any, sql: str, **parameters: object) -> Any:
        asked.append(sql)
        return run(self, cursor, sql, **parameters)

    with monkeypatch.context() as patch:
        patch.setattr(state.Source, "row", note)
        yield asked


@pytest.mark.parametrize("kind", list(FeedKind))
def test_a_matching_poll_renders_nothing_and_reads_no_text(
    county: County, monkeypatch: pytest.MonkeyPatch, kind: FeedKind
) -> None:
    phone = county.phone(kind)
    phone.poll()

    def fail(*_args: object, **_values: object) -> None:
        raise AssertionError("rendered")

    for module, name in (
        (texts, "render"),
        (events, "session_event"),
        (ical, "vevent"),
        (ical, "calendar"),
    ):
        monkeypatch.setattr(module, name, fail)
    gate_of(county.app).kept = gate.Kept()
    with statements(monkeypatch) as asked:
        assert phone.poll() == 304
    assert len(asked) == MOST[kind]
    assert not any("event_text" in sql for sql in asked)


def test_the_statement_of_a_poll_uses_indexes_only(county: County) -> None:
    phone = county.phone(FeedKind.PERSON)
    sql = state._POLL.replace("string_agg", "group_concat")
    asked = {"feed": phone.feed.id, "version": 1, "horizon": "2017-01-01 00:00:00.000000"}
    plan = [row[-1] for row in db.session.execute(db.text(f"EXPLAIN QUERY PLAN {sql}"), asked)]
    assert [step for step in plan if step.startswith("SCAN") and step != "SCAN parts"] == []


def test_an_event_is_rendered_once_per_change(
    county: County, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    render = ical.vevent

    def note(event: ical.Event) -> str:
        made.append(event.uid.split("@")[0])
        return render(event)

    monkeypatch.setattr(ical, "vevent", note)
    phones = [county.phone(kind) for kind in FeedKind]
    for phone in phones:
        phone.poll()
    assert sorted(made) == [f"session-{session.id}" for session in county.sessions]
    assert db.session.query(EventText).count() == 3

    made.clear()
    clock.shift(60)
    lecture = county.sessions[1]
    timetable.cancel_session(lecture, training_class=county.training_class, by=PLANNER)
    for phone in phones:
        assert phone.poll() == 200
    assert made == [f"session-{lecture.id}"]


def test_a_locked_database_does_not_hinder_reading(county: County) -> None:
    phone = county.phone(FeedKind.PERSON)
    db.session.commit()
    lock = db.engine.raw_connection()
    lock.execute("BEGIN IMMEDIATE")
    try:
        assert [phone.poll(), phone.poll()] == [200, 304]
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert db.session.query(EventText).count() == 0
    gate_of(county.app).kept = gate.Kept()
    phone.etag, phone.events = "", {}
    assert phone.poll() == 200
    assert db.session.query(EventText).count() == 3


def test_other_processes_see_a_change_at_once(county: County) -> None:
    url = county.app.config["SQLALCHEMY_DATABASE_URI"]
    processes = [create_app({**OPTIONS, "SQLALCHEMY_DATABASE_URI": url}) for _ in range(3)]
    phones = [county.phone(FeedKind.PERSON) for _ in processes]
    for phone, other in zip(phones, processes, strict=True):
        phone.app = other
        assert [phone.poll(), phone.poll()] == [200, 304]
    for number in range(3):
        county.training_class.name = f"班{number}"
        touch_sessions(of_class(county.training_class.id))
        db.session.commit()
        assert [phone.poll() for phone in phones] == [200, 200, 200]
        assert [phone.poll() for phone in phones] == [304, 304, 304]
        assert len({phone.etag for phone in phones}) == 1


def test_memory_holds_a_limited_number_of_bytes() -> None:
    kept = gate.Kept(most=250)
    for number in range(5):
        kept.put(str(number), gate.Body(bytes(100)))
        kept.get("0")
    assert [str(n) for n in range(5) if kept.get(str(n))] == ["0", "4"]


@pytest.mark.postgresql
def test_both_engines_give_the_same_bytes(
    county: County, postgres_url: str, request: pytest.FixtureRequest
) -> None:
    mine = {kind: county.phone(kind) for kind in FeedKind}
    for phone in mine.values():
        phone.poll()
    other_app = request.getfixturevalue("postgres_app")
    with other_app.app_context():
        theirs: dict[FeedKind, Phone] = {}
        other = build(other_app)
        for kind in FeedKind:
            theirs[kind] = other.phone(kind)
            assert [theirs[kind].poll(), theirs[kind].poll()] == [200, 304]
    assert {k: p.body for k, p in mine.items()} == {k: p.body for k, p in theirs.items()}
    assert {k: p.etag for k, p in mine.items()} == {k: p.etag for k, p in theirs.items()}
