"""What speaks against the dates and the money of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.plans.stage import LINE
from trainer.almanac.queries import judged
from trainer.almanac.rules import DayKind, Spell
from trainer.plans.cautions import Caution, Fault, Run, cautions, runs_of, same_people
from trainer.plans.rules import Audience

FIRST = date(2017, 1, 1)
SPELLS = [
    Spell(DayKind.CONGRESS, "县人代会", date(2017, 2, 14), date(2017, 2, 17)),
    Spell(DayKind.BUSY, "春播", date(2017, 4, 1), date(2017, 4, 20)),
    Spell(DayKind.LOCAL, "纳顿节", date(2017, 9, 4), date(2017, 9, 4)),
]
DAYS = {day.day: day for day in judged(SPELLS, FIRST, date(2018, 1, 31))}
BELOW = [
    ("威远镇", Spell(DayKind.CONGRESS, "一次会议", date(2017, 3, 21), date(2017, 3, 21))),
    ("丹麻镇", Spell(DayKind.CONGRESS, "一次会议", date(2017, 3, 22), date(2017, 3, 23))),
]


def run(
    first: date, days: int = 1, line: int = 1, audience: Audience = Audience.PART, text: str = ""
) -> Run:
    last = first + timedelta(days - 1)
    return Run(line, f"班{line}", audience, text or f"对象{line}", first, last)


def found(runs: Sequence[Run], at_once: int = 9) -> list[Caution]:
    return cautions(runs, DAYS, SPELLS, BELOW, at_once=at_once)


def test_a_line_gives_a_run_for_each_date() -> None:
    line = replace(LINE, starts=(date(2017, 3, 6), date(2017, 4, 10)))
    assert runs_of([(4, line)]) == [
        Run(4, LINE.name, Audience.OWN_NEW, LINE.audience, date(2017, 3, 6), date(2017, 3, 8)),
        Run(4, LINE.name, Audience.OWN_NEW, LINE.audience, date(2017, 4, 10), date(2017, 4, 12)),
    ]


def test_days_off_sessions_and_busy_weeks() -> None:
    assert found([run(date(2017, 9, 28), 7)]) == [  # a make-up day, then the holiday begins
        Caution(
            Fault.HOLIDAY,
            (1,),
            ("班1",),
            date(2017, 10, 1),
            date(2017, 10, 4),
            ("National Day", "Mid-autumn Festival"),
        )
    ]
    assert found([run(date(2017, 9, 4))]) == [
        Caution(Fault.HOLIDAY, (1,), ("班1",), date(2017, 9, 4), date(2017, 9, 4), ("纳顿节",))
    ]
    assert found([run(date(2017, 2, 16), 3)]) == [
        Caution(Fault.SESSION, (1,), ("班1",), date(2017, 2, 16), date(2017, 2, 17), ("县人代会",))
    ]
    assert found([run(date(2017, 4, 19), 3)]) == [
        Caution(Fault.BUSY, (1,), ("班1",), date(2017, 4, 19), date(2017, 4, 20), ("春播",))
    ]
    assert found([run(date(2017, 3, 22), 5)]) == [
        Caution(Fault.BELOW, (1,), ("班1",), date(2017, 3, 22), date(2017, 3, 23), ("丹麻镇",))
    ]
    assert found([run(date(2017, 6, 10))]) == []  # a plain weekend is the planner's own choice


def test_the_same_people_twice() -> None:
    new = run(date(2017, 6, 5), 3, 1, Audience.OWN_NEW)
    every = run(date(2017, 6, 7), 2, 2, Audience.OWN)
    below = run(date(2017, 6, 7), 1, 3, Audience.BELOW)
    assert found([new, every, below]) == [
        Caution(Fault.PEOPLE, (1, 2), ("班1", "班2"), date(2017, 6, 7), date(2017, 6, 7))
    ]
    assert not same_people(new, replace(new, first=date(2017, 6, 6)))  # runs of one class
    assert same_people(run(FIRST, text="组长"), run(FIRST, line=2, text="组长"))


def test_the_money_of_the_year() -> None:
    over = cautions([], DAYS, at_once=1, budget=Decimal(12), limit=Decimal(10))
    assert over == [Caution(Fault.BUDGET, (), (), amount=Decimal(2))]
    assert cautions([], DAYS, at_once=1, budget=Decimal(10), limit=Decimal(10)) == []
    assert cautions([], DAYS, at_once=1, budget=Decimal(10)) == []


def test_an_unknown_year_is_said_once() -> None:
    unknown = {day.day: day for day in judged((), date(2027, 1, 1), date(2027, 12, 31))}
    runs = [run(date(2027, 3, 1)), run(date(2027, 5, 3)), run(date(2027, 10, 1), line=2)]
    assert cautions(runs, unknown, at_once=9) == [Caution(Fault.UNKNOWN, (1, 2), ("班1", "班2"))]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), max_size=6), st.integers(1, 3))
def test_days_with_too_many_classes_are_those_of_a_slow_count(
    spans: list[tuple[int, int]], most: int
) -> None:
    start = date(2017, 6, 5)
    runs = [run(start + timedelta(a), n, line) for line, (a, n) in enumerate(spans, start=1)]
    crowded = {
        c.first + timedelta(n): c.lines
        for c in cautions(runs, DAYS, at_once=most)
        if c.fault is Fault.AT_ONCE and c.first and c.last
        for n in range((c.last - c.first).days + 1)
    }
    expected = {}
    for number in range(30):
        day = start + timedelta(number)
        on = tuple(r.line for r in runs if r.first <= day <= r.last)
        if len(on) > most:
            expected[day] = on
    assert crowded == expected
