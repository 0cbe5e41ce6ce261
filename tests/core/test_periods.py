"""Days from one to another in words, as lists and headings print them."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from trainer.core.language import COOKIE, period

DECEMBER, SAME_MONTH = date(2026, 12, 16), date(2026, 12, 21)


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        (DECEMBER, DECEMBER, "2026年12月16日", "16 Dec 2026"),
        (DECEMBER, SAME_MONTH, "2026年12月16日–21日", "16–21 Dec 2026"),
        (date(2026, 11, 28), DECEMBER, "2026年11月28日–12月16日", "28 Nov – 16 Dec 2026"),
        (DECEMBER, date(2027, 1, 3), "2026年12月16日–2027年1月3日", "16 Dec 2026 – 3 Jan 2027"),
    ],
)
def test_period(app: Flask, first: date, last: date, zh: str, en: str) -> None:
    said = []
    for locale in ("zh", "en"):
        with app.app_context(), app.test_request_context(headers={"Cookie": f"{COOKIE}={locale}"}):
            said.append(period(first, last))
    assert said == [zh, en]
