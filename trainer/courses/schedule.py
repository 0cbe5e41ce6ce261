"""Timetables made from a pattern, and moving one to other days: pure plans of sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from trainer.core.errors import Refused
from trainer.core.text import Labelled, noop
from trainer.courses.rules import SessionKind

SHORTEST, LONGEST = 3, 10  # days, report-in and journey home included

Say = Callable[[str], str]


@dataclass(frozen=True)
class Draft:
    """A session of the pattern; *start* and *end* are local times, *hours* class hours."""

    day: date
    start: time
    end: time
    kind: SessionKind
    title: str
    hours: Decimal = Decimal(0)


class Template(Labelled):
    """The timetables that the program brings along."""

    SIX_DAYS = "six_days", noop("Six days off-site")
    TWO_DAYS = "two_days", noop("Two days gathered")
    ONE_DAY = "one_day", noop("One day in a township")

    def drafts(self, first_day: date, last_day: date, *, say: Say = str) -> list[Draft]:
        """Return its sessions over the days of a class; raises Refused when they do not fit."""
        if self is Template.SIX_DAYS:
            return six_days_off_site(first_day, last_day, say=say)
        make = {Template.TWO_DAYS: two_days_gathered, Template.ONE_DAY: one_day}[self]
        return make(first_day, last_day, say=say)


def from_lines(lines: Iterable[Mapping[str, Any]], first_day: date) -> list[Draft]:
    """Return the sessions that `to_lines` wrote, from *first_day* on."""
    return [
        Draft(
            day=first_day + timedelta(days=line["day"]),
            start=time.fromisoformat(line["start"]),
            end=time.fromisoformat(line["end"]),
            kind=SessionKind(line["kind"]),
            title=line["title"],
            hours=Decimal(line["hours"]),
        )
        for line in lines
    ]


def to_lines(drafts: Iterable[Draft], first_day: date) -> list[dict[str, Any]]:
    """Return sessions as plain values that JSON can say, days counted from *first_day* as 0."""
    return [
        {
            "day": (draft.day - first_day).days,
            "start": f"{draft.start:%H:%M}",
            "end": f"{draft.end:%H:%M}",
            "kind": draft.kind.value,
            "title": draft.title,
            "hours": str(draft.hours),
        }
        for draft in drafts
    ]


def require_days(first_day: date, last_day: date, *, least: int) -> None:
    """Raise Refused when a class has fewer days than a template needs."""
    days = (last_day - first_day).days + 1
    if days < least:
        raise Refused(
            noop("This template needs at least %(least)s days; the class has %(days)s."),
            least=least,
            days=days,
        )


def two_days_gathered(first_day: date, last_day: date, *, say: Say = str) -> list[Draft]:
    """Return the usual two days in the county town: three lectures, discussion, closing."""
    require_days(first_day, last_day, least=2)
    second, numbers = first_day + timedelta(days=1), iter(range(1, 4))
    discussion, closing = say(noop("Discussion in groups")), say(noop("Closing"))
    kind = SessionKind
    return [
        Draft(first_day, time(8, 20), time(8, 50), kind.REPORT_IN, say(noop("Report-in"))),
        Draft(first_day, time(9, 0), time(9, 20), kind.OPENING, say(noop("Opening"))),
        _lecture(first_day, time(9, 30), time(12, 0), 3, _title(numbers, say)),
        _lecture(first_day, time(14, 30), time(17, 30), 4, _title(numbers, say)),
        _lecture(second, time(9, 0), time(12, 0), 4, _title(numbers, say)),
        Draft(second, time(14, 30), time(16, 30), kind.DISCUSSION, discussion, Decimal(2)),
        Draft(second, time(16, 40), time(17, 20), kind.CLOSING, closing),
    ]


def one_day(first_day: date, last_day: date, *, say: Say = str) -> list[Draft]:
    """Return the usual day in a township: a lecture before noon, discussion after it."""
    require_days(first_day, last_day, least=1)
    discussion, closing = say(noop("Discussion in groups")), say(noop("Closing"))
    kind = SessionKind
    return [
        Draft(first_day, time(8, 30), time(8, 50), kind.REPORT_IN, say(noop("Report-in"))),
        _lecture(first_day, time(9, 0), time(12, 0), 4, _title(iter([1]), say)),
        Draft(first_day, time(14, 0), time(16, 0), kind.DISCUSSION, discussion, Decimal(2)),
        Draft(first_day, time(16, 10), time(16, 40), kind.CLOSING, closing),
    ]


def six_days_off_site(first_day: date, last_day: date, *, say: Say = str) -> list[Draft]:
    """Return the usual off-site timetable over the days of a class, six of them or nearly so.

    Report-in on the first day; then opening with photo and lectures by half-days; one or two days
    of on-site teaching; discussion in groups on the evening of the last lectures and of the last
    day on site; on the last day exchange, closing and the journey home. *say* translates titles.
    Raises Refused for fewer than 3 or more than 10 days.
    """
    count = (last_day - first_day).days + 1
    if not SHORTEST <= count <= LONGEST:
        raise Refused(
            noop("This template needs %(least)s to %(most)s days; the class has %(days)s."),
            least=SHORTEST,
            most=LONGEST,
            days=count,
        )
    days = [first_day + timedelta(days=n) for n in range(count)]
    middle = days[2:-1]
    on_site = 2 if len(middle) > 2 else len(middle) // 2
    lecture_days, site_days = middle[: len(middle) - on_site], middle[len(middle) - on_site :]
    numbers = iter(range(1, 2 * count))
    drafts = [_report_in(days[0], say), *_opening_day(days[1], numbers, say)]
    for day in lecture_days:
        drafts += _lecture_day(day, numbers, say)
    for day in site_days:
        drafts += _site_day(day, say)
    drafts += [_discussion(day, say) for day in {*lecture_days[-1:], *site_days[-1:]}]
    drafts += _last_day(days[-1], say)
    return sorted(drafts, key=lambda draft: (draft.day, draft.start))


def _report_in(day: date, say: Say) -> Draft:
    title = say(noop("Report-in and lodging"))
    return Draft(day, time(14, 0), time(18, 0), SessionKind.REPORT_IN, title)


def _lecture(day: date, start: time, end: time, hours: int, title: str) -> Draft:
    return Draft(day, start, end, SessionKind.LECTURE, title, Decimal(hours))


def _title(numbers: Iterator[int], say: Say) -> str:
    return say(noop("Lecture %(number)s")) % {"number": next(numbers)}


def _opening_day(day: date, numbers: Iterator[int], say: Say) -> list[Draft]:
    opening = say(noop("Opening and group photo"))
    return [
        Draft(day, time(8, 30), time(9, 10), SessionKind.OPENING, opening),
        _lecture(day, time(9, 20), time(11, 50), 3, _title(numbers, say)),
        _lecture(day, time(14, 30), time(17, 30), 4, _title(numbers, say)),
    ]


def _lecture_day(day: date, numbers: Iterator[int], say: Say) -> list[Draft]:
    return [
        _lecture(day, time(8, 30), time(11, 30), 4, _title(numbers, say)),
        _lecture(day, time(14, 30), time(17, 30), 4, _title(numbers, say)),
    ]


def _site_day(day: date, say: Say) -> list[Draft]:
    title = say(noop("On-site teaching"))
    return [
        Draft(day, time(8, 30), time(11, 50), SessionKind.ON_SITE, title, Decimal(4)),
        Draft(day, time(14, 30), time(17, 30), SessionKind.ON_SITE, title, Decimal(4)),
    ]


def _discussion(day: date, say: Say) -> Draft:
    title = say(noop("Discussion in groups"))
    return Draft(day, time(19, 0), time(20, 30), SessionKind.DISCUSSION, title, Decimal(2))


def _last_day(day: date, say: Say) -> list[Draft]:
    exchange = say(noop("Exchange of what was learnt"))
    closing = say(noop("Closing and certificates"))
    home = say(noop("Journey home"))
    return [
        Draft(day, time(8, 30), time(10, 30), SessionKind.EXCHANGE, exchange, Decimal(2)),
        Draft(day, time(10, 40), time(11, 40), SessionKind.CLOSING, closing),
        Draft(day, time(14, 0), time(18, 0), SessionKind.TRAVEL, home),
    ]


AFTER_OPENING = time(9, 20)


def around(first_day: date, last_day: date, *, say: Say = str) -> list[Draft]:
    """Return what stands around the topics of a built timetable.

    Report-in and, on the last day, exchange, closing and journey home, where the class has three
    days at least; else report-in and opening on the first morning.
    """
    if last_day - first_day >= timedelta(days=2):
        second = first_day + timedelta(days=1)
        return [
            _report_in(first_day, say),
            Draft(second, time(8, 30), time(9, 10), SessionKind.OPENING, say(noop("Opening"))),
            *_last_day(last_day, say),
        ]
    report = Draft(
        first_day, time(8, 0), time(8, 30), SessionKind.REPORT_IN, say(noop("Report-in"))
    )
    opening = Draft(first_day, time(8, 40), time(9, 10), SessionKind.OPENING, say(noop("Opening")))
    return [report, opening]


QUARTER = timedelta(minutes=15)
Times = tuple[datetime, datetime]


def placed(length: timedelta, begin: datetime, taken: Iterable[Times]) -> Times:
    """Return the first time from *begin* on at which *length* is free between *taken* ones.

    All times are local; the answer may run into the next half-day when this one is full.
    """
    start = begin
    for one, other in sorted(taken):
        if one < start + length and other > start:
            start = other
    return start, start + length


def stretched(start: datetime, end: datetime, minutes: int) -> Times:
    """Return the times of a session whose end moves by *minutes*: a quarter of an hour at least."""
    return start, max(start + QUARTER, end + timedelta(minutes=minutes))
