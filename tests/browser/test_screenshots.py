"""The pictures of the README and the guides, taken from the example county as it is.

`make screenshots` keeps them in docs/screenshots; in the suite they are only taken.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE, Enter
from tests.browser.pages import Pages

# Picture: who looks, the beginning of the address (the last such page), and the window.
PICTURES = {
    "planner-home": ("planner", "/", WIDE),
    "plans": ("planner", "/plans/", WIDE),
    "almanac": ("planner", "/almanac/", WIDE),
    "classes": ("planner", "/classes/", WIDE),
    "timetable": ("planner", "/classes/{running}/timetable", WIDE),
    "participants": ("planner", "/classes/{running}/participants", WIDE),
    "roll": ("planner", "/classes/{running}/roll", WIDE),
    "people": ("planner", "/people/", WIDE),
    "coverage": ("planner", "/reports/", WIDE),
    "officer-home": ("officer01", "/", WIDE),
    "deputy-phone": ("deputy", "/me/", PHONE),
    "deputy-calendar": ("deputy", "/me/calendar", PHONE),
}


def _size(picture: bytes) -> tuple[int, int]:
    """The width and height of a PNG (its IHDR chunk)."""
    wide, high = struct.unpack(">II", picture[16:24])
    return wide, high


def _running(pages: Pages) -> str:
    """The number of the class that runs today: of three classes walked, the second."""
    numbers = {url.split("/")[2] for url in pages.of["planner"] if url.endswith("/timetable")}
    return sorted(numbers, key=int)[1]


def _take(page: Page, address: str, path: Path) -> bytes:
    answer = page.goto(address)
    assert answer is not None
    assert answer.ok, address
    page.evaluate("() => document.fonts.ready")
    return page.screenshot(path=path, animations="disabled")


@pytest.mark.parametrize("name", PICTURES)
def test_picture(name: str, enter: Enter, pages: Pages, tmp_path: Path) -> None:
    visitor, address, window = PICTURES[name]
    kept = os.environ.get("TRAINER_SCREENSHOTS")
    folder = Path(kept) if kept else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    page = enter(visitor, viewport=window)
    picture = _take(page, address.format(running=_running(pages)), folder / f"{name}.png")
    assert _size(picture) == (window["width"], window["height"])
    assert len(picture) > 10_000, "an empty page"
