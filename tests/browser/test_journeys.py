"""Whole days of work in a real browser, with script and without."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Enter
from tests.browser.site import Site
from trainer.core.clock import today

PLANNED = "预算审查监督专题班"  # a line of the present year's plan of which no run is made yet
PLACES = 4


def fill(page: Page, **values: str | date) -> None:
    """Type into the fields of the page's form, by their names."""
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(str(value))


def save(page: Page) -> None:
    """Press the main button of the page's form."""
    page.locator("main form .btn-primary:visible").last.click()


def confirm(page: Page, action: str) -> None:
    """Press the button that asks again, and say yes; *action* is the end of its address."""
    details = page.locator(f"details.confirm:has(form[action$='{action}'])")
    details.locator("summary").click()
    details.locator("button[type=submit]").click()


def make_class(page: Page, first: date, last: date) -> str:
    """Make a run of the planned class with a few places; return the address of the class."""
    page.goto("/classes/choose")
    page.get_by_role("row", name=PLANNED).locator("a[href*='/new?planned=']").click()
    fill(page, first_day=first, last_day=last, capacity=str(PLACES))
    save(page)
    expect(page.locator("h1")).to_contain_text(PLANNED)
    return page.url


def give_seats(page: Page, address: str, *seats: int) -> None:
    """Give seats to the first delegations."""
    page.goto(f"{address}/participants/seats")
    for index, count in enumerate(seats):
        page.locator("main input[name^=seats-]").nth(index).fill(str(count))
    save(page)
    expect(page).to_have_url(f"{address}/participants")


def enrol(page: Page, address: str, delegation: int, count: int) -> list[str]:
    """Nominate and confirm the first deputies of a delegation; return their names."""
    page.goto(f"{address}/participants/add")
    choices = page.locator("select[name=delegation] option")
    page.goto(
        f"{address}/participants/add?delegation={choices.nth(delegation).get_attribute('value')}"
    )
    free = page.locator("tr.tick label.choice")
    names = [free.nth(index).inner_text() for index in range(count)]
    for index in range(count):
        free.nth(index).locator("input").check()
    page.locator("form[action$='/add'] button.btn-primary").click()
    page.goto(f"{address}/participants")
    for box in page.locator("input[name=enrolment]").all():
        box.check()
    page.locator("form[action$='/confirm'] button.btn-primary").click()
    return names


