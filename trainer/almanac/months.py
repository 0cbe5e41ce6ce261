"""The twelve months of a year as weeks of days, with what is remarkable in each."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from trainer.almanac.rules import Day, DayKind, Spell


@dataclass(frozen=True)
class Remark:
    """Days of one month that are out of the ordinary; *holiday* is a message, *name* is typed."""

    first: date
    last: date
    kind: DayKind
    holiday: str = ""
    name: str = ""


@dataclass(frozen=True)
class Month:
    """A month as weeks of days; None fills up the first and the last week."""

    first: date
    weeks: Sequence[Sequence[Day | None]]
    remarks: Sequence[Remark]

    @property
    def activity(self) -> bool:
        """Whether Deputy Activity Month touches it."""
        return any(remark.kind is DayKind.ACTIVITY for remark in self.remarks)

    @property
    def working_days(self) -> int:
        """On how many days people work."""
        return sum(day.working for week in self.weeks for day in week if day)


def months(days: Sequence[Day], spells: Sequence[Spell]) -> list[Month]:
    """Return the months of the whole year that *days* are."""
    by_date = {day.day: day for day in days}
    found = []
    for _number, own in groupby(days, lambda day: day.day.month):
        month = list(own)
        first, last = month[0].day, month[-1].day
        weeks = [
            [by_date[day] if first <= day <= last else None for day in week]
            for week in Calendar().monthdatescalendar(first.year, first.month)
        ]
        remarks = [*_official(month), *_entered(spells, first, last)]
        found.append(Month(first, weeks, sorted(remarks, key=lambda remark: remark.first)))
    return found


def _official(month: Sequence[Day]) -> Iterator[Remark]:
    """Yield the holidays and make-up days of the State Council, neighbours together."""
    word: Callable[[Day], tuple[str, bool]] = lambda day: (day.official, day.working)  # noqa: E731
    for (holiday, working), group in groupby(month, word):
        days = list(group)
        if holiday:
            kind = DayKind.MAKE_UP if working else DayKind.HOLIDAY
            yield Remark(days[0].day, days[-1].day, kind, holiday=holiday)


def _entered(spells: Sequence[Spell], first: date, last: date) -> Iterator[Remark]:
    for entry in spells:
        if entry.first_day <= last and entry.last_day >= first:
            begin, end = max(first, entry.first_day), min(last, entry.last_day)
            yield Remark(begin, end, entry.kind, name=entry.name)
