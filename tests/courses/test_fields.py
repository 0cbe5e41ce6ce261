"""Days, times and numbers as people type them."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from trainer.courses.fields import ChoiceField, ClockField, DayField, NumberField, optional_id

DAY, CLOCK, NUMBER = (
    "Write a day that exists, as 2017-06-05.",
    "Write a time, as 08:30.",
    "Write a number, for example 4 or 1.5.",
)


class Everything(Form):
    """One field of each kind."""

    day = DayField()
    clock = ClockField()
    number = NumberField(places=1)
    choice = ChoiceField(choices=[("", "-"), ("3", "three")], coerce=optional_id)


CASES: list[tuple[str, str, Any]] = [
    ("day", "2017-06-05", date(2017, 6, 5)),
    ("day", " 2017年6月5日 ", date(2017, 6, 5)),
    ("day", "2017.6.5", date(2017, 6, 5)),
    ("day", "２０１７/6/5", date(2017, 6, 5)),
    ("day", "", None),
    ("day", "2017-02-30", DAY),
    ("day", "0017-06-05", DAY),
    ("day", "9999-06-05", DAY),
    ("day", "明天", DAY),
    ("clock", "08:30", time(8, 30)),
    ("clock", "8：30", time(8, 30)),
    ("clock", "8时30分", time(8, 30)),
    ("clock", "08:30:00", time(8, 30)),
    ("clock", "24:00", CLOCK),
    ("clock", "8", CLOCK),
    ("number", "1.5", Decimal("1.5")),
    ("number", "1.54", Decimal("1.5")),
    ("number", "４", Decimal(4)),
    ("number", "NaN", NUMBER),
    ("number", "四", NUMBER),
    ("choice", "3", 3),
    ("choice", "", None),
    ("choice", "4", "Please choose one."),
    ("choice", "x", "Please choose one."),
]


@pytest.mark.parametrize(("name", "typed", "expected"), CASES)
def test_reading(app: Flask, name: str, typed: str, expected: Any) -> None:
    with app.test_request_context(headers={"Cookie": "trainer_locale=en"}):
        form = Everything(MultiDict({"choice": "", name: typed}))
        form.validate()
        field = form[name]
        assert field.errors[0] if field.errors else field.data == expected
        if isinstance(expected, str):
            assert [str(error) for error in field.errors] == [expected]
            assert typed in str(field()) or name == "choice"


def test_what_is_kept_is_shown_without_needless_zeros(app: Flask) -> None:
    with app.test_request_context():
        shown = [
            Everything(data={"number": number}).number._value()
            for number in (Decimal("4.0"), Decimal("1.5"), Decimal(10), 101.9575, None)
        ]
    assert shown == ["4", "1.5", "10", "101.9575", ""]
