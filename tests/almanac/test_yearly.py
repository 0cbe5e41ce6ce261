"""What comes back every year: spans, deadlines, and who has not entered a session yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.conftest import SignIn
from tests.plans import stage
from tests.plans.stage import County
from trainer.almanac import queries, service
from trainer.almanac.models import AlmanacEntry, AlmanacRule
from trainer.almanac.rules import DayKind, Spell, Yearly, require_yearly
from trainer.core.database import db
from trainer.core.errors import Invalid

NOVEMBER = Yearly(11, 1, 11, 30)
RULE = {"kind": "activity", "name": "代表活动月", "first_month": "11", "first_day": "1"}
RULE |= {"last_month": "11", "last_day": "30"}


@pytest.fixture
def here(app: Flask) -> County:
    """A county with a township, beside another county with rules of its own."""
    other = stage.county("630222")
    service.add_usual_rules(other.congress.id, names=NAMES, by=other.actor)
    return stage.county()


NAMES = {message: f"例：{message}" for _kind, message, *_rest in service.USUAL}


@given(st.dates(date(2001, 1, 1), date(2060, 1, 1)), st.integers(0, 800), st.data())
def test_spans_are_those_of_a_slow_walk(first: date, length: int, data: st.DataObject) -> None:
    last = first + timedelta(length)
    month = st.integers(1, 12)
    span = Yearly(data.draw(month), data.draw(st.integers(1, 28)), data.draw(month), 28)
    found = span.between(first, last)
    for number in range(length + 1):
        day = first + timedelta(number)
        begin, end = (span.first_month, span.first_day), (span.last_month, span.last_day)
        at = (day.month, day.day)
        inside = begin <= at <= end if begin <= end else at >= begin or at <= end
        assert any(a <= day <= b for a, b in found) == inside


def test_the_end_of_a_month_is_its_last_day() -> None:
    assert Yearly(2, 1, 2, 29).in_year(2017) == (date(2017, 2, 1), date(2017, 2, 28))
    with pytest.raises(Invalid):
        require_yearly(Yearly(2, 30, 3, 1), deadline=False)
    with pytest.raises(Invalid):
        require_yearly(Yearly(9, 1, 3, 31), deadline=True)


def test_rules_hold_for_those_below_too(here: County) -> None:
    service.add_usual_rules(here.congress.id, names=NAMES, by=here.actor)
    service.add_usual_rules(here.congress.id, names=NAMES, by=here.actor)  # twice makes no more
    month = Spell(DayKind.ACTIVITY, "例：Deputy Activity Month", *NOVEMBER.in_year(2017))
    for congress in (here.congress, here.township):
        assert queries.spells(congress.id, date(2017, 1, 1), date(2017, 12, 31)) == [month]
    assert queries.days(here.township.id, date(2017, 11, 3), date(2017, 11, 3))[0].activity_month
    assert not queries.days(here.township.id, date(2017, 10, 31), date(2017, 10, 31))[
        0
    ].activity_month


def test_a_deadline_tells_who_has_no_session_yet(here: County) -> None:
    service.add_usual_rules(here.congress.id, names=NAMES, by=here.actor)
    second = factories.congress("630223002", parent=here.congress)
    factories.add(
        AlmanacEntry(
            congress_id=second.id,
            kind=DayKind.CONGRESS,
            name="一次会议",
            first_day=date(2017, 3, 20),
            last_day=date(2017, 3, 20),
        )
    )
    dues = [
        (due.last, [c.code for c in due.missing], due.asked)
        for due in queries.dues(here.congress, 2017)
    ]
    assert dues == [
        (date(2017, 3, 31), ["630223001"], 2),
        (date(2017, 9, 30), ["630223001", "630223002"], 2),
    ]
    assert [due.missing for due in queries.dues(second, 2017)] == [[], [second]]


def test_a_planner_keeps_the_rules(here: County, sign_in: SignIn) -> None:
    client = sign_in(here.planner)
    assert "添加这些常用规则" in client.get("/almanac/2017").text
    assert client.post("/almanac/rules/usual").status_code == 303
    page = client.get("/almanac/2017").text
    assert "1月1日至3月31日召开一次" in page
    assert "尚未录入会期" in page
    client.post("/almanac/rules/new", data={**RULE, "congress": str(here.township.id)})
    rule = db.session.query(AlmanacRule).filter_by(congress_id=here.township.id).one()
    changed = {**RULE, "congress": str(here.township.id), "last_day": "15"}
    client.post(f"/almanac/rules/{rule.id}", data=changed)
    db.session.expire_all()
    assert (rule.name, rule.first_day, rule.last_day, rule.below) == ("代表活动月", 1, 15, False)
    assert client.post(f"/almanac/rules/{rule.id}/delete").status_code == 303
    assert db.session.query(AlmanacRule).filter_by(congress_id=here.township.id).count() == 0


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"name": ""}, "请填写"),
        ({"first_day": "31"}, "该月没有这一天。"),
        ({"last_day": "40"}, "请填写1至31之间的日期。"),
        ({"deadline": "y"}, "只有人代会可以设定召开期限。"),
    ],
)
def test_wrong_rules_are_refused(
    here: County, sign_in: SignIn, entries: dict[str, str], sentence: str
) -> None:
    data = {**RULE, "congress": str(here.congress.id), **entries}
    answer = sign_in(here.planner).post("/almanac/rules/new", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(AlmanacRule).filter_by(congress_id=here.congress.id).count() == 0


def test_another_county_keeps_its_own(here: County, sign_in: SignIn) -> None:
    rule = db.session.query(AlmanacRule).first()
    assert rule is not None
    client = sign_in(here.planner)
    assert client.get(f"/almanac/rules/{rule.id}").status_code == 404
    assert client.post(f"/almanac/rules/{rule.id}/delete").status_code == 404
