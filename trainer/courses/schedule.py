"""Timetables made from a pattern, and moving one to other days: pure plans of sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from trainer.core.errors import Refused
from trainer.core.text import noop
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
