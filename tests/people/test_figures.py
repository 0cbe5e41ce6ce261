"""Seats, in office, vacant: on any day, as announcements count them, and by whom they are made."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests import factories
from tests.conftest import counted_queries
from tests.people.stage import Stage, end
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.errors import Refused
from trainer.people import figures, queries, steps, structure
from trainer.people.figures import Count
from trainer.people.models import Suspension
from trainer.people.rules import Election, EndReason, Sex, Span, StepKind
from trainer.people.steps import Balance, Held, Step, Tally
from trainer.people.structure import AgeBand, Fact, Line, Newness, Rest, Trait

SignIn = Callable[[User], FlaskClient]
START = date(2016, 10, 1)


@pytest.fixture
def planner(stage: Stage, sign_in: SignIn) -> FlaskClient:
    """The county's planner."""
    return sign_in(factories.user(Role.PLANNER, scope=stage.county))


def test_a_real_announcement_is_counted_as_it_reads() -> None:
    """Seats 291, in office 272, two vacated: 270; five by-elected: 275."""
    sat = [Held(START, by_election=False)] * 270
    left = [
        Held(START, by_election=False, ended_on=date(2019, 3, 5), end_reason=reason)
        for reason in (EndReason.RESIGNED, EndReason.DIED)
    ]
    came = [Held(date(2019, 4, 1), by_election=True)] * 5
    held = [*sat, *left, *came]
    days = (date(2019, 3, 4), date(2019, 3, 5), date(2019, 4, 1))
    assert [steps.tally(291, held, day) for day in days] == [
        Tally(291, 272),
        Tally(291, 270),
        Tally(291, 275),
    ]
    assert steps.balance(291, held, days[0], days[2]) == Balance(
        Tally(291, 272), Tally(291, 275), ended=2, elected=5, by_election=5
    )
    assert [steps.tally(291, held, day).vacant for day in days] == [19, 21, 16]


def test_the_same_announcement_from_the_database(app: Flask) -> None:
    county = factories.congress()
    term = factories.term(county)
    delegation = factories.delegation(term, seats=291)
    seats = [factories.seat(delegation) for _ in range(272)]
    for seat in seats[:2]:
        end(seat, date(2017, 3, 5))
    for _ in range(5):
        factories.seat(delegation, elected_on=date(2017, 4, 1), election=Election.BY_ELECTION)
    viewer = queries.viewer_of(factories.user(Role.PLANNER, scope=county))
    found = figures.balance(viewer, term, date(2017, 3, 4), date(2017, 4, 1))
    assert found == Balance(Tally(291, 272), Tally(291, 275), ended=2, elected=5, by_election=5)
    changes = figures.changes(viewer, term, date(2017, 3, 5), date(2017, 4, 1))
    assert Counter(each.kind for each in changes) == {StepKind.ENDED: 2, StepKind.ELECTED: 5}


DAYS = st.dates(date(2017, 1, 1), date(2017, 1, 12))


@st.composite
def _held(draw: st.DrawFn) -> Held:
    elected = draw(DAYS)
    ended = draw(st.none() | DAYS.map(lambda day: max(day, elected)))
    begun = draw(st.none() | DAYS)
    spans: tuple[Span, ...] = ()
    if begun is not None:
        last = draw(st.none() | DAYS.map(lambda day: max(day, begun)))
        spans = (Span(begun, last),)
    return Held(elected, draw(st.booleans()), ended, EndReason.DIED if ended else None, spans)


@given(st.lists(_held(), max_size=8), DAYS, DAYS)
def test_the_balance_adds_up_whatever_happens(held: list[Held], one: date, other: date) -> None:
    first, last = sorted((one, other))
    found = steps.balance(5, held, first, last)
    by_hand = sum(
        each.elected_on <= last
        and (each.ended_on is None or each.ended_on > last)
        and not any(s.first <= last <= (s.last or last) for s in each.suspensions)
        for each in held
    )
    sums = found.opening.in_office - found.ended + found.elected - found.more_suspended
    assert (found.closing.in_office, sums) == (by_hand, by_hand)


KINDS = st.sampled_from([StepKind.SUSPENDED, StepKind.RESTORED, StepKind.ENDED, StepKind.MOVED])


