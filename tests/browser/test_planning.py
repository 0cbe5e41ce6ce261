"""The plan of 2017 typed, adopted, amended, compared and printed; the table by keys alone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import factories
from tests.browser.checks import faults
from tests.browser.conftest import PHONE, WIDE, sign_in
from tests.browser.site import Example, Site, migrate
from tests.browser.test_journeys import confirm, save
from trainer.accounts import service as accounts
from trainer.accounts.audit import SYSTEM
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people.models import Scope, Term
from trainer.plans.rules import Mode, PlanStatus

PASSWORD = "Lianxi-gongzuo-2017"
TEN_MINUTES = 600
# Name, audience, persons, runs, time, days, place, contents, mode, host, organiser, budget, source.
PLAN_2017 = """\
新任县级人大代表初任培训班|新任县级人大代表|127|1|3月|2|县委党校|代表法|集中培训|人代工委|县委党校|35000|县财政
县级人大代表赴外培训班|县级人大代表|50|2|6月5日、9月11日|6|高校|履职能力|赴外培训|人代工委|承办院校|33万|县财政
送课下乡巡回讲座|乡镇人大代表|110|4|5–10月|半天|各乡镇|联系选民|送课下乡|人代工委|乡镇人大|8000|县财政
"""


@dataclass
class Office:
    """A county's office before anything is planned: two planners at a site of their own."""

    site: Site
    browser: Browser
    contexts: list[BrowserContext]

    def enter(self, visitor: str) -> Page:
        """Return a fresh browser's page in which *visitor* is signed in."""
        context = self.browser.new_context(viewport=WIDE, locale="zh-CN", base_url=self.site.url)
        self.contexts.append(context)
        page = context.new_page()
        sign_in(page, self.site, visitor)
        return page


@pytest.fixture
def office(chromium: Browser, tmp_path: Path) -> Iterator[Office]:
    """A county congress with the term of 2016–2021 and two planners."""
    passwords = {"li": PASSWORD, "wang": PASSWORD}
    site = Site(Example(migrate(tmp_path / "data"), passwords, "", ""))
    with site.app().app_context():
        county = factories.congress(name="互助土族自治县人民代表大会", short_name="互助县")
        factories.term(county, name="本届(2016–2021年)")
        for login, name in (("li", "李明"), ("wang", "王芳")):
            user = accounts.create_user(
                login=login, name=name, role=Role.PLANNER, password=PASSWORD, by=SYSTEM
            )
            user.must_change_password = False
            db.session.add(Scope(user_id=user.id, congress_id=county.id))
        db.session.commit()
    site.start()
    found = Office(site, chromium, [])
    yield found
    for context in found.contexts:
        context.close()
    site.stop()


def adopt(page: Page, address: str, day: str) -> None:
    """Record the adoption of a submitted plan."""
    page.goto(f"{address}/adopt")
    page.locator("[name=meeting]").fill("县人大常委会主任会议")
    page.locator("[name=adopted_on]").fill(day)
    page.locator("[name=document_number]").fill("互人大〔2017〕3号")
    save(page)
    expect(page).to_have_url(address)


def five_year_plan(li: Page, wang: Page) -> None:
    """Type the five-year plan, and have it adopted."""
    li.goto("/plans/")
    li.locator("form[action='/plans/five-year/'] button").click()
    li.locator("[name=purpose]").fill("使县、乡两级人大代表普遍轮训一遍。")
    li.locator("[name=emphasis_2017]").fill("新任代表初任培训，两期县级人大代表赴外培训")
    li.locator("[name=source_1]").fill("县财政")
    li.locator("[name=amount_1_2017]").fill("400000")
    for name, value in (("new_coverage_2017", "60"), ("classes_2017", "7"), ("people_term", "205")):
        li.locator(f"[name={name}]").fill(value)
    li.locator("main form .btn-primary").last.click()
    li.wait_for_url(re.compile(r"/plans/five-year/\d+$"))
    confirm(li, "/submit")
    adopt(wang, li.url, "2017-02-20")


