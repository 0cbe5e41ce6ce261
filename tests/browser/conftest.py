"""A real server with the example county, a real Chromium, and somebody signed in for each role."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    ViewportSize,
    sync_playwright,
)

from tests.browser.pages import Pages, walk
from tests.browser.site import Example, Site, copy_of, load_example

SWITCHES = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
WIDE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}

Enter = Callable[..., Page]


def needed(program: str) -> str:
    """Return the path of *program*; without it the test is skipped, or fails where CI=true."""
    path = shutil.which(program)
    if path is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing(f"{program} is not installed")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as one that needs the browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """The example county, loaded once; copy it before changing it."""
    return load_example(tmp_path_factory.mktemp("example") / "data")


@pytest.fixture(scope="session")
def site(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server that all tests read from; none changes its business data."""
    running = Site(copy_of(example, tmp_path_factory.mktemp("site") / "data"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def pages(site: Site) -> Pages:
    """Every page of the common site, per visitor."""
    return walk(site)


@pytest.fixture
def own_site(example: Example, tmp_path: Path) -> Iterator[Site]:
    """A server on a county of the test's own."""
    running = Site(copy_of(example, tmp_path / "data"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium without a window."""
    executable = needed("chromium")
    switches = [*SWITCHES, "--no-sandbox"] if os.geteuid() == 0 else list(SWITCHES)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=switches)
        yield browser
        browser.close()


def sign_in(page: Page, site: Site, visitor: str) -> None:
    """Sign *visitor* in as people do: on the sign-in page, or by the personal link and digits."""
    if visitor == "nobody":
        return
    if visitor == "deputy":
        page.goto(site.url + site.example.link)
        page.locator("main input:not([type=hidden])").fill(site.example.digits)
    else:
        page.goto(f"{site.url}/sign-in")
        page.locator("[name=login]").fill(visitor)
        page.locator("[name=password]").fill(site.example.passwords[visitor])
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "sign-in" not in url and "/link/" not in url)


@pytest.fixture(scope="session")
def states(site: Site, chromium: Browser) -> Callable[[str], StorageState]:
    """Return a function that gives the cookies of a visitor, who signs in once."""
    known: dict[str, StorageState] = {}

    def of(visitor: str) -> StorageState:
        if visitor not in known:
            context = chromium.new_context()
            sign_in(context.new_page(), site, visitor)
            known[visitor] = context.storage_state()
            context.close()
        return known[visitor]

    return of


@pytest.fixture
def enter(site: Site, chromium: Browser, states: Callable[[str], StorageState]) -> Iterator[Enter]:
    """Return a function that gives a visitor's page on the common site (any context option)."""
    contexts: list[BrowserContext] = []

    def visit(visitor: str, **options: object) -> Page:
        options = {"viewport": WIDE, "locale": "zh-CN", **options}
        context = chromium.new_context(
            base_url=site.url,
            storage_state=states(visitor),
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        return context.new_page()

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def newcomer(own_site: Site, chromium: Browser) -> Iterator[Enter]:
    """Return a function that signs a visitor in on the test's own site with a fresh browser."""
    contexts: list[BrowserContext] = []

    def visit(visitor: str, **options: object) -> Page:
        options = {"viewport": WIDE, "locale": "zh-CN", **options}
        context = chromium.new_context(base_url=own_site.url, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        sign_in(page, own_site, visitor)
        return page

    yield visit
    for context in contexts:
        context.close()