@given(st.lists(KINDS, max_size=8), st.integers(0, 8))
def test_taking_back_leaves_what_would_have_been(kinds: list[StepKind], undone: int) -> None:
    """Taking back the newest steps is as if they had never been recorded."""
    made = [
        Step(
            number,
            kind,
            START + timedelta(number),
            EndReason.DIED if kind is StepKind.ENDED else None,
            number if kind is StepKind.MOVED else None,
        )
        for number, kind in enumerate(kinds, start=1)
    ]
    kept = made[: max(0, len(made) - undone)]
    back = [
        Step(100 + each.id, StepKind.TAKEN_BACK, each.day, takes_back=each.id)
        for each in reversed(made[len(kept) :])
    ]
    assert steps.standing(9, [*made, *back]) == steps.standing(9, kept)
    for step in made[len(kept) :]:
        with pytest.raises(Refused):
            steps.to_take_back(step.id, [*made, *back])


def test_a_deputy_counts_in_the_old_delegation_until_the_move(stage: Stage) -> None:
    seat = stage.seat_cb
    moved = factories.seat_step(
        seat,
        StepKind.MOVED,
        date(2017, 3, 1),
        from_delegation_id=stage.of_b.id,
        to_delegation_id=stage.units.id,
    )
    seat.delegation_id = stage.units.id
    days = (date(2017, 2, 28), date(2017, 3, 1))
    of_b, units = stage.of_b.id, stage.units.id
    assert [
        {
            key: count
            for key, count in figures.counts(stage.term.id, day).items()
            if key != stage.of_a.id
        }
        for day in days
    ] == [{of_b: Count(1, 0, 1), units: Count(1, 0, 1)}, {units: Count(2, 0, 2)}]
    factories.seat_step(seat, StepKind.TAKEN_BACK, date(2017, 3, 1), takes_back_id=moved.id)
    seat.delegation_id = of_b
    assert figures.counts(stage.term.id, days[0])[of_b] == Count(1, 0, 1)


def _stats(page: str) -> list[str]:
    part = page.partition('class="stats"')[2].partition("</div>\n<p class")[0]
    return [each.partition("<")[0].strip() for each in part.split('"stat-value">')[1:]]


def test_the_page_of_changes(planner: FlaskClient, stage: Stage) -> None:
    end(stage.seat_cb, date(2017, 4, 1))
    factories.seat(
        stage.of_b,
        factories.person("新补选"),
        elected_on=date(2017, 5, 1),
        election=Election.BY_ELECTION,
    )
    factories.add(Suspension(seat_id=stage.seat_cu.id, from_day=date(2017, 5, 2)))
    factories.seat_step(
        stage.seat_cu, StepKind.SUSPENDED, date(2017, 5, 2), document="公告〔2017〕2号"
    )
    end(stage.seat_ta, date(2017, 4, 1))  # of another congress
    page = planner.get("/people/changes").text
    assert _stats(page) == ["30", "4", "−1", "+1", "−1", "3", "26"]
    names = re.findall(r'<th scope="row"><a href="[^"]*">([^<]+)</a>', page)
    assert (names, "公告〔2017〕2号" in page) == (["仇文海", "新补选", "曾国强"], True)
    only = planner.get("/people/changes?kind=ended").text
    assert re.findall(r'<th scope="row"><a href="[^"]*">([^<]+)</a>', only) == ["曾国强"]
    data = planner.get("/people/changes.xlsx?from=2017-04-02").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[1:4] for row in rows[2:]] == [
        ["暂停执行职务", "仇文海", "县直代表团"],
        ["当选", "新补选", "乙镇代表团"],
    ]
    assert "没有变动" in planner.get("/people/changes?from=2017-05-09&to=2017-05-10").text


def test_an_officer_counts_the_own_township_alone(stage: Stage, sign_in: SignIn) -> None:
    officer = sign_in(factories.user(Role.TOWNSHIP_OFFICER, scope=stage.a))
    end(stage.seat_cb, date(2017, 4, 1))
    for address in (
        f"/people/changes?term={stage.term.id}",
        f"/people/structure?term={stage.term.id}&by=sex",
    ):
        page = officer.get(address).text
        assert ("曾国强" in page, "乙镇代表团" in page, "甲镇代表团" in page) == (
            False,
            False,
            "structure" in address,
        )


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("1982-05-11", date(2017, 5, 10), 34),
        ("1982-05-10", date(2017, 5, 10), 35),
        ("1982-05", date(2017, 5, 1), 35),
        ("1982-06", date(2017, 5, 31), 34),
        ("1984-02-29", date(2017, 2, 28), 32),
        ("1984-02-29", date(2017, 3, 1), 33),
        (None, date(2017, 3, 1), None),
    ],
)
def test_ages_are_whole_years(birth: str | None, day: date, age: int | None) -> None:
    assert structure.age_on(birth, day) == age


