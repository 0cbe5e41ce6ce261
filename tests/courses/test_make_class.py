"""Making a class: a run of a planned class, or outside the plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.conftest import SignIn
from tests.courses.scene import FIRST, LAST, Scene, make_scene, verbs
from tests.parallel import at_once
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.core.errors import DomainError, Invalid, Refused
from trainer.courses import service
from trainer.courses.models import TrainingClass, Venue
from trainer.courses.rules import ClassStatus
from trainer.courses.service import ClassFacts
from trainer.plans import queries as plans
from trainer.plans.models import PlannedClass
from trainer.plans.rules import Mode, PlanStatus


def make(scene: Scene, planned: PlannedClass | None = None, **changes: Any) -> TrainingClass:
    facts: dict[str, Any] = {
        "name": "县级人大代表赴外培训班",
        "mode": Mode.OFF_SITE,
        "first_day": FIRST,
        "last_day": LAST,
        "capacity": 50,
        **changes,
    }
    loaded = plans.planned_class(scene.viewer, planned.id) if planned else None
    return service.create_class(
        facts=ClassFacts(**facts), planned=loaded, congress_id=scene.county.id, by=scene.by
    )


def test_a_run_of_a_planned_class(scene: Scene) -> None:
    made = make(scene, scene.planned, run=1, new_venue="浙江大学")
    assert (made.status, made.term_id, made.congress_id, made.run, made.planned_class_id) == (
        ClassStatus.DRAFT,
        scene.term.id,
        scene.county.id,
        1,
        scene.planned.id,
    )
    venue = db.session.get_one(Venue, made.venue_id)
    assert (venue.name, venue.congress_id) == ("浙江大学", scene.county.id)
    assert verbs() == ["venue.create", "class.create"]


def test_a_known_venue_is_not_made_twice(scene: Scene) -> None:
    venue = factories.venue(scene.county, "浙江大学")
    factories.venue(scene.elsewhere, "浙江大学")
    assert make(scene, scene.planned, new_venue="浙江大学").venue_id == venue.id


def test_all_runs_then_no_more(scene: Scene) -> None:
    make(scene, scene.planned, run=1)
    make(scene, scene.planned, run=2)
    with pytest.raises(Refused, match="The plan has 2 runs"):
        make(scene, scene.planned, run=3)


def test_a_cancelled_run_may_be_made_up_for(scene: Scene) -> None:
    scene.run(1, status=ClassStatus.CANCELLED, reason="疫情")
    scene.run(2)
    assert make(scene, scene.planned, run=3).run == 3


def test_runs_count_through_all_revisions_of_the_plan(scene: Scene) -> None:
    scene.run(1)
    amended = factories.annual_plan(scene.term, revision=2)
    line = factories.planned_class(amended, line=scene.planned.line, runs=2)
    factories.planned_class(amended)
    with pytest.raises(Refused, match="not in force"):
        make(scene, scene.planned, run=2)
    with pytest.raises(Invalid, match="a run 1 already"):
        make(scene, line, run=1)
    make(scene, line, run=2)
    with pytest.raises(Refused, match="The plan has 2 runs"):
        make(scene, line, run=3)


def test_not_from_a_plan_that_is_not_adopted(scene: Scene) -> None:
    draft = factories.annual_plan(scene.term, 2018, status=PlanStatus.DRAFT, adopted_on=None)
    with pytest.raises(Refused, match="not in force"):
        make(scene, factories.planned_class(draft))


def test_outside_the_plan(scene: Scene) -> None:
    made = make(scene, approval="主任会议")
    assert (made.term_id, made.planned_class_id, made.approval) == (
        scene.term.id,
        None,
        "主任会议",
    )


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("approval", {}),
        ("last_day", {"approval": "x", "last_day": date(2017, 6, 4)}),
        ("last_day", {"approval": "x", "last_day": date(2018, 6, 7)}),
        (
            "first_day",
            {"approval": "x", "first_day": date(2016, 9, 30), "last_day": date(2016, 10, 1)},
        ),
        (
            "first_day",
            {"approval": "x", "first_day": date(2022, 1, 1), "last_day": date(2022, 1, 2)},
        ),
        ("nominate_by", {"approval": "x", "nominate_by": date(2017, 6, 6)}),
        ("new_venue", {"approval": "x", "venue_id": 1, "new_venue": "党校"}),
    ],
)
def test_what_cannot_be(scene: Scene, field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        make(scene, **changes)
    assert refusal.value.field == field


def test_two_planners_make_the_same_run(each_app: Flask) -> None:
    scene = make_scene()
    planned_id, congress_id, by = scene.planned.id, scene.county.id, scene.by
    db.session.commit()

    def act(_number: int) -> str:
        with each_app.app_context():
            planned = db.session.get_one(PlannedClass, planned_id)
            db.session.refresh(planned, ["plan"])
            db.session.refresh(planned.plan, ["term"])
            facts = ClassFacts("班", Mode.OFF_SITE, FIRST, LAST, 50)
            try:
                service.create_class(facts=facts, planned=planned, congress_id=congress_id, by=by)
                db.session.commit()
            except DomainError as error:
                db.session.rollback()
                return str(error)
            return "made"

    assert sorted(at_once(4, act)) == ["There is a run 1 already."] * 3 + ["made"]


FORM = {
    "name": "赴外培训班",
    "run": "1",
    "mode": "off_site",
    "first_day": "2017-06-05",
    "last_day": "2017-06-10",
    "capacity": "50",
    "venue_id": "",
}


def test_the_page_begins_with_the_plan(scene: Scene, sign_in: SignIn) -> None:
    scene.run(1)
    scene.planned.host = "人代工委"
    scene.planned.place = "浙江大学"
    page = sign_in(scene.planner).get(f"/classes/new?planned={scene.planned.id}")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    for value in ("县级人大代表赴外培训班", "2", "50", "人代工委", "浙江大学"):
        assert f'value="{value}"' in text
    assert "2017年五月–九月，6天" in text
    assert 'name="approval"' not in text


def test_the_page_makes_the_class(scene: Scene, sign_in: SignIn) -> None:
    venue = factories.venue(scene.county)
    client = sign_in(scene.planner)
    details = {
        "venue_id": str(venue.id),
        "host": "人代工委",
        "organiser": "党校",
        "head": "李主任",
        "head_phone": "0972-8320000",
        "gathering": "县政府广场 8:00",
        "bring": "代表证\r\n洗漱用品",
        "link": "https://example.com/a",
        "nominate_by": "2017-05-20",
    }
    answer = client.post(f"/classes/new?planned={scene.planned.id}", data={**FORM, **details})
    made = db.session.scalars(sa.select(TrainingClass).order_by(TrainingClass.id.desc())).first()
    assert made is not None
    assert (answer.status_code, answer.location) == (303, f"/classes/{made.id}")
    shown = {name: getattr(made, name) for name in details}
    assert shown == {
        **details,
        "venue_id": venue.id,
        "bring": "代表证\n洗漱用品",
        "nominate_by": date(2017, 5, 20),
    }
    assert (made.name, made.run, made.capacity, made.status) == (
        "赴外培训班",
        1,
        50,
        ClassStatus.DRAFT,
    )


def test_the_page_refuses_one_run_too_many(scene: Scene, sign_in: SignIn) -> None:
    scene.run(1)
    scene.run(2)
    address = f"/classes/new?planned={scene.planned.id}"
    for answer in (
        sign_in(scene.planner).get(address),
        sign_in(scene.planner).post(address, data=FORM),
    ):
        assert answer.status_code == 409
        assert "计划举办2期，已全部建立，不能再增加。" in answer.get_data(as_text=True)


WRONG = {
    "name": ("", "请填写"),
    "run": ("二", "请填写整数"),
    "mode": ("space", "请选择"),
    "first_day": ("昨天", "请填写有效日期"),
    "last_day": ("2017-06-01", "结束日期"),
    "capacity": ("0", "1 至 5000"),
    "nominate_by": ("2017-06-09", "报名截止日期不能晚于开班日期"),
    "venue_id": ("999", "请选择"),
    "link": ("javascript:alert(1)", "https://"),
    "head_phone": ("many", "电话"),
    "gathering": ("很" * 201, "200"),
    "approval": ("", "计划外班次须经批准"),
}


@pytest.mark.parametrize("field", WRONG)
def test_wrong_input_is_told_beside_the_field(scene: Scene, sign_in: SignIn, field: str) -> None:
    typed, sentence = WRONG[field]
    data = {**FORM, "approval": "主任会议", "head": "记得我", field: typed}
    answer = sign_in(scene.planner).post("/classes/new", data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in text
    assert sentence in text
    assert 'value="记得我"' in text
    assert not typed or field in ("mode", "venue_id") or f'value="{typed}"' in text
    count = sa.select(sa.func.count(TrainingClass.id)).where(TrainingClass.head != "")
    assert db.session.scalar(count) == 0


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.AUDITOR, 403), (Role.TOWNSHIP_OFFICER, 403), (Role.ADMINISTRATOR, 403)],
)
def test_others_may_not(scene: Scene, sign_in: SignIn, role: Role, status: int) -> None:
    client = sign_in(scene.user(role))
    for answer in (client.get("/classes/new"), client.post("/classes/new", data=FORM)):
        assert answer.status_code == status
    assert client.get("/classes/choose").status_code == status


def test_not_for_a_plan_of_another_county(scene: Scene, sign_in: SignIn) -> None:
    stranger = factories.user(Role.PLANNER, scope=scene.elsewhere)
    address = f"/classes/new?planned={scene.planned.id}"
    assert sign_in(stranger).get(address).status_code == 404
    assert sign_in(stranger).post(address, data=FORM).status_code == 404
    assert sign_in(scene.planner).get("/classes/new?planned=x").status_code == 404


def test_choosing_the_line_of_the_plan(scene: Scene, sign_in: SignIn) -> None:
    scene.run(1)
    scene.run(2, status=ClassStatus.CANCELLED, reason="疫情")
    full = factories.planned_class(scene.plan, name="初任培训班", runs=1, days=Decimal(2))
    factories.training_class(scene.term, full)
    amended = factories.annual_plan(scene.term, 2018, title="被修改的计划")
    factories.planned_class(amended, name="旧的班")
    factories.annual_plan(scene.term, 2018, revision=2, title="修改后的计划")
    draft = factories.annual_plan(scene.term, 2019, status=PlanStatus.DRAFT, adopted_on=None)
    factories.planned_class(draft, name="草拟的班")
    other = factories.annual_plan(factories.term(scene.elsewhere, 2011))
    factories.planned_class(other, name="邻县的班")
    client = sign_in(scene.planner)
    text = client.get("/classes/choose?year=2017").get_data(as_text=True)
    assert "1 / 2 期" in text
    assert "1 / 1 期" in text
    assert f"/classes/new?planned={scene.planned.id}" in text
    assert f"/classes/new?planned={full.id}" not in text
    assert "邻县的班" not in text
    for year, name in ((2018, "旧的班"), (2019, "草拟的班")):
        page = client.get(f"/classes/choose?year={year}").get_data(as_text=True)
        assert name not in page
        assert "没有已通过的计划" in page