def take_roll(page: Page, address: str) -> int:
    """Mark everybody present in every half-day; return how many half-days there are."""
    page.goto(f"{address}/roll")
    halves = [link.get_attribute("href") or "" for link in page.locator(".halves a").all()]
    for half in halves:
        page.goto(half)
        for present in page.locator(".roll .deputy .chip:has(input[value=present])").all():
            present.click()
        save(page)
        expect(page.locator(".flash.tone-good")).to_be_visible()
    return len(halves)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_planner_carries_a_class_from_the_plan_to_the_hours(
    newcomer: Enter, script: bool
) -> None:
    page = newcomer("planner", java_script_enabled=script)
    address = make_class(page, today() - timedelta(days=5), today())
    page.goto(f"{address}/timetable")
    page.locator("form[action$='/timetable/fill'] button").click()
    expect(page.locator(".slot")).to_have_count(15)
    give_seats(page, address, 2, 2)
    people = enrol(page, address, 0, 2) + enrol(page, address, 1, 1)
    page.goto(address)
    confirm(page, "/publish")
    halves = take_roll(page, address)
    assert halves == 12
    page.goto(f"{address}/hours")
    confirm(page, "/roll/finish")
    page.goto(f"{address}/hours")
    rows = page.locator("table tbody tr")
    assert sorted(rows.locator("th").all_inner_texts()) == sorted(people)
    assert set(rows.locator("td:last-child").all_inner_texts()) == {"已结业"}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_officer_nominates_within_the_seats_and_not_beyond(
    newcomer: Enter, script: bool
) -> None:
    planner = newcomer("planner")
    address = make_class(planner, today() + timedelta(days=20), today() + timedelta(days=25))
    planner.goto(f"{address}/timetable")
    planner.locator("form[action$='/timetable/fill'] button").click()
    give_seats(planner, address, 1, 2)
    planner.goto(address)
    confirm(planner, "/publish")
    page = newcomer("officer01", java_script_enabled=script)
    page.goto(f"{address}/participants")
    expect(page.locator("select[name=delegation]")).to_have_count(0)  # only the own delegation
    page.goto(f"{address}/participants/add")
    boxes = page.locator("tr.tick input[name=seat]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.locator("form[action$='/add'] button.btn-primary").click()
    expect(page.locator(".error-summary")).to_contain_text("威远镇代表团")
    assert boxes.nth(1).is_checked()  # what was ticked is kept
    boxes.nth(1).uncheck()
    page.locator("form[action$='/add'] button.btn-primary").click()
    page.goto(f"{address}/participants")
    expect(page.locator("#list tbody tr")).to_have_count(1)


def test_saving_twice_makes_one_class(newcomer: Enter) -> None:
    page = newcomer("planner")
    page.goto("/classes/choose")
    page.get_by_role("row", name=PLANNED).locator("a[href*='/new?planned=']").click()
    fill(page, first_day=today() + timedelta(days=9), last_day=today() + timedelta(days=9))
    page.locator("main form .btn-primary").last.dblclick()
    page.wait_for_url(re.compile(r"/classes/\d+$"))
    page.goto("/classes/choose")
    expect(page.get_by_role("row", name=PLANNED)).to_contain_text(re.compile(r"1\D+1"))


def test_going_back_shows_what_is_saved(newcomer: Enter) -> None:
    page = newcomer("planner")
    address = make_class(page, today() + timedelta(days=9), today() + timedelta(days=9))
    page.goto(f"{address}/edit")
    fill(page, head="王海")
    save(page)
    expect(page).to_have_url(address)
    page.go_back()
    expect(page.locator("[name=head]")).to_have_value("王海")


def test_of_two_planners_the_second_sees_the_difference(newcomer: Enter) -> None:
    first, second = newcomer("planner"), newcomer("planner2")
    address = make_class(first, today() + timedelta(days=9), today() + timedelta(days=9))
    for page in (first, second):
        page.goto(f"{address}/edit")
    fill(first, head="王海")
    save(first)
    fill(second, head="赵云", gathering="县人大门前")
    save(second)
    conflict = second.locator(".conflict")
    expect(conflict).to_contain_text("李明")
    expect(conflict.locator("tbody tr", has_text="王海")).to_contain_text("赵云")
    expect(second.locator("[name=gathering]")).to_have_value("县人大门前")
    conflict.locator("button[name=force]").click()
    expect(second).to_have_url(address)
    second.goto(f"{address}/edit")
    expect(second.locator("[name=head]")).to_have_value("赵云")
    expect(second.locator("[name=gathering]")).to_have_value("县人大门前")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_deputy_opens_the_personal_link_on_a_new_phone(
    own_site: Site, newcomer: Enter, script: bool
) -> None:
    page = newcomer("nobody", viewport=PHONE, java_script_enabled=script)
    page.goto(own_site.url + own_site.example.link)
    wrong = f"{(int(own_site.example.digits) + 1) % 10_000:04d}"
    fill(page, digits=wrong)
    save(page)
    expect(page.locator(".field-error")).to_be_visible()
    fill(page, digits=own_site.example.digits)
    save(page)
    expect(page).to_have_url(f"{own_site.url}/me/")
    expect(page.locator("main")).to_contain_text("新任县级人大代表初任培训班")
    page.goto(own_site.url + own_site.example.link)  # the phone is known now
    expect(page).to_have_url(f"{own_site.url}/me/")
    page.goto("/me/calendar")
    page.locator("form[action='/me/calendar'] button").first.click()
    page.wait_for_load_state()
    assert re.search(r"/feeds/\S+\.ics", page.content())
