"""Dates of one year's plan moved into another year: a pure decision."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from trainer.plans.rules import ClassLine, last_day_of

SHIFTS = (0, *(7 * weeks * sign for weeks in range(1, 9) for sign in (1, -1)))


def moved_start(start: date, days: Decimal, year: int, *, taken: Container[date]) -> date:
    """Return where a run of last year goes in *year*: the same week (ISO 8601) and weekday.

    When one of its days is *taken*, the nearest week without such a day, the later one first;
    if there is none within eight weeks it stays where it is, to be moved by hand.
    """
    week, weekday = start.isocalendar()[1:]
    last_week = date(year, 12, 28).isocalendar().week  # the 28th lies in the last week of a year
    same = date.fromisocalendar(year, min(week, last_week), weekday)
    same += timedelta(7 if same.year < year else -7 if same.year > year else 0)

    def free(first: date) -> bool:
        last = last_day_of(first, days)
        every = (first + timedelta(n) for n in range((last - first).days + 1))
        return first.year == year and not any(day in taken for day in every)

    return next((day for shift in SHIFTS if free(day := same + timedelta(shift))), same)


def moved_line(line: ClassLine, year: int, *, taken: Container[date]) -> ClassLine:
    """Return *line* with its dates moved into *year*; its months widen to hold them."""
    starts = tuple(sorted({moved_start(d, line.days, year, taken=taken) for d in line.starts}))
    months = [line.first_month, line.last_month, *(day.month for day in starts)]
    return replace(line, starts=starts, first_month=min(months), last_month=max(months))
