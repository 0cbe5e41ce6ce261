"""What a deputy's phone loads over a poor line: all of the first visit, counted on the wire."""

from __future__ import annotations

from playwright.sync_api import Request

from tests.browser.conftest import PHONE, Enter

MOST = 100_000  # bytes, headers included


def test_the_deputy_page_weighs_little_on_the_first_visit(enter: Enter) -> None:
    page = enter("deputy", viewport=PHONE)
    loaded: list[Request] = []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.goto("/me/", wait_until="networkidle")
    weights = {
        request.url: sum(
            request.sizes()[part] for part in ("responseHeadersSize", "responseBodySize")
        )
        for request in loaded
    }
    assert any(url.endswith("/me/") for url in weights)
    assert any(url.endswith(".css") for url in weights)
    assert sum(weights.values()) < MOST, weights
