"""The months of a year, planned and held: pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Month:
    """Runs planned for a month, and classes held that began in it."""

    number: int
    planned: int
    held: int


def run_months(first: int, last: int, runs: int) -> list[int]:
    """Return the month of each of *runs* spread evenly from month *first* to *last*.

    A plan gives a span of months for all runs of a class: the first run is taken to be in its
    first month, the last one in its last.
    """
    if runs == 1:
        return [first]
    return [first + (last - first) * run // (runs - 1) for run in range(runs)]


def months(planned: Iterable[tuple[int, int, int]], began: Iterable[date]) -> list[Month]:
    """Return the twelve months; *planned* gives first month, last month and runs of each line."""
    wanted = [month for line in planned for month in run_months(*line)]
    held = [day.month for day in began]
    return [Month(n, wanted.count(n), held.count(n)) for n in range(1, 13)]


def share_of_year(day: date, year: int) -> float:
    """Return how much of *year* has passed at the beginning of *day*, from 0 to 100."""
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    passed = (min(max(day, start), end) - start).days
    return round(100 * passed / (end - start).days, 2)
