"""The feeds' own way into the database: short reads that wait for nobody.

Its connections are in autocommit mode, so that a poll is its statement and nothing else, and they
give up at once where a lock is held. A rendering reads within one snapshot.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from trainer.calendars import state, texts
from trainer.calendars.models import EventText
from trainer.calendars.site import Site
from trainer.calendars.state import FeedState, YearState

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)
_BUSY_TIMEOUT = 0.2  # seconds
_AT_ONCE = 500  # rows of one statement
_BEGIN_SNAPSHOT = {
    "sqlite": "BEGIN",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
}
_BEGIN_WRITING = {
    "sqlite": ("BEGIN IMMEDIATE",),
    "postgresql": ("BEGIN", f"SET LOCAL lock_timeout = {int(_BUSY_TIMEOUT * 1000)}"),
}


def _wait_for_no_disk(connection: sqlite3.Connection, _record: object) -> None:
    """Let what these connections write reach the disk later: losing it loses nothing."""
    connection.execute("PRAGMA synchronous=NORMAL")


class Reader:
    """Reads feeds from the database at *url*."""

    def __init__(self, url: str, site: Site) -> None:
        self._url = make_url(url)
        self._dialect = self._url.get_backend_name()
        self._source = state.Source(self._dialect)
        self._local = threading.local()
        self.site = site

    @cached_property
    def engine(self) -> sa.Engine:
        """The engine, made in the process that uses it."""
        options: dict[str, Any] = {"pool_size": 10, "max_overflow": 10}
        if self._dialect == "sqlite":
            options["connect_args"] = {"timeout": _BUSY_TIMEOUT}
        engine = sa.create_engine(
            self._url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **options
        )
        if self._dialect == "sqlite":
            event.listen(engine, "connect", _wait_for_no_disk)
        return engine

    def poll(self, feed_id: int, version: int, *, now: datetime) -> FeedState | None:
        """Return the state of a feed at *now*, None for an unknown one (see `state.read`)."""
        link = (feed_id, version)
        return self._twice(
            lambda cursor: state.read(cursor, self._source, link, now=now, site=self.site)
        )

    def poll_year(self, code: str, year: int, *, now: datetime) -> YearState | None:
        """Return the state of a published year at *now*, None for none (see `state.read_year`)."""
        return self._twice(
            lambda cursor: state.read_year(
                cursor, self._source, code, year, now=now, site=self.site
            )
        )

    def _twice(self, ask: Callable[[Any], Answer]) -> Answer:
        """Ask the database; once more on a new connection, for it may have restarted since."""
        try:
            return ask(self._cursor())
        except self.engine.dialect.loaded_dbapi.Error:
            self._local.connection.invalidate()
            del self._local.connection
            return ask(self._cursor())

    def _cursor(self) -> Any:
        """Return a cursor on this thread's own connection."""
        if not hasattr(self._local, "connection"):
            self._local.connection = self.engine.raw_connection()
        return self._local.connection.cursor()

    def render(
        self, feed_id: int, version: int, *, now: datetime
    ) -> tuple[FeedState, bytes] | None:
        """Return state and bytes of a feed at *now*, as they belong together."""
        link = (feed_id, version)
        with self._transaction(_BEGIN_SNAPSHOT[self._dialect]) as connection:
            cursor = connection.connection.cursor()
            found = state.read(cursor, self._source, link, now=now, site=self.site)
            if found is None:
                return None
            with Session(connection, autoflush=False) as session:
                body, new = texts.render(session, found, now=now, site=self.site)
        self._keep(new)
        return found, body

    def render_year(self, code: str, year: int, *, now: datetime) -> tuple[YearState, bytes] | None:
        """Return state and bytes of a published year at *now*, as they belong together."""
        with self._transaction(_BEGIN_SNAPSHOT[self._dialect]) as connection:
            cursor = connection.connection.cursor()
            found = state.read_year(cursor, self._source, code, year, now=now, site=self.site)
            if found is None:
                return None
            with Session(connection, autoflush=False) as session:
                return found, texts.render_year(session, found, now=now, site=self.site)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A short transaction that writes, or gives up at once where somebody else does."""
        with self._transaction(*_BEGIN_WRITING[self._dialect]) as connection:
            yield connection

    @contextmanager
    def _transaction(self, *begin: str) -> Iterator[sa.Connection]:
        with self.engine.connect() as connection:
            for statement in begin:
                connection.exec_driver_sql(statement)
            try:
                yield connection
            except BaseException:
                if not connection.invalidated:
                    connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")

    def _keep(self, new: Sequence[EventText]) -> None:
        """Store event texts for the next reader; whoever cannot at once lets it be.

        No state changes with it: a text follows from the state it is kept under, and a reader
        that finds another state, or none, makes the text again.
        """
        if not new:
            return
        values = [
            {
                "session_id": text.session_id,
                "variant": text.variant,
                "state": text.state,
                "text": text.text,
            }
            for text in sorted(new, key=lambda text: text.session_id)  # writers in one order
        ]
        insert = (sqlite.insert if self._dialect == "sqlite" else postgresql.insert)(EventText)
        upsert = insert.on_conflict_do_update(
            index_elements=["session_id", "variant"],
            set_={"state": insert.excluded.state, "text": insert.excluded.text},
        )
        try:
            with self.writing() as connection:
                for start in range(0, len(values), _AT_ONCE):
                    connection.execute(upsert, values[start : start + _AT_ONCE])
        except sa.exc.OperationalError as error:
            _log.info("event texts were not kept: %s", type(error.orig).__name__)
