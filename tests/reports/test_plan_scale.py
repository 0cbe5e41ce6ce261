"""Plan pages of a congress with 20 townships, 5 years and 200 classes take no further statements.

With TRAINER_TEST_FULL=1 the time is measured too: at ten times the data of others, at most twice.
"""

from __future__ import annotations

import os
import time
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import SignIn, counted_queries
from tests.plans import stage
from tests.plans.stage import County
from trainer.almanac.models import AlmanacEntry
from trainer.almanac.rules import DayKind
from trainer.core import clock
from trainer.core.database import db
from trainer.courses.rules import ClassStatus
from trainer.plans.models import AnnualPlan
from trainer.plans.rules import PlanStatus, TargetKind

FIRST = clock.today().year - 2
YEARS = range(FIRST + 1, FIRST + 6)


def fill(here: County, townships: int, lines: int) -> AnnualPlan:
    """Give a county its townships, its plans of five years and the classes of the past ones."""
    five_year = factories.five_year_plan(
        here.term, status=PlanStatus.PUBLISHED, adopted_on=date(FIRST, 10, 1)
    )
    stage.add_target(five_year, TargetKind.COVERAGE, clock.today().year, 90)
    delegation = factories.delegation(here.term)
    factories.seat(delegation, elected_on=here.term.first_day)
    for number in range(townships):
        code = f"{here.congress.code}{100 + number}"
        township = factories.congress(code, parent=here.congress)
        factories.term(township, FIRST)
        for month in (3, 9):
            day = date(clock.today().year, month, 20)
            spell = {"name": "人代会", "first_day": day, "last_day": day}
            factories.add(AlmanacEntry(congress_id=township.id, kind=DayKind.CONGRESS, **spell))
    plans = {}
    for year in YEARS:
        plans[year] = factories.annual_plan(
            here.term, year, status=PlanStatus.PUBLISHED, adopted_on=date(FIRST, 10, 2)
        )
        for number in range(1, lines + 1):
            planned = factories.planned_class(
                plans[year], line=number, position=number, days=Decimal(1), starts=()
            )
            if year < clock.today().year:
                day = date(year, 6, 1 + number % 28)
                factories.training_class(
                    here.term,
                    planned,
                    first_day=day,
                    last_day=day,
                    status=ClassStatus.FINISHED,
                )
    db.session.commit()
    return plans[clock.today().year]


def addresses(plan: AnnualPlan) -> list[str]:
    """Return the pages of a congress's plans."""
    pages = ["/plans/", "/plans/annual/{}", "/reports/plan/{}"]
    return [page.format(plan.id) for page in [*pages, "/reports/targets", "/reports/untrained"]]


def statements(client: FlaskClient, pages: list[str]) -> list[int]:
    """Return how many statements each page takes."""
    client.get(pages[0])
    found = []
    for page in pages:
        with counted_queries() as queries:
            assert client.get(page).status_code == 200, page
        found.append(len(queries))
    return found


def test_twenty_townships_and_two_hundred_classes_take_no_more(app: Flask, sign_in: SignIn) -> None:
    small, large = stage.county("630222", FIRST), stage.county("630223", FIRST)
    few = addresses(fill(small, 1, 1))
    many = addresses(fill(large, 20, 40))
    counts = statements(sign_in(small.planner), few)
    assert statements(sign_in(large.planner), many) == counts


@pytest.mark.skipif("TRAINER_TEST_FULL" not in os.environ, reason="a measurement")
def test_other_counties_do_not_slow_the_pages_down(app: Flask, sign_in: SignIn) -> None:
    here = stage.county("630223", FIRST)
    pages = addresses(fill(here, 20, 40))
    client = sign_in(here.planner)

    def best(page: str) -> float:
        times = []
        for _try in range(7):
            began = time.perf_counter()
            assert client.get(page).status_code == 200
            times.append(time.perf_counter() - began)
        return min(times)

    before = {page: best(page) for page in pages}
    for number in range(9):
        fill(stage.county(f"63030{number}", FIRST), 20, 40)
    ratios = {page: round(best(page) / before[page], 2) for page in pages}
    print({page: (round(before[page] * 1000), ratios[page]) for page in pages})  # noqa: T201
    assert max(ratios.values()) <= 2
