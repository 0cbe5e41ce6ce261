"""Everything can be done without a mouse, and one always sees where one is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import PHONE, Enter

# What is focused: its text, and whether a ring of at least two pixels shows it.
FOCUSED = """() => {
  const el = document.activeElement, style = getComputedStyle(el);
  const outlined = look => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  const ring = outlined(style) || outlined(getComputedStyle(el, "::after"));  // a whole card
  const box = el.getBoundingClientRect();
  return {tag: el.tagName, id: el.id, text: el.innerText || el.name || el.id,
          ring: ring || style.boxShadow !== "none", seen: box.width > 1 && box.bottom > 0};
}"""


def test_the_first_tab_skips_to_the_content(enter: Enter) -> None:
    page = enter("planner")
    page.goto("/classes/")
    page.keyboard.press("Tab")
    first: dict[str, Any] = page.evaluate(FOCUSED)
    assert (first["text"], first["ring"], first["seen"]) == ("跳到正文", True, True)
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED)["id"] == "main"


@pytest.mark.parametrize("url", ["/", "/classes/", "/people/", "/plans/", "/reports/"])
def test_focus_is_always_visible(enter: Enter, url: str) -> None:
    page = enter("planner")
    page.goto(url)
    lost = []
    for _step in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["tag"] == "BODY":
            break
        if not (focused["ring"] and focused["seen"]):
            lost.append(f"{focused['tag']} {focused['text']}")
    assert lost == []


@pytest.mark.parametrize(("size", "menu"), [(None, ".top-tools .menu"), (PHONE, ".top-menu")])
def test_a_menu_opens_and_closes_with_keys(enter: Enter, size: Any, menu: str) -> None:
    page = enter("planner", **({"viewport": size} if size else {}))
    page.goto("/")
    summary = page.locator(f"{menu} > summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(f"{menu} .menu-panel").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("() => !!document.activeElement.closest('.menu-panel')")
    page.keyboard.press("Escape")
    assert page.locator(f"{menu} .menu-panel").is_hidden()
    assert page.evaluate("() => document.activeElement.tagName") == "SUMMARY"
