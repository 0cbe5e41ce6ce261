"""What a feed is at this moment, read with so few look-ups that a poll costs next to nothing.

The ETag is a digest of counters, not of texts: a class's revision grows with every change that
calendars show (`courses.changes`), versions grow with every other save of a class or enrolment,
and cancelled events that are still shown are counted. So it differs whenever the bytes would, and
no event has to be read or rendered to know it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

import sqlalchemy as sa

from trainer.calendars.rules import CANCELLED_SHOWN, FeedKind
from trainer.calendars.site import Site
from trainer.core import clock
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment.rules import HOLDING


def seen_by_calendars() -> sa.ColumnElement[bool]:
    """Return the condition that a TrainingClass row stands in feeds.

    Drafts do not, nor does a class that was called off before it was published.
    """
    called_off = TrainingClass.status == ClassStatus.CANCELLED
    return sa.and_(
        TrainingClass.status != ClassStatus.DRAFT,
        sa.or_(~called_off, TrainingClass.published_at.is_not(None)),
    )


# Plain SQL for the driver itself: what SQLAlchemy adds to a statement costs more than this one.
# Each gives one row, its parts put together by the database: fewer steps, no work in Python.
_HOLDS = ", ".join(f"'{status.value}'" for status in sorted(HOLDING))
_SEEN = "(c.status <> 'draft' AND (c.status <> 'cancelled' OR c.published_at IS NOT NULL))"
# The seat is held, or it was left so lately that the feed still says so.
_ON = f"(e.status IN ({_HOLDS}) OR e.changed_at > :horizon)"
_ENROLMENT = "e.id || '.' || e.status || '.' || e.version"
# Whoever cancels a session changes the class: an old change means that none is shown any more.
_CLASS = (
    "c.id || '.' || c.revision || '.' || c.version || '.' || CASE WHEN c.changed_at > :horizon"
    " THEN (SELECT count(*) FROM class_session s"
    " WHERE s.class_id = c.id AND s.cancelled_at > :horizon) ELSE 0 END"
)


def _together(select: str) -> str:
    return f"(SELECT string_agg(part, ' ') FROM ({select}) AS parts)"  # noqa: S608  (constants)


_OF_PERSON = _together(
    f"SELECT {_ENROLMENT} || '.' || {_CLASS} AS part FROM enrolment e"  # noqa: S608
    " JOIN training_class c ON c.id = e.class_id"
    f" WHERE e.person_id = f.person_id AND {_ON} AND {_SEEN} ORDER BY e.id"
)
_POLL = (
    "SELECT f.kind, f.version, f.person_id, f.class_id, f.delegation_id, f.congress_id,"  # noqa: S608
    " f.lecturer_id, f.sequence_base, f.polled_at, f.created_at, r.retired_at, p.name,"
    f" {_OF_PERSON} FROM feed f"
    " LEFT JOIN retired_link r ON r.feed_id = f.id AND r.version = :version"
    " LEFT JOIN person p ON p.id = f.person_id WHERE f.id = :feed"
)
_CLASSES = f"SELECT {_CLASS} AS part FROM training_class c WHERE {_SEEN} AND"  # noqa: S608
_IN_CONGRESS = f"{_CLASSES} c.congress_id = :owner ORDER BY c.id"
_IN_YEAR = f"{_CLASSES} c.congress_id = g.id AND c.first_day BETWEEN :first AND :last ORDER BY c.id"
_ENROLLED = f"FROM enrolment e WHERE e.delegation_id = :owner AND {_ON}"
_IN_DELEGATION = f"{_CLASSES} c.id IN (SELECT e.class_id {_ENROLLED}) ORDER BY c.id"
_TAUGHT = (
    "SELECT s.id || '.' || s.sequence || '.' || s.version || '.' || c.version AS part"  # noqa: S608
    " FROM class_session s JOIN training_class c ON c.id = s.class_id WHERE s.lecturer_id = :owner"
    f" AND {_SEEN} AND (s.cancelled_at IS NULL OR s.cancelled_at > :horizon) ORDER BY s.id"
)
_NO_DAY = "CAST(NULL AS VARCHAR(10))"
_OTHERS = {
    FeedKind.CLASS: f"SELECT '', {_NO_DAY}, {_together(f'{_CLASSES} c.id = :owner')}",
    FeedKind.CONGRESS: (
        f"SELECT short_name, {_NO_DAY}, {_together(_IN_CONGRESS)}"  # noqa: S608
        " FROM congress WHERE id = :owner"
    ),
    FeedKind.DELEGATION: (
        f"SELECT d.name, t.last_day, {_together(_IN_DELEGATION)},"  # noqa: S608
        f" {_together(f'SELECT {_ENROLMENT} AS part {_ENROLLED} ORDER BY e.id')}"
        " FROM delegation d JOIN term t ON t.id = d.term_id WHERE d.id = :owner"
    ),
    FeedKind.LECTURER: (
        f"SELECT name || ' ' || unit, {_NO_DAY}, {_together(_TAUGHT)}"  # noqa: S608
        " FROM lecturer WHERE id = :owner"
    ),
}
_YEAR = (
    f"SELECT g.id, g.short_name, {_together(_IN_YEAR)} FROM congress g"  # noqa: S608
    " WHERE g.code = :code AND EXISTS (SELECT 1 FROM annual_plan a JOIN term t ON t.id = a.term_id"
    " WHERE t.congress_id = g.id AND a.year = :year AND a.status = 'published')"
)


class Cursor(Protocol):
    """What is needed of a driver's cursor."""

    def execute(self, sql: str, parameters: Any) -> Any:
        """Run a statement."""

    def fetchone(self) -> Any:
        """Return its next row."""


