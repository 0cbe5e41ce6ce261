"""Noting when clients look, so that owner and staff see that a calendar works.

No poll writes. A look is noted in memory when the one stored is old; what was noted goes to the
database in one short transaction a few seconds later. Losing a note loses nothing: the next look
is noted again.
"""

from __future__ import annotations

import atexit
import logging
from datetime import datetime
from threading import Lock, Timer

import sqlalchemy as sa

from trainer.calendars.models import Feed
from trainer.calendars.reader import Reader
from trainer.calendars.rules import POLL_NOTED

_log = logging.getLogger(__name__)
DELAY = 3.0  # seconds
MOST = 20_000  # notes that wait; beyond them looks go unnoted
# The first that is found in the User-Agent names the client.
CLIENTS = (
    ("Thunderbird", "Thunderbird"),
    ("Google-Calendar-Importer", "Google"),
    ("Googlebot", "Google"),
    ("Microsoft Office", "Outlook"),
    ("Outlook", "Outlook"),
    ("Exchange", "Outlook"),
    ("ICSx5", "ICSx5"),
    ("DAVx5", "DAVx5"),
    ("Huawei", "Huawei"),
    ("HUAWEI", "Huawei"),
    ("MIUI", "Xiaomi"),
    ("Xiaomi", "Xiaomi"),
    ("OPPO", "OPPO"),
    ("vivo", "vivo"),
    ("Evolution", "Evolution"),
    ("vdirsyncer", "vdirsyncer"),
    ("iPad", "iPad"),
    ("iOS", "iPhone"),
    ("iPhone", "iPhone"),
    ("dataaccessd", "iPhone"),
    ("macOS", "Mac"),
    ("Mac OS X", "Mac"),
    ("CalendarAgent", "Mac"),
    ("Android", "Android"),
    ("Dalvik", "Android"),
    ("MicroMessenger", "WeChat"),
    ("Mozilla", "Browser"),
)


def client_name(user_agent: str | None) -> str:
    """Return which client a User-Agent is of, empty when it is none of the known ones."""
    agent = user_agent or ""
    return next((name for part, name in CLIENTS if part in agent), "")


class Polls:
    """The looks that this process has yet to store."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lock = Lock()
        self._waiting: dict[int, tuple[datetime, str]] = {}
        self._timer: Timer | None = None

    def note(
        self, feed_id: int, stored: datetime | None, user_agent: str | None, *, now: datetime
    ) -> None:
        """Note a look at a feed; nothing to do while the one *stored* is young."""
        if stored is not None and now - stored < POLL_NOTED:
            return
        with self._lock:
            if feed_id in self._waiting or len(self._waiting) >= MOST:
                return
            self._waiting[feed_id] = (now, client_name(user_agent))
            if self._timer is None:
                self._timer = Timer(DELAY, self.store)
                self._timer.daemon = True
                self._timer.start()
                atexit.register(self.store)

    def store(self) -> None:
        """Store what was noted; where the database is busy it waits for the next look."""
        with self._lock:
            notes, self._waiting = self._waiting, {}
            self._timer = None
        atexit.unregister(self.store)
        if not notes:
            return
        values = [
            {"feed": key, "at": at, "by": by} for key, (at, by) in sorted(notes.items())
        ]  # writers in one order
        table = Feed.__table__
        statement = (
            sa.update(table)  # type: ignore[arg-type]
            .where(table.c.id == sa.bindparam("feed"))
            .values(
                polled_at=sa.bindparam("at", type_=table.c.polled_at.type),
                polled_by=sa.bindparam("by"),
            )
        )
        try:
            with self._reader.writing() as connection:
                connection.execute(statement, values)
        except sa.exc.DBAPIError as error:
            _log.info("looks at feeds were not noted: %s", type(error.orig).__name__)