def paste(page: Page, text: str) -> None:
    """Paste *text* into the cell that has the focus, as Excel copies it."""
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(new ClipboardEvent(
            "paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_the_plan_of_2017_is_typed_adopted_amended_compared_and_printed(office: Office) -> None:
    began = time.monotonic()
    li, wang = office.enter("li"), office.enter("wang")
    five_year_plan(li, wang)
    li.goto("/plans/annual/new?year=2017")
    li.locator("[name=start][value=five_year]").check()
    save(li)
    address = li.url
    li.goto(f"{address}/table")
    for number, line in enumerate(PLAN_2017.splitlines(), start=1):
        li.locator(f"#r{number}-name").focus()
        for cell in line.split("|"):
            li.keyboard.insert_text(cell)
            li.keyboard.press("Tab")
    li.keyboard.press("Control+s")
    expect(li).to_have_url(re.compile(rf"{address}(#table)?$"))
    expect(li.locator(".plan-table tbody tr")).to_have_count(3)
    expect(li.locator(".plan-table tfoot")).to_contain_text("373,000")
    confirm(li, "/submit")
    li.goto(f"{address}/adopt")
    li.locator("[name=meeting]").fill("主任会议")
    li.locator("[name=adopted_on]").fill("2017-02-20")
    save(li)
    expect(li.locator(".error-summary")).to_contain_text("您一人编制")  # not who wrote it alone
    adopt(wang, address, "2017-02-20")
    confirm(wang, "/publish")
    public = office.browser.new_context(base_url=office.site.url)
    office.contexts.append(public)
    reader = public.new_page()
    reader.goto("/plans/public/630223/2017")
    expect(reader.locator("main")).to_contain_text("县级人大代表赴外培训班")
    wang.goto(address)
    confirm(wang, "/amend")
    amended = wang.url
    wang.goto(f"{amended}/table")
    wang.locator("#r2-persons").fill("60")
    wang.keyboard.press("Control+s")
    expect(wang).to_have_url(re.compile(rf"{amended}(#table)?$"))
    confirm(wang, "/submit")
    adopt(li, amended, "2017-03-20")
    li.goto(f"{amended}/compare")
    expect(li.locator(".changes ins")).to_have_text(["60"])
    expect(li.locator(".changes del")).to_have_text(["50"])
    li.goto(amended)
    assert li.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    assert time.monotonic() - began < TEN_MINUTES


@pytest.fixture
def sixty(office: Office) -> str:
    """The address of a draft of 2017 with 60 classes, some with dates."""
    with office.site.app().app_context():
        term = db.session.query(Term).one()
        plan = factories.annual_plan(term, 2017, status=PlanStatus.DRAFT, adopted_on=None)
        for number in range(1, 61):
            month = (number - 1) % 12 + 1
            factories.planned_class(
                plan,
                line=number,
                position=number,
                name=f"第{number}期县级人大代表培训班",
                first_month=month,
                last_month=month,
                runs=1,
                days=Decimal(2),
                starts=(date(2017, month, 1 + number % 27),) if number % 3 else (),
                mode=list(Mode)[number % 6],
                budget=Decimal(12_000),
            )
        db.session.commit()
        return f"/plans/annual/{plan.id}"


def names(page: Page, count: int = 4) -> list[str]:
    """Return the names of the first lines as the table has them now."""
    return [page.locator("[data-cell=name]").nth(n).input_value() for n in range(count)]


def test_the_table_is_used_by_keys_alone(office: Office, sixty: str) -> None:
    page = office.enter("li")
    page.goto(f"{sixty}/table")
    page.locator("#r1-name").focus()
    page.keyboard.press("End")
    page.keyboard.insert_text("甲")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "r2-name"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "r1-name"
    first, second = "第1期县级人大代表培训班甲", "第2期县级人大代表培训班"
    page.keyboard.press("Alt+ArrowDown")
    assert names(page, 2) == [second, first]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert names(page, 2) == [first.removesuffix("甲"), second]
    page.keyboard.press("Control+y")
    assert names(page, 2) == [first, second]
    page.locator("#r3-name").focus()
    paste(page, "新班一\t代表\t5\n新班二\t代表\t6\n")
    assert names(page) == [first, second, "新班一", "新班二"]
    assert page.locator("#r4-persons").input_value() == "6"
    page.locator("#r60-name").focus()
    for _step in range(4):
        page.keyboard.press("ArrowDown")  # past the empty rows a further one is made
    page.keyboard.insert_text("末班")
    cells = ["代表", "7", "1", "12月", "1"]
    for cell in cells:
        page.keyboard.press("Tab")
        page.keyboard.insert_text(cell)
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(rf"{sixty}(#table)?$"))
    shown = page.locator(".plan-table tbody th").all_inner_texts()
    assert (len(shown), shown[0], shown[3], shown[-1]) == (61, first, "新班二", "末班")


def test_sixty_classes_are_accessible_wide_narrow_and_printed(office: Office, sixty: str) -> None:
    page = office.enter("li")
    number = sixty.rsplit("/", 1)[-1]
    found: dict[tuple[str, object], list[str]] = {}
    for address in (f"{sixty}/table", sixty, f"/reports/plan/{number}"):
        page.goto(address)
        for size in (WIDE, PHONE):
            page.set_viewport_size(size)
            found[address, size["width"]] = faults(page)
        page.emulate_media(media="print")
        page.set_viewport_size(WIDE)
        found[address, "print"] = [f for f in faults(page) if "scrolls" in f]
        page.emulate_media(media="screen")
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def test_the_table_works_without_script(office: Office, sixty: str) -> None:
    context = office.browser.new_context(
        viewport=WIDE, base_url=office.site.url, java_script_enabled=False
    )
    office.contexts.append(context)
    page = context.new_page()
    sign_in(page, replace(office.site), "li")
    page.goto(f"{sixty}/table")
    page.locator("[name='r1.no']").fill("99")
    page.locator("[name='r2.delete']").check()
    page.locator("[name='r61.name']").fill("新班")
    for name, text in (("audience", "代表"), ("persons", "9"), ("time", "5月"), ("days", "1")):
        page.locator(f"[name='r61.{name}']").fill(text)
    page.locator(".save-bar .btn-primary").click()
    names = page.locator(".plan-table tbody th")
    expect(names).to_have_count(60)
    shown = names.all_inner_texts()
    assert (len(shown), shown[0], shown[-2], shown[-1]) == (
        60,
        "第3期县级人大代表培训班",
        "新班",
        "第1期县级人大代表培训班",
    )
