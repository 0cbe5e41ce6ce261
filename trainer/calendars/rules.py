"""What a calendar shows, for how long, and how an event's number grows: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from trainer.core.text import Labelled, noop
from trainer.courses.rules import SessionKind

CANCELLED_SHOWN = timedelta(days=30)  # then a cancelled event leaves the feed
REVOKED_GRACE = timedelta(days=30)  # a revoked link answers with a tombstone, then with 410
POLL_NOTED = timedelta(hours=1)  # how old the noted last look of a client may become
LANGUAGES = ("zh", "en")
_ALARM_TO_TRAVEL = timedelta(days=1)


class FeedKind(Labelled):
    """Whose calendar a feed is."""

    PERSON = "person", noop("Deputy")
    CLASS = "class", noop("Class")
    DELEGATION = "delegation", noop("Delegation")
    CONGRESS = "congress", noop("Congress")
    LECTURER = "lecturer", noop("Lecturer")

    @property
    def by_enrolment(self) -> bool:
        """Whether the feed shows the classes on which its owner holds seats."""
        return self in (FeedKind.PERSON, FeedKind.DELEGATION)


class LinkState(Labelled):
    """Where the link of a feed stands."""

    NONE = "none", noop("No link yet")
    ACTIVE = "active", noop("In force")
    REVOKED = "revoked", noop("Revoked")


def still_shown(cancelled_at: datetime | None, now: datetime) -> bool:
    """Tell whether an event stands in a feed at *now*: always, once cancelled for a window."""
    return cancelled_at is None or now < cancelled_at + CANCELLED_SHOWN


def link_gone(retired_at: datetime, now: datetime) -> bool:
    """Tell whether the days of grace of a link that was renewed or revoked are over at *now*."""
    return now >= retired_at + REVOKED_GRACE


class Wish(Labelled):
    """What a deputy answered to an invitation by e-mail: a wish, never a fact."""

    NONE = "none", noop("No answer")
    ACCEPTED = "accepted", noop("Would come")
    DECLINED = "declined", noop("Would not come")
    TENTATIVE = "tentative", noop("Not sure")


class Detail(Labelled):
    """What one event of a feed is."""

    SESSIONS = "sessions", noop("Each session by itself")
    DAYS = "days", noop("One entry a day")


class Alarm(Labelled):
    """How long before an event its one alarm rings; the value is minutes."""

    NONE = "none", noop("No alarm")
    QUARTER = "15", noop("15 minutes before")
    HALF = "30", noop("30 minutes before")
    HOUR = "60", noop("1 hour before")
    TWO_HOURS = "120", noop("2 hours before")
    DAY = "1440", noop("1 day before")


@dataclass(frozen=True)
class Choices:
    """What the owner of a feed chose. Other choices give other bytes, never other UIDs."""

    detail: Detail = Detail.SESSIONS
    alarm: Alarm = Alarm.HALF
    cancelled: bool = True
    report_in_all_day: bool = False
    language: str = "zh"

    @property
    def variant(self) -> str:
        """Which of the texts of one session these choices need."""
        return f"{self.language}.{self.alarm.value}.{int(self.report_in_all_day)}"


DEFAULT = Choices()


def alarm_before(kind: SessionKind, alarm: Alarm) -> timedelta | None:
    """Return how long before a session its alarm rings: a day at least before people travel."""
    if alarm is Alarm.NONE:
        return None
    chosen = timedelta(minutes=int(alarm.value))
    return max(chosen, _ALARM_TO_TRAVEL) if kind is SessionKind.REPORT_IN else chosen


@dataclass(frozen=True)
class Step:
    """One step of an enrolment: when, and whether it held a seat for the feed's owner after it."""

    enrolment_id: int
    at: datetime
    holds: bool


@dataclass(frozen=True)
class Membership:
    """What the steps of enrolments come to for one class in the feed of a deputy or delegation.

    *turns* counts how often the class left the feed or came back. It is added to the SEQUENCE of
    the class's events there, so that the number grows when a deputy is replaced and grows again
    when the deputy returns, as RFC 5545 section 3.8.7.4 wants. *at* is the last such turn, None
    when there was none.
    """

    shown: bool
    turns: int = 0
    at: datetime | None = None


def membership(steps: Iterable[Step], *, seen_from: datetime | None) -> Membership:
    """Return where the class stands after *steps*, in the order in which they were taken.

    The class is in the feed while at least one enrolment holds a seat. What happened before
    *seen_from*, when the class was published, no calendar has seen: it counts for nothing.
    """
    holding: set[int] = set()
    now = Membership(shown=False)
    entered = False
    for step in steps:
        (holding.add if step.holds else holding.discard)(step.enrolment_id)
        shown = bool(holding)
        unseen = seen_from is not None and step.at < seen_from
        if not entered or unseen:
            entered = shown
            now = Membership(shown=shown)
        elif shown != now.shown:
            now = Membership(shown=shown, turns=now.turns + 1, at=step.at)
    return now