class Source:
    """Runs the statements above on a driver's cursor, and gives instants as aware UTC."""

    def __init__(self, dialect: str) -> None:
        self._lite = dialect == "sqlite"
        self._translated: dict[str, str] = {}

    def row(self, cursor: Cursor, sql: str, **parameters: object) -> Any:
        """Return the row of a statement with parameters written as ``:name``, None without."""
        if sql not in self._translated:
            self._translated[sql] = (
                sql.replace("string_agg", "group_concat")
                if self._lite
                else re.sub(r":(\w+)", r"%(\1)s", sql)
            )
        cursor.execute(self._translated[sql], parameters)
        return cursor.fetchone()

    def moment(self, value: datetime) -> datetime | str:
        """Return an instant as the driver compares it."""
        if self._lite:
            naive = value.astimezone(UTC).replace(tzinfo=None)
            return naive.isoformat(" ", "microseconds")
        return value

    def day(self, value: date) -> date | str:
        """Return a day as the driver compares it."""
        return value.isoformat() if self._lite else value

    def instant(self, value: str | datetime) -> datetime:
        """Return an instant that the driver gave."""
        if isinstance(value, str):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return value.astimezone(UTC)


@dataclass(frozen=True)
class FeedState:
    """What a poll learns of a feed.

    *retired_at* is when the link asked for ended, None while it is in force; *name* is the
    owner's, empty where that is a class; *over* is the last day of a delegation's term that is
    over, else None; *polled_at* is when a client's look was last noted.
    """

    feed_id: int
    version: int
    kind: FeedKind
    owner_id: int
    name: str
    created_at: datetime
    retired_at: datetime | None
    over: date | None
    polled_at: datetime | None
    etag: str


@dataclass(frozen=True)
class YearState:
    """What a poll learns of the public calendar of a congress's published *year*."""

    congress_id: int
    name: str
    year: int
    etag: str


def _digest(*facts: object) -> str:
    return hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()


def read(
    cursor: Cursor, source: Source, link: tuple[int, int], *, now: datetime, site: Site
) -> FeedState | None:
    """Return the state of the feed that *link* (feed id and version) asks for, None for no feed.

    One statement for a deputy's feed, two for one of another kind.
    """
    feed_id, version = link
    horizon = source.moment(now - CANCELLED_SHOWN)
    row = source.row(cursor, _POLL, feed=feed_id, version=version, horizon=horizon)
    if row is None:
        return None
    value, current, *owners, base, polled, created_at, retired, name, parts = row
    if version > current or (version < current and retired is None):
        return None
    kind, owner_id = FeedKind(value), next(owner for owner in owners if owner is not None)
    over = None
    if kind is not FeedKind.PERSON:
        name, last, *parts = source.row(cursor, _OTHERS[kind], owner=owner_id, horizon=horizon)
        over = _over(last, now)
    retired_at = source.instant(retired) if retired else None
    shown = None if retired else (base, over, parts)
    return FeedState(
        feed_id=feed_id,
        version=version,
        kind=kind,
        owner_id=owner_id,
        name=name,
        created_at=source.instant(created_at),
        retired_at=retired_at,
        over=over,
        polled_at=source.instant(polled) if polled else None,
        etag=_digest(site.format, feed_id, version, retired_at, value, name, shown),
    )


def _over(last: str | date | None, now: datetime) -> date | None:
    if last is None:
        return None
    day = date.fromisoformat(last) if isinstance(last, str) else last
    return day if clock.local(now).date() > day else None


def read_year(
    cursor: Cursor, source: Source, code: str, year: int, *, now: datetime, site: Site
) -> YearState | None:
    """Return the state of the year of the congress with *code*, None while it is not published."""
    row = source.row(
        cursor,
        _YEAR,
        code=code,
        year=year,
        first=source.day(date(year, 1, 1)),
        last=source.day(date(year, 12, 31)),
        horizon=source.moment(now - CANCELLED_SHOWN),
    )
    if row is None:
        return None
    congress_id, name, parts = row
    return YearState(congress_id, name, year, _digest(site.format, congress_id, year, name, parts))
