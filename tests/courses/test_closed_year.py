"""A closed year is frozen: no further class of it is made, outside the plan or from it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests import factories
from tests.conftest import SignIn
from tests.plans import stage
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.courses import service
from trainer.courses.models import TrainingClass
from trainer.courses.service import ClassFacts
from trainer.plans import service as plans
from trainer.plans.rules import Mode


def facts(day: date) -> ClassFacts:
    return ClassFacts("专题班", Mode.GATHERED, day, day, 30, approval="主任会议2018年第1次会议")


def test_no_class_is_made_in_a_closed_year(app: Flask) -> None:
    here = stage.county()
    plans.close_year(factories.annual_plan(here.term, 2017), by=here.actor)
    county, by = here.congress.id, here.actor
    with pytest.raises(Refused):
        service.create_class(facts=facts(date(2017, 12, 4)), congress_id=county, by=by)
    assert db.session.query(TrainingClass).count() == 0
    made = service.create_class(facts=facts(date(2018, 1, 8)), congress_id=county, by=by)
    assert made.first_day == date(2018, 1, 8)


def test_a_class_outside_the_plan_stands_in_the_year_with_its_approval(
    app: Flask, sign_in: SignIn
) -> None:
    here = stage.county()
    plan = factories.annual_plan(here.term, 2017)
    service.create_class(
        facts=facts(date(2017, 12, 4)), congress_id=here.congress.id, by=here.actor
    )
    page = sign_in(here.planner).get(f"/reports/plan/{plan.id}").text
    assert "计划外班次" in page
    assert "批准依据：主任会议2018年第1次会议" in page
