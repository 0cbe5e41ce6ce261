"""What every page must stand: accessibility rules, its own width, a quiet console, one host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Page, Request

AXE_RUN = """() => axe.run(document, {
  resultTypes: ["violations"], rules: {"target-size": {enabled: true}}
}).then(found => found.violations.map(
  rule => rule.id + ": " + rule.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")
))"""
# Elements that stick out of the window, to name the culprit of a page that scrolls sideways.
OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = [...document.body.querySelectorAll("*")].filter(
    el => el.getBoundingClientRect().right > root.clientWidth + 1);
  const names = out.slice(-3).map(el => el.tagName.toLowerCase() + "." + el.className);
  return ["scrolls sideways: " + root.scrollWidth + " px, " + names.join(", ")];
}"""


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """Return the accessibility violations and sideways scrolling of the page as it stands."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    violations: list[str] = page.evaluate(AXE_RUN)
    wide: list[str] = page.evaluate(OVERFLOW)
    return violations + wide


@contextmanager
def watched(page: Page, home: str) -> Iterator[list[str]]:
    """Collect what a page must not do: errors in the console, requests to other hosts.

    A violation of the content security policy is an error in the console.
    """
    seen: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            seen.append(f"console: {message.text}")

    def request(sent: Request) -> None:
        if not sent.url.startswith((home + "/", "data:")):
            seen.append(f"asks another host: {sent.url}")

    def failure(error: Any) -> None:
        seen.append(f"script: {error}")

    page.on("console", console)
    page.on("request", request)
    page.on("pageerror", failure)
    yield seen
    page.remove_listener("console", console)
    page.remove_listener("request", request)
    page.remove_listener("pageerror", failure)
