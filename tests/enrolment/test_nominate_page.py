"""Nominating from the tick list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from tests import factories
from tests.enrolment.conftest import NOW
from tests.enrolment.site import build, flashes, refusals, texts
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.people.models import Delegation, Person, Seat, Term

TICKS = "//tr[@class='tick']"


def _ticks(answer: object) -> list[tuple[str, bool]]:
    """Return names and whether they can be ticked."""
    names = texts(answer, f"{TICKS}/th")
    can = [bool(texts(answer, f"({TICKS})[{n + 1}]//label")) for n in range(len(names))]
    return list(zip(names, can, strict=True))


@pytest.mark.parametrize("who", ["planner", "officer"])
def test_those_ticked_are_nominated(app: Flask, who: str) -> None:
    site = build(app, ["李生梅", "祁永福", "马玉兰"], ["赵海燕"])
    answer = site.nominate(who, "李生梅", "祁永福")
    assert flashes(answer, site.clients[who]) == ["已推荐2名代表。"]
    assert site.state() == {"李生梅": "nominated", "祁永福": "nominated"}
    assert site.taken() == (2, {"威远镇代表团": 2, "丹麻镇代表团": 0})


def test_a_second_click_is_answered_calmly(app: Flask) -> None:
    site = build(app, ["李生梅"])
    site.nominate("officer", "李生梅")
    answer = site.nominate("officer", "李生梅")
    client = site.clients["officer"]
    assert flashes(answer, client) == ["已推荐1名代表。", "已在名单中：李生梅。"]
    assert site.taken()[0] == 1


def test_too_many_are_refused_and_the_ticks_stay(app: Flask) -> None:
    site = build(app, ["李生梅", "祁永福", "马玉兰"], seats=2)
    answer = site.nominate("officer", "李生梅", "祁永福", "马玉兰")
    assert answer.status_code == 409
    assert refusals(answer) == ["威远镇代表团在本班有2个名额，已用2个，没有空余。"]
    ticked = texts(answer, f"{TICKS}[.//input[@checked]]//label")
    assert sorted(ticked) == ["李生梅", "祁永福", "马玉兰"]
    assert (site.state(), site.taken()[0]) == ({}, 0)


def test_with_the_waiting_list_the_rest_waits(app: Flask) -> None:
    site = build(app, ["李生梅", "祁永福", "马玉兰"], seats=1)
    answer = site.nominate("officer", "李生梅", "祁永福", "马玉兰", wait=True)
    assert flashes(answer, site.clients["officer"]) == [
        "已推荐1名代表。",
        "已列入候补：祁永福、马玉兰。",
    ]
    assert site.state() == {"李生梅": "nominated", "祁永福": "waitlisted", "马玉兰": "waitlisted"}


def test_nobody_ticked(app: Flask) -> None:
    site = build(app, ["李生梅"])
    answer = site.nominate("officer")
    assert (answer.status_code, refusals(answer)) == (422, ["请至少勾选一名代表。"])


@pytest.mark.parametrize("who", ["neighbour", "stranger"])
def test_another_townships_deputy_cannot_be_nominated_whatever_is_typed(
    app: Flask, who: str
) -> None:
    site = build(app, ["李生梅"], ["赵海燕"])
    for number in (None, site.weiyuan, site.danma):
        assert site.nominate(who, "李生梅", delegation=number).status_code == 404
    if who == "neighbour":
        assert site.nominate(who, "赵海燕", "李生梅").status_code == 404
    assert site.nominate(who, delegation=site.weiyuan).status_code == 404
    assert site.clients[who].get(f"{site.url}/add?delegation={site.weiyuan}").status_code == 404
    assert site.state() == {}


@pytest.mark.parametrize("seat", ["0", "-1", "99999", "x", "", "1e3", "９９９９９"])
def test_what_is_no_seat(app: Flask, seat: str) -> None:
    site = build(app, ["李生梅"])
    answer = site.clients["officer"].post(f"{site.url}/add", data={"seat": seat})
    assert answer.status_code in (404, 422)
    assert site.state() == {}


@pytest.mark.parametrize("who", ["auditor", "administrator", "deputy"])
def test_others_may_not_nominate(app: Flask, who: str) -> None:
    site = build(app, ["李生梅"])
    assert site.nominate(who, "李生梅").status_code == 403
    assert site.clients[who].get(f"{site.url}/add").status_code == 403
    assert site.state() == {}


def test_a_draft_is_no_class_to_an_officer(app: Flask) -> None:
    site = build(app, ["李生梅"], status=ClassStatus.DRAFT)
    assert site.nominate("officer", "李生梅").status_code == 404
    assert site.nominate("planner", "李生梅").status_code == 303


def test_after_the_day_an_officer_is_told_so(app: Flask) -> None:
    site = build(app, ["李生梅"], nominate_by=date(2017, 5, 9))
    answer = site.nominate("officer", "李生梅")
    assert answer.status_code == 409
    assert refusals(answer) == ["报名已于2017-05-09截止，请与主办方联系。"]
    page = site.clients["officer"].get(site.url)
    assert texts(page, "//div[contains(@class, 'callout')]//p") == [
        "报名已于2017-05-09截止，请与主办方联系。"
    ]
    assert _ticks(page) == []
    assert site.nominate("planner", "李生梅").status_code == 303


def test_an_officer_cannot_change_a_class_that_has_begun(
    app: Flask, may_2017: time_machine.Traveller
) -> None:
    site = build(app, ["李生梅"])
    may_2017.move_to(NOW + timedelta(days=26))
    answer = site.nominate("officer", "李生梅")
    assert answer.status_code == 409
    assert refusals(answer) == ["班次已经开班，如需调整名单，请与主办方联系。"]


def test_the_tick_list_has_newly_elected_first_and_says_who_is_engaged(app: Flask) -> None:
    site = build(app, ["在班", "新任甲"], seats=3)
    site.nominate("planner", "在班")
    of = db.session.get_one(Delegation, site.weiyuan)
    factories.seat(of, factories.person("连任", sort_name="a"), newly_elected=False)
    busy = factories.seat(of, factories.person("他班", sort_name="zz"))
    gone = {"ended_on": date(2017, 1, 1), "end_reason": "moved"}
    factories.seat(of, factories.person("离任"), **gone)
    main = db.session.get_one(TrainingClass, site.class_id)
    other = factories.training_class(db.session.get_one(Term, main.term_id), name="另一班")
    factories.quota(other, of)
    factories.enrolment(other, busy)
    page = site.clients["officer"].get(site.url)
    assert _ticks(page) == [
        ("在班 新任代表", False),
        ("新任甲 新任代表", True),
        ("他班 新任代表", False),
        ("连任", True),
    ]
    assert texts(page, f"{TICKS}/td[last()]") == ["已推荐", "", "已在“另一班”", ""]


def test_the_other_seat_of_a_chair_shows_as_taken(app: Flask) -> None:
    site = build(app, ["张主席"])
    first = db.session.get_one(Seat, site.seats["张主席"])
    second = factories.seat(
        db.session.get_one(Delegation, site.danma),
        db.session.get_one(Person, first.person_id),
    )
    number = second.id
    site.nominate("officer", "张主席")
    page = site.clients["neighbour"].get(site.url)
    assert _ticks(page) == [("张主席 新任代表", False)]
    site.seats["又"] = number
    answer = site.nominate("neighbour", "又")
    assert answer.status_code == 409
    assert refusals(answer) == ["张主席已由威远镇代表团推荐到本班，一人只占一个名额。"]


def test_the_planner_chooses_the_delegation(app: Flask) -> None:
    site = build(app, ["李生梅"], ["赵海燕"])
    client = site.clients["planner"]
    assert _ticks(client.get(f"{site.url}/add")) == [("李生梅 新任代表", True)]
    page = client.get(f"{site.url}/add?delegation={site.danma}")
    assert _ticks(page) == [("赵海燕 新任代表", True)]
    assert client.get(f"{site.url}/add?delegation=999").status_code == 404


def test_a_refusal_shows_what_is_saved_not_what_was_tried(app: Flask) -> None:
    site = build(app, ["李生梅", "祁永福"], seats=1)
    answer = site.nominate("planner", "李生梅", "祁永福")
    assert _ticks(answer) == [("李生梅 新任代表", True), ("祁永福 新任代表", True)]
    assert site.taken()[0] == 0