def test_bands_of_age() -> None:
    ages = (None, 18, 35, 36, 45, 46, 55, 56, 90)
    a, b, c, d = AgeBand
    assert [structure.age_band(age) for age in ages] == [None, a, a, b, b, c, c, d, d]


def _fact(delegation: int, **values: object) -> Fact:
    plain: dict[str, object] = {
        "sex": Sex.FEMALE,
        "ethnicity": "土族",
        "party": None,
        "birth": "1975-08",
    }
    plain |= {"education": "大专", "occupation": "农民", "new": True}
    return Fact(delegation, **{**plain, **values})  # type: ignore[arg-type]


def test_a_table_counts_per_delegation_and_in_all() -> None:
    facts = [_fact(1), _fact(1, sex=Sex.MALE, new=False), _fact(2), _fact(2, sex=None), _fact(7)]
    found = structure.table(Trait.SEX, facts, [1, 2, 3], date(2017, 5, 10))
    assert (found.values, found.lines, found.total) == (
        (Sex.FEMALE, Sex.MALE, Rest.UNKNOWN),
        (Line(1, (1, 1, 0)), Line(2, (1, 0, 1)), Line(3, (0, 0, 0))),
        Line(None, (2, 1, 1)),
    )
    assert found.total.shares == (Decimal("50.0"), Decimal("25.0"), Decimal("25.0"))
    new = structure.table(Trait.NEW, facts, [1, 2], date(2017, 5, 10))
    assert (new.values, new.total.counts) == (tuple(Newness), (3, 1))


PEOPLES = st.sampled_from([f"{number}族" for number in range(14)]) | st.none()


@given(st.lists(st.tuples(st.integers(1, 3), PEOPLES), max_size=60))
def test_every_deputy_is_counted_once_whatever_the_values(
    pairs: list[tuple[int, str | None]],
) -> None:
    facts = [_fact(delegation, ethnicity=people) for delegation, people in pairs]
    found = structure.table(Trait.ETHNICITY, facts, [1, 2, 3], date(2017, 5, 10))
    by_hand = Counter(delegation for delegation, _people in pairs)
    assert [line.total for line in found.lines] == [by_hand[key] for key in (1, 2, 3)]
    assert (found.total.total, len(found.values) <= structure.MOST_VALUES + 1) == (len(pairs), True)
    columns = [sum(line.counts[n] for line in found.lines) for n in range(len(found.values))]
    assert columns == list(found.total.counts)


def test_the_page_of_structure_on_a_day(planner: FlaskClient, stage: Stage) -> None:
    stage.chair.sex = Sex.MALE
    end(stage.seat_cb, date(2017, 4, 1))
    page = planner.get("/people/structure?by=new").text
    rows = [
        re.findall(r">\s*([^<>\s][^<>]*)<", row)
        for row in page.partition("<tbody>")[2].split("<tr>")[1:4]
    ]
    assert [row[:6] for row in rows] == [
        ["甲镇代表团", "2", "1 ", "50.0%", "1 ", "50.0%"],
        ["乙镇代表团", "0", "0 ", "0.0%", "0 ", "0.0%"],
        ["县直代表团", "1", "1 ", "100.0%", "0 ", "0.0%"],
    ]
    assert "新任代表 2 (66.7%)" in page  # the chart says its figures
    everything = planner.get("/people/structure?on=2017-03-31").text
    assert everything.count("<section") == len(Trait)
    data = planner.get("/people/structure.xlsx").data
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["性别", "民族", "党派", "年龄", "文化程度", "职业构成", "新任代表"]
    assert book.get_sheet_by_index(6).to_python()[-1] == ["合计", 3, 2, 66.7, 1, 33.3]
    assert "该日没有在任代表" in planner.get("/people/structure?on=2010-01-01").text


def test_figures_cost_the_same_for_any_size(planner: FlaskClient, stage: Stage) -> None:
    def count() -> list[int]:
        made = []
        for address in ("/people/changes", "/people/structure", "/people/delegations"):
            with counted_queries() as statements:
                assert planner.get(address).status_code == 200
            made.append(len(statements))
        return made

    few = count()
    for _ in range(20):
        end(factories.seat(stage.units), date(2017, 4, 1))
        factories.seat(stage.units)
    assert count() == few
