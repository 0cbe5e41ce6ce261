"""Every page × language × width × type size: no accessibility violation, no sideways scrolling.

And nothing in the console, nothing against the content security policy, no other host.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.checks import faults, watched
from tests.browser.conftest import PHONE, WIDE, Enter
from tests.browser.pages import VISITORS, Pages
from tests.browser.site import Example, Site, migrate

SIZES = {"1280 px": WIDE, "360 px": PHONE}
LANG = {"zh": "zh-CN", "en": "en"}
# Submits a form without its token, as a page does that was open for too long.
STALE_FORM = """() => {
  const form = document.createElement("form");
  form.method = "post"; form.action = "/locale"; document.body.append(form); form.submit();
}"""


def wear(page: Page, *, locale: str, large: bool) -> None:
    """Choose language and type size with the switches of the present page."""
    page.set_viewport_size(WIDE)
    html = page.locator("html")
    if html.get_attribute("lang") != LANG[locale]:
        page.locator("form[action='/locale'] button:visible").click()
    if ("large" in (html.get_attribute("class") or "").split()) != large:
        page.locator("form[action='/type'] button:visible").click()


def faults_at_all_widths(page: Page) -> Iterator[str]:
    """Yield what is wrong with the present page, wide and on a phone."""
    for name, size in SIZES.items():
        page.set_viewport_size(size)
        yield from (f"{name}: {fault}" for fault in faults(page))


def test_every_route_is_walked(pages: Pages) -> None:
    assert pages.problems == []


# Both languages and both type sizes, paired to spare time; TRAINER_TEST_FULL=1 walks all four.
LOOKS = {"zh, large type": ("zh", True), "en": ("en", False)}
if os.environ.get("TRAINER_TEST_FULL"):
    LOOKS |= {"zh": ("zh", False), "en, large type": ("en", True)}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("visitor", VISITORS)
def test_every_page_is_accessible(
    visitor: str, look: str, enter: Enter, pages: Pages, site: Site
) -> None:
    locale, large = LOOKS[look]
    page = enter(visitor)
    found: dict[str, list[str]] = {}
    page.goto("/sign-in" if visitor == "nobody" else "/")
    wear(page, locale=locale, large=large)
    for url in pages.of[visitor]:
        with watched(page, site.url) as noise:
            page.goto(url)
            wrong = [*faults_at_all_widths(page), *noise]
        if wrong:
            found[url] = wrong
    page.goto("/sign-in" if visitor == "nobody" else "/")
    wear(page, locale="zh", large=False)  # the account remembers, and others use it too
    assert found == {}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_error_pages_are_accessible(enter: Enter, locale: str) -> None:
    page = enter("planner")
    page.goto("/")
    wear(page, locale=locale, large=False)
    found = {}
    for status, url in {404: "/nothing-here", 403: "/accounts/", 405: "/locale"}.items():
        answer = page.goto(url)
        assert answer is not None
        found[answer.status] = list(faults_at_all_widths(page))
        assert status in found
    page.goto("/")
    with page.expect_navigation() as navigation:
        page.evaluate(STALE_FORM)
    found[navigation.value.status] = list(faults_at_all_widths(page))
    page.goto("/")
    wear(page, locale="zh", large=False)
    assert found == {404: [], 403: [], 405: [], 400: []}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_first_page_of_an_empty_site_is_accessible(
    chromium: Browser, tmp_path: Path, locale: str
) -> None:
    empty = Site(Example(migrate(tmp_path / "data"), {}, "", ""))
    empty.start()
    context = chromium.new_context(viewport=WIDE, base_url=empty.url)
    try:
        page = context.new_page()
        page.goto("/")
        assert page.url == f"{empty.url}/first-run"
        wear(page, locale=locale, large=False)
        assert list(faults_at_all_widths(page)) == []
    finally:
        context.close()
        empty.stop()
