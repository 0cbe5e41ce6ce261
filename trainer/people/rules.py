"""Who is in office when, and how names and births are read: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from trainer.core.text import Labelled, noop


class Level(Labelled):
    """The five levels of people's congresses."""

    NATION = "nation", noop("National")
    PROVINCE = "province", noop("Provincial")
    CITY = "city", noop("Prefectural")
    COUNTY = "county", noop("County")
    TOWNSHIP = "township", noop("Township")


class Sex(Labelled):
    """Sex as rosters record it."""

    FEMALE = "female", noop("Female")
    MALE = "male", noop("Male")


class Election(Labelled):
    """How a deputy came to the seat (产生方式)."""

    GENERAL = "general", noop("General election")
    BY_ELECTION = "by_election", noop("By-election")


class EndReason(Labelled):
    """Why a seat ended before its term (Deputies Law, art. on the end of a mandate)."""

    RESIGNED = "resigned", noop("Resigned")
    MOVED = "moved", noop("Moved away")
    RECALLED = "recalled", noop("Recalled")
    DIED = "died", noop("Died")
    RIGHTS_LOST = "rights_lost", noop("Lost political rights")
    ABSENT = "absent", noop("Absent from two sessions")


@dataclass(frozen=True)
class Span:
    """Days from *first* to *last*, both included; no *last* means still going on."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether *day* lies within."""
        return self.first <= day and (self.last is None or day <= self.last)


def in_office(
    day: date, *, elected_on: date, ended_on: date | None, suspensions: Iterable[Span] = ()
) -> bool:
    """Tell whether a seat counts as in office (实有) on *day*.

    Elected by that day, not yet ended (the day of ending no longer counts), not suspended.
    """
    if day < elected_on or (ended_on is not None and day >= ended_on):
        return False
    return not any(span.holds(day) for span in suspensions)


def phone_digits(phone: str | None) -> str:
    """Return the last four digits of a registered phone number, empty when there is none."""
    digits = "".join(c for c in phone or "" if c.isdigit())
    return digits[-4:] if len(digits) >= 7 else ""
