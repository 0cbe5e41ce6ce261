"""Rules on persons and seats: how entries are read, what a seat is on a day, what may follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from trainer.core.errors import DomainError, Invalid, Refused
from trainer.people import rules
from trainer.people.rules import LinkState, SeatState, Span

ELECTED, TODAY = date(2016, 9, 20), date(2017, 5, 10)
TERM = Span(date(2016, 10, 1), date(2021, 9, 30))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("李 明", "李明"),
        ("李　明", "李明"),
        ("才让・卓玛", "才让·卓玛"),
        ("才让 • 卓玛", "才让·卓玛"),
        ("才让.卓玛", "才让·卓玛"),
        ("Ali  Khan", "Ali Khan"),
        ("J. Smith", "J. Smith"),
    ],
)
def test_names_are_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert rules.read_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, None),
        ("1975.08", "1975-08"),
        ("1975年8月", "1975-08"),
        ("197508", "1975-08"),
        ("1975-8", "1975-08"),
        ("1975/8/3", "1975-08-03"),
        ("19750803", "1975-08-03"),
        ("1975年8月3日", "1975-08-03"),
    ],
)
def test_births_are_kept_as_year_and_month(typed: str | None, kept: str | None) -> None:
    assert rules.read_birth(typed) == kept


@pytest.mark.parametrize("typed", ["1975", "1975-13", "75-08", "19750231", "1875-08", "八月"])
def test_other_births_are_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.read_birth(typed)
    assert refusal.value.field == "birth"


@pytest.mark.parametrize(
    "typed", ["13909720000", "139 0972 0000", "139-0972-0000", "+8613909720000", "008613909720000"]
)
def test_phones_are_kept_as_digits(typed: str) -> None:
    assert rules.read_phone(typed) == "13909720000"


@pytest.mark.parametrize("typed", ["1390972000", "12909720000", "09728322222", "139097200001", "x"])
def test_other_phones_are_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.read_phone(typed)
    assert refusal.value.field == "phone"


def test_peoples_get_their_full_name() -> None:
    assert [rules.read_people(text) for text in ("土", "土族", "穿青人", None)] == [
        "土族",
        "土族",
        "穿青人",
        None,
    ]
    assert len(set(rules.PEOPLES)) == 56


def test_state_of_a_seat_by_day() -> None:
    suspended = [Span(date(2017, 1, 1), date(2017, 1, 31)), Span(date(2017, 6, 1))]
    states = [
        rules.seat_state(day, elected_on=ELECTED, ended_on=date(2018, 1, 1), suspensions=suspended)
        for day in (
            date(2016, 9, 19),
            date(2016, 9, 20),
            date(2017, 1, 1),
            date(2017, 1, 31),
            date(2017, 2, 1),
            date(2017, 12, 31),
            date(2018, 1, 1),
        )
    ]
    assert states == [
        SeatState.TO_COME,
        SeatState.IN_OFFICE,
        SeatState.SUSPENDED,
        SeatState.SUSPENDED,
        SeatState.IN_OFFICE,
        SeatState.SUSPENDED,
        SeatState.ENDED,
    ]


def test_where_a_personal_page_stands() -> None:
    cases = [(0, True, True, True), (1, True, True, True), (1, False, True, True)]
    cases += [(1, False, False, True), (2, False, False, False)]
    states = [
        rules.link_state(version=version, revoked=revoked, locked=locked, seen=seen)
        for version, revoked, locked, seen in cases
    ]
    assert states == [
        LinkState.NONE,
        LinkState.REVOKED,
        LinkState.LOCKED,
        LinkState.SEEN,
        LinkState.ISSUED,
    ]


def _refusal(act: Callable[[], None]) -> tuple[type[DomainError], str | None] | None:
    try:
        act()
    except Invalid as error:
        return Invalid, error.field
    except Refused:
        return Refused, None
    return None


@pytest.mark.parametrize(
    ("day", "refused"),
    [
        (date(2015, 9, 29), True),
        (date(2015, 10, 1), False),
        (date(2021, 9, 30), False),
        (date(2021, 10, 1), True),
    ],
)
def test_an_election_belongs_to_its_term(day: date, *, refused: bool) -> None:
    fault = _refusal(lambda: rules.check_election(day, term=TERM))
    assert fault == ((Invalid, "elected_on") if refused else None)


def test_when_a_seat_can_end() -> None:
    def fault(day: date, *, ended: bool = False) -> object:
        return _refusal(lambda: rules.check_end(day, elected_on=ELECTED, ended=ended, today=TODAY))

    assert [
        fault(ELECTED),
        fault(TODAY),
        fault(date(2016, 9, 19)),
        fault(date(2017, 5, 11)),
        fault(TODAY, ended=True),
    ] == [None, None, (Invalid, "ended_on"), (Invalid, "ended_on"), (Refused, None)]


def test_when_a_seat_can_be_suspended() -> None:
    def fault(day: date, *spans: Span, ended_on: date | None = None) -> object:
        return _refusal(
            lambda: rules.check_suspension(
                day, elected_on=ELECTED, ended_on=ended_on, suspensions=spans, today=TODAY
            )
        )

    past = Span(date(2017, 1, 1), date(2017, 1, 31))
    assert [
        fault(TODAY),
        fault(date(2017, 2, 1), past),
        fault(date(2017, 1, 31), past),
        fault(TODAY, Span(date(2017, 3, 1))),
        fault(date(2016, 9, 19)),
        fault(date(2017, 5, 11)),
        fault(TODAY, ended_on=date(2017, 4, 1)),
    ] == [
        None,
        None,
        (Invalid, "from_day"),
        (Refused, None),
        (Invalid, "from_day"),
        (Invalid, "from_day"),
        (Refused, None),
    ]


def test_when_a_seat_can_be_restored() -> None:
    def fault(day: date) -> object:
        return _refusal(lambda: rules.check_restoring(day, from_day=date(2017, 3, 1), today=TODAY))

    assert [fault(day) for day in (date(2017, 3, 1), date(2017, 3, 2), date(2017, 5, 11))] == [
        (Invalid, "restored_on"),
        None,
        (Invalid, "restored_on"),
    ]
