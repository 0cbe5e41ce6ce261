"""Correcting what is known of a person, also while somebody else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import factories
from tests.people.stage import Stage
from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people.models import Person

SignIn = Callable[[User], FlaskClient]
TYPED = {
    "name": "单 大军",
    "sex": "male",
    "ethnicity": "土",
    "birth": "1975年8月",
    "party": "中共党员",
    "education": "大专",
    "occupation": "农民",
    "post": "甲镇上沟村党支部书记",
    "phone": "139 0972 0000",
}


@pytest.fixture
def planner(stage: Stage, sign_in: SignIn) -> FlaskClient:
    """The county's planner."""
    return sign_in(factories.user(Role.PLANNER, scope=stage.county, name="李规划"))


def _saved(person_id: int) -> dict[str, object]:
    person = db.session.get_one(Person, person_id, populate_existing=True)
    return {key: getattr(person, key) for key in (*TYPED, "sort_name", "version")}


def test_facts_are_saved_in_one_spelling(planner: FlaskClient, stage: Stage) -> None:
    user = factories.deputy_user(stage.chair)
    db.session.commit()
    version = stage.chair.version
    address = f"/people/{stage.chair.id}"
    answer = planner.post(f"{address}/edit", data={**TYPED, "version": version})
    assert (answer.status_code, answer.location) == (303, address)
    assert _saved(stage.chair.id) == {
        "name": "单大军",
        "sex": "male",
        "ethnicity": "土族",
        "birth": "1975-08",
        "party": "中共党员",
        "education": "大专",
        "occupation": "农民",
        "post": "甲镇上沟村党支部书记",
        "phone": "13909720000",
        "sort_name": "shan da jun",
        "version": version + 1,
    }
    assert db.session.get_one(User, user.id, populate_existing=True).name == "单大军"


def test_the_trail_tells_what_changed(planner: FlaskClient, stage: Stage) -> None:
    data = {"name": "单小军", "ethnicity": "土族", "phone": "13900000099"}
    data["version"] = str(stage.chair.version)
    planner.post(f"/people/{stage.chair.id}/edit", data=data)
    event = db.session.scalars(sa.select(AuditEvent).filter_by(verb="person.update")).one()
    changed = {"sex", "phone", "version"}
    assert (event.subject_id, event.subject_name, event.user_name) == (
        stage.chair.id,
        "单小军",
        "李规划",
    )
    assert (event.before["phone"], event.after["phone"]) == ("13900000001", "13900000099")
    assert set(event.after) <= changed


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "请填写姓名。"),
        ("name", "   ", "请填写姓名。"),
        ("name", "长" * 61, "60"),
        ("birth", "1975-13", "请填写出生年月，例如 1975-08。"),
        ("phone", "0972", "请填写 11 位手机号码，例如 13909720000。"),
        ("ethnicity", "很" * 21, "20"),
        ("post", "长" * 121, "120"),
    ],
)
def test_wrong_entries_are_kept_with_a_sentence(
    planner: FlaskClient, stage: Stage, field: str, value: str, sentence: str
) -> None:
    before = _saved(stage.chair.id)
    data = {**TYPED, "version": stage.chair.version, field: value}
    answer = planner.post(f"/people/{stage.chair.id}/edit", data=data)
    beside = answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    typed = [*{**TYPED, field: value.strip()}.values()]
    assert (answer.status_code, sentence in beside) == (422, True)
    assert [text for text in typed if text not in answer.text] == []
    assert _saved(stage.chair.id) == before


def test_the_second_of_two_editors_loses_nothing(planner: FlaskClient, stage: Stage) -> None:
    opened = stage.chair.version
    address = f"/people/{stage.chair.id}/edit"
    planner.post(address, data={**TYPED, "phone": "13911111111", "version": opened})
    mine = {**TYPED, "post": "我写的职务", "version": opened}
    conflict = planner.post(address, data=mine)
    shown = [
        text in conflict.text
        for text in ("李规划", "13911111111", "139 0972 0000", "我写的职务", 'name="force"')
    ]
    assert (conflict.status_code, shown) == (409, [True] * 5)
    assert _saved(stage.chair.id)["phone"] == "13911111111"
    newest = f'name="version" type="hidden" value="{opened + 1}"'
    assert newest in conflict.text
    forced = planner.post(address, data={**mine, "version": opened + 1, "force": "1"})
    assert (forced.status_code, _saved(stage.chair.id)["post"]) == (303, "我写的职务")


def test_saving_over_what_was_not_seen_is_a_conflict_again(
    planner: FlaskClient, stage: Stage
) -> None:
    opened = stage.chair.version
    address = f"/people/{stage.chair.id}/edit"
    planner.post(address, data={**TYPED, "version": opened})
    planner.post(address, data={**TYPED, "post": "第二次", "version": opened + 1})
    forced = planner.post(address, data={**TYPED, "version": opened + 1, "force": "1"})
    assert (forced.status_code, _saved(stage.chair.id)["post"]) == (409, "第二次")


def test_theirs_can_be_taken(planner: FlaskClient, stage: Stage) -> None:
    address = f"/people/{stage.chair.id}/edit"
    answer = planner.post(address, data={**TYPED, "version": "0", "reload": "1"})
    assert (answer.status_code, answer.location) == (303, address)
    assert _saved(stage.chair.id)["name"] == "单小军"


def test_a_form_without_version_never_overwrites(planner: FlaskClient, stage: Stage) -> None:
    answer = planner.post(f"/people/{stage.chair.id}/edit", data=TYPED)
    assert (answer.status_code, _saved(stage.chair.id)["name"]) == (409, "单小军")


def test_fixed_income_is_recorded_by_day(planner: FlaskClient, stage: Stage) -> None:
    address = f"/people/{stage.chair.id}/income"
    assert 'value="2017-05-10"' in planner.get(address).text
    answers = [
        planner.post(address, data={"fixed": fixed, "from_day": day})
        for fixed, day in (
            ("no", "2016-10-01"),
            ("no", "2016-10-01"),
            ("yes", "2016-10-01"),
            ("yes", "2017-05-11"),
            ("", "2017-05-01"),
            ("yes", "soon"),
            ("yes", "2017-05-10"),
        )
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 422, 422, 422, 422, 303]
    assert "这一天已登记为相反情况" in answers[2].text
    assert "soon" in answers[5].text
    person = db.session.scalars(
        sa.select(Person)
        .where(Person.id == stage.chair.id)
        .options(sa.orm.selectinload(Person.incomes))
        .execution_options(populate_existing=True)
    ).one()
    assert [(str(each.from_day), each.fixed) for each in person.incomes] == [
        ("2016-10-01", False),
        ("2017-05-10", True),
    ]
