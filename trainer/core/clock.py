"""The time: instants are aware UTC, the wall clock is China's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present instant in UTC, to the second (all that calendars can carry)."""
    return datetime.now(UTC).replace(microsecond=0)


def today() -> date:
    """Return the present day on China's wall clock."""
    return datetime.now(LOCAL).date()


def local(instant: datetime) -> datetime:
    """Return *instant* on China's wall clock."""
    return instant.astimezone(LOCAL)


def at(day: date, clock: time) -> datetime:
    """Return the instant of a local *day* and *clock* time, in UTC."""
    return datetime.combine(day, clock, tzinfo=LOCAL).astimezone(UTC)
