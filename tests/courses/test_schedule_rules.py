"""The template “six days off-site”."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.courses.scene import FIRST, LAST
from trainer.core.errors import Refused
from trainer.courses.rules import MOST_HOURS_A_HALF_DAY
from trainer.courses.schedule import six_days_off_site


def lines(first: date, last: date) -> list[str]:
    return [
        f"{d.day:%m-%d} {d.start:%H:%M}-{d.end:%H:%M} {d.kind.value} {d.hours} {d.title}"
        for d in six_days_off_site(first, last)
    ]


def test_six_days() -> None:
    assert lines(FIRST, LAST) == [
        "06-05 14:00-18:00 report_in 0 Report-in and lodging",
        "06-06 08:30-09:10 opening 0 Opening and group photo",
        "06-06 09:20-11:50 lecture 3 Lecture 1",
        "06-06 14:30-17:30 lecture 4 Lecture 2",
        "06-07 08:30-11:30 lecture 4 Lecture 3",
        "06-07 14:30-17:30 lecture 4 Lecture 4",
        "06-07 19:00-20:30 discussion 2 Discussion in groups",
        "06-08 08:30-11:50 on_site 4 On-site teaching",
        "06-08 14:30-17:30 on_site 4 On-site teaching",
        "06-09 08:30-11:50 on_site 4 On-site teaching",
        "06-09 14:30-17:30 on_site 4 On-site teaching",
        "06-09 19:00-20:30 discussion 2 Discussion in groups",
        "06-10 08:30-10:30 exchange 2 Exchange of what was learnt",
        "06-10 10:40-11:40 closing 0 Closing and certificates",
        "06-10 14:00-18:00 travel 0 Journey home",
    ]


@pytest.mark.parametrize(("days", "on_site"), [(3, 0), (4, 0), (5, 1), (6, 2), (8, 2), (10, 2)])
def test_other_lengths(days: int, on_site: int) -> None:
    last = FIRST + timedelta(days=days - 1)
    drafts = six_days_off_site(FIRST, last)
    assert {d.day for d in drafts} == {FIRST + timedelta(days=n) for n in range(days)}
    assert len({d.day for d in drafts if d.kind.value == "on_site"}) == on_site
    assert all(d.start < d.end and d.hours <= MOST_HOURS_A_HALF_DAY for d in drafts)
    assert all((a.day, a.end) <= (b.day, b.start) for a, b in pairwise(drafts))


@pytest.mark.parametrize("days", [1, 2, 11])
def test_too_short_or_too_long(days: int) -> None:
    with pytest.raises(Refused, match=f"3 to 10 days; the class has {days}"):
        six_days_off_site(FIRST, FIRST + timedelta(days=days - 1))


def test_titles_are_translated() -> None:
    drafts = six_days_off_site(
        FIRST, LAST, say=lambda text: text.upper().replace("(NUMBER)S", "(number)s")
    )
    assert [d.title for d in drafts][:3] == [
        "REPORT-IN AND LODGING",
        "OPENING AND GROUP PHOTO",
        "LECTURE 1",
    ]
