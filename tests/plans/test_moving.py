"""Last year's dates in the new year: the same week and weekday, moved off days that are taken."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.plans import stage
from trainer.almanac.models import AlmanacEntry
from trainer.almanac.rules import DayKind
from trainer.plans import service
from trainer.plans.lines import classes_of
from trainer.plans.moving import moved_start

ONE = Decimal(1)


def test_week_and_weekday_stay() -> None:
    assert moved_start(date(2017, 6, 5), Decimal(6), 2018, taken=()) == date(2018, 6, 4)
    assert moved_start(date(2015, 12, 31), ONE, 2016, taken=()) == date(2016, 12, 29)  # week 53


def test_a_run_on_taken_days_goes_to_the_nearest_free_week() -> None:
    session = {date(2018, 6, 8)}
    assert moved_start(date(2017, 6, 5), Decimal(6), 2018, taken=session) == date(2018, 6, 11)
    both = {date(2018, 6, 8), date(2018, 6, 12)}
    assert moved_start(date(2017, 6, 5), Decimal(6), 2018, taken=both) == date(2018, 5, 28)


def test_where_nothing_is_free_it_stays() -> None:
    every = {date(2018, 1, 1) + timedelta(n) for n in range(365)}
    assert moved_start(date(2017, 6, 5), ONE, 2018, taken=every) == date(2018, 6, 4)


@given(st.dates(date(2001, 1, 1), date(2080, 12, 31)), st.integers(1, 10), st.integers(2001, 2080))
def test_it_lies_in_the_year_on_the_same_weekday(start: date, days: int, year: int) -> None:
    moved = moved_start(start, Decimal(days), year, taken=())
    assert (moved.year, moved.weekday()) == (year, start.weekday())
    same_week = moved.isocalendar().week - start.isocalendar().week
    assert same_week in range(-1, 2) or start.isocalendar().week in (1, 52, 53)


def test_a_plan_copied_into_the_next_year_avoids_holidays_and_sessions(app: Flask) -> None:
    here = stage.county()
    last_year = factories.annual_plan(here.term, 2017)
    # 25 September 2017 is a Monday; in 2018 the same week's Monday is the Mid-autumn holiday, and
    # the Monday after lies in the holiday of National Day.
    stage.add_line(
        last_year, 1, starts=(date(2017, 9, 25),), runs=1, first_month=9, last_month=9, days=ONE
    )
    stage.add_line(
        last_year, 2, starts=(date(2017, 3, 7),), runs=1, first_month=3, last_month=3, days=ONE
    )
    factories.add(
        AlmanacEntry(
            congress_id=here.congress.id,
            kind=DayKind.CONGRESS,
            name="人代会",
            first_day=date(2018, 3, 5),
            last_day=date(2018, 3, 7),
        )
    )
    made = service.create_annual(
        here.term, year=2018, title="新计划", copy_of=last_year, by=here.actor
    )
    rows = classes_of(made.id)
    assert [(row.starts, row.first_month, row.last_month) for row in rows] == [
        ((date(2018, 9, 17),), 9, 9),
        ((date(2018, 3, 13),), 3, 3),
    ]
