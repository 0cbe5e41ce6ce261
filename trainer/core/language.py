"""The language of a page: the account's, else the visitor's choice, else Chinese."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Flask, request
from flask_babel import Babel, format_date, gettext
from flask_login import current_user

from trainer.core.clock import local
from trainer.core.text import Labelled

LOCALES = ("zh", "en")
COOKIE = "trainer_locale"
COOKIE_AGE = timedelta(days=400)
babel = Babel()


def present_locale() -> str:
    """Return ``zh`` or ``en`` for this request."""
    if not request:
        return LOCALES[0]
    if current_user.is_authenticated:
        return str(current_user.locale)
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in LOCALES else LOCALES[0]


def label(member: Labelled | None) -> str:
    """Return the translated label of an enum member."""
    return gettext(member.label) if member is not None else ""


def day(value: date | datetime | None, pattern: str = "long") -> str:
    """Return a day in words: *pattern* is long (with year), short (without) or full (weekday)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = local(value).date()
    chinese = present_locale() == "zh"
    patterns = {
        "long": "y年M月d日" if chinese else "d MMM y",
        "short": "M月d日" if chinese else "d MMM",
        "full": "M月d日 EEE" if chinese else "EEE d MMM",
    }
    return str(format_date(value, patterns[pattern]))


def period(first: date, last: date) -> str:
    """Return the days from *first* to *last* in words, without saying month or year twice."""
    chinese = present_locale() == "zh"
    dash = "–" if chinese else " – "
    if first == last:
        return day(first)
    if first.year != last.year:
        return f"{day(first)}{dash}{day(last)}"
    if first.month == last.month:
        return f"{day(first)}–{last.day}日" if chinese else f"{first.day}–{day(last)}"
    if chinese:
        return f"{day(first)}{dash}{day(last, 'short')}"
    return f"{day(first, 'short')}{dash}{day(last)}"


def clock_time(value: datetime) -> str:
    """Return the local clock time of an instant, as 08:30."""
    return local(value).strftime("%H:%M")


def stamp(value: datetime) -> str:
    """Return day and local clock time to the second, as a log prints it: 2017-06-05 08:30:00."""
    return local(value).strftime("%Y-%m-%d %H:%M:%S")


def init_app(app: Flask) -> None:
    """Attach translation and the filters that templates print dates and labels with."""
    babel.init_app(app, locale_selector=present_locale)
    app.jinja_env.filters.update(label=label, day=day, period=period, clock=clock_time, stamp=stamp)
