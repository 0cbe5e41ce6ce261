"""Input fields that read days, times and numbers as people type them, with sentences of ours."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, SelectField, TimeField

from trainer.core.forms import strip

FIRST_YEAR, LAST_YEAR = 1990, 2100
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:：时.](\d{2})(?::\d{2})?分?", re.ASCII)


def optional_id(value: Any) -> int | None:
    """Return the id that a select gives, None for its empty line."""
    return int(value) if value not in (None, "") else None


def read_day(text: str) -> date | None:
    """Return the day that *text* writes, as 2017-06-05 or 2017年6月5日, None when it is none."""
    match = _DAY.fullmatch(text)
    try:
        day = date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


class DayField(DateField):
    """A day, as 2017-06-05 or as 2017年6月5日."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day; keep what was typed when it is none."""
        text, self.data = _text(valuelist), None
        if text is None:
            return
        day = read_day(text)
        if day is None:
            raise ValueError(_("Write a day that exists, as 2017-06-05."))
        self.data = day


class ClockField(TimeField):
    """A clock time, as 08:30."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time; keep what was typed when it is none."""
        text, self.data = _text(valuelist), None
        if text is None:
            return
        match = _CLOCK.fullmatch(text)
        try:
            self.data = time(int(match[1]), int(match[2])) if match else None
        except ValueError:
            self.data = None
        if self.data is None:
            raise ValueError(_("Write a time, as 08:30."))


class NumberField(DecimalField):
    """A decimal number; *places* is how many decimals are kept at most, None for any."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; keep what was typed when it is none."""
        text, self.data = _text(valuelist), None
        if text is None:
            return
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValueError(_("Write a number, for example 4 or 1.5."))
        self.data = number if self.places is None else round(number, self.places)

    def _value(self) -> str:
        """Return what was typed, else the number without needless zeros."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(str(self.data)).normalize():f}"


class ChoiceField(SelectField):
    """A choice out of a list."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        say = _l("Please choose one.")
        options = {"invalid_value_message": say, "invalid_choice_message": say, **options}
        super().__init__(label, **options)


def _text(valuelist: list[Any]) -> str | None:
    text = strip(valuelist[0]) if valuelist else None
    return text if isinstance(text, str) else None
