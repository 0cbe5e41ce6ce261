"""Sharing the places among the delegations."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from lxml import html

from tests import factories
from tests.enrolment.site import Site, build, flashes, refusals, texts
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.enrolment import queries
from trainer.people.models import Congress, Delegation

NAMES = ("威远镇代表团", "丹麻镇代表团")


def _stored(site: Site) -> list[int]:
    with site.app.app_context():
        main = db.session.get_one(TrainingClass, site.class_id)
        return [line.seats for line in queries.entitled(main)]


def _fields(answer: Any) -> dict[str, str]:
    """Return the values of the form as a browser would send them."""
    tree = html.fromstring(answer.get_data(as_text=True))
    inputs = tree.xpath("//form[@data-guard]//input[@name]")
    return {each.get("name"): each.get("value") or "" for each in inputs}


def _save(site: Site, seats: tuple[object, object], who: str = "planner", **values: str) -> Any:
    page = site.clients["planner"].get(f"{site.url}/seats")
    data = {
        **_fields(page),
        f"seats-{site.weiyuan}": str(seats[0]),
        f"seats-{site.danma}": str(seats[1]),
        **values,
    }
    return site.clients[who].post(f"{site.url}/seats", data=data)


def test_seats_are_saved(app: Flask) -> None:
    site = build(app, ["李生梅"], seats=None)
    answer = _save(site, (5, "４"))
    assert flashes(answer, site.clients["planner"]) == ["名额已保存。"]
    assert _stored(site) == [5, 4]
    assert flashes(_save(site, (5, 4)), site.clients["planner"]) == ["名额已保存。"]
    _save(site, (5, ""))
    assert _stored(site) == [5, 0]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("x", "请填写整数，例如 50。"),
        ("-1", "请填写0至999的数字。"),
        ("1000", "请填写0至999的数字。"),
        ("1.5", "请填写整数，例如 50。"),
    ],
)
def test_wrong_numbers_stand_beside_their_field(app: Flask, typed: str, sentence: str) -> None:
    site = build(app, ["李生梅"], seats=None)
    answer = _save(site, (typed, 2))
    assert answer.status_code == 422
    assert texts(answer, "//p[@class='field-error']") == [sentence]
    fields = _fields(answer)
    assert (fields[f"seats-{site.weiyuan}"], fields[f"seats-{site.danma}"]) == (typed, "2")
    assert _stored(site) == [0, 0]


def test_not_below_what_is_taken(app: Flask) -> None:
    site = build(app, ["李生梅", "祁永福"])
    site.nominate("planner", "李生梅", "祁永福")
    answer = _save(site, (1, 9))
    assert answer.status_code == 422
    assert texts(answer, "//p[@class='field-error']") == ["威远镇代表团已用2个名额，不能再少。"]
    assert _fields(answer)[f"seats-{site.danma}"] == "9"
    assert _stored(site) == [3, 1]


def test_the_second_of_two_planners_sees_the_difference_and_loses_nothing(app: Flask) -> None:
    site = build(app, ["李生梅"], seats=None)
    client = site.clients["planner"]
    opened = _fields(client.get(f"{site.url}/seats"))
    _save(site, (5, 4))
    mine = {**opened, f"seats-{site.weiyuan}": "7", f"seats-{site.danma}": "4"}
    answer = client.post(f"{site.url}/seats", data=mine)
    assert answer.status_code == 409
    assert texts(answer, "//div[@class='conflict']//tbody//*[self::th or self::td]") == [
        "威远镇代表团",
        "5",
        "7",
    ]
    assert _stored(site) == [5, 4]
    shown = _fields(answer)
    assert shown[f"seats-{site.weiyuan}"] == "7"
    assert client.post(f"{site.url}/seats", data={**shown, "reload": "1"}).status_code == 303
    assert _stored(site) == [5, 4]
    client.post(f"{site.url}/seats", data={**mine, "force": "1"})
    assert _stored(site) == [7, 4]


def test_a_suggestion_is_shown_with_its_steps_and_not_saved(app: Flask) -> None:
    site = build(app, [f"甲{n}" for n in range(7)], [f"乙{n}" for n in range(4)], capacity=5)
    answer = site.clients["planner"].get(f"{site.url}/seats?suggest=own")
    assert texts(answer, "//tbody/tr/*[not(.//input)]") == [
        *("威远镇代表团", "7", "3.18", "3", "0.18", "–", "–"),
        *("丹麻镇代表团", "4", "1.82", "1", "0.82", "+1", "–"),
    ]
    assert [_fields(answer)[f"seats-{n}"] for n in (site.weiyuan, site.danma)] == ["3", "2"]
    assert _stored(site) == [3, 1]


def test_a_suggestion_keeps_what_is_taken(app: Flask) -> None:
    people = ["李生梅", "祁永福", "马玉兰"]
    site = build(app, people, [f"乙{n}" for n in range(40)], capacity=10)
    site.nominate("planner", *people)
    answer = site.clients["planner"].get(f"{site.url}/seats?suggest=own")
    assert texts(answer, "//tbody/tr[1]/*[not(.//input)]") == [
        *("威远镇代表团", "3", "–", "按已用名额", "3")
    ]
    assert [_fields(answer)[f"seats-{n}"] for n in (site.weiyuan, site.danma)] == ["3", "7"]


def test_township_congresses_stand_apart_and_get_what_is_left(app: Flask) -> None:
    site = build(app, ["李生梅"], capacity=10)
    unit = db.session.get_one(Delegation, site.weiyuan).unit_id
    township = db.session.get_one(Congress, unit)
    below = factories.delegation(factories.term(township), "威远镇人大代表")
    for _ in range(30):
        factories.seat(below)
    number = below.id
    client = site.clients["planner"]
    page = client.get(f"{site.url}/seats?suggest=below")
    assert texts(page, "//h2[.='下级人大代表团']") == ["下级人大代表团"]
    assert _fields(page)[f"seats-{number}"] == "6"
    client.post(f"{site.url}/seats", data=_fields(page))
    assert _stored(site) == [3, 1, 6]
    officer = texts(site.clients["officer"].get(site.url), "//section[1]//tbody/tr/th")
    assert officer == ["威远镇代表团", "威远镇人大代表"]


@pytest.mark.parametrize("who", ["officer", "neighbour", "auditor", "administrator", "deputy"])
def test_only_planners_set_seats(app: Flask, who: str) -> None:
    site = build(app, ["李生梅"])
    assert site.clients[who].get(f"{site.url}/seats").status_code == 403
    assert _save(site, (9, 9), who).status_code == 403
    assert _stored(site) == [3, 1]


def test_a_planner_of_another_county_finds_nothing(app: Flask) -> None:
    site = build(app, ["李生梅"])
    assert site.clients["stranger"].get(f"{site.url}/seats").status_code == 404
    assert _save(site, (9, 9), "stranger").status_code == 404
    assert _stored(site) == [3, 1]


def test_not_when_the_class_is_over(app: Flask) -> None:
    site = build(app, ["李生梅"], status=ClassStatus.FINISHED)
    answer = _save(site, (9, 9))
    assert answer.status_code == 409
    assert refusals(answer) == ["班次已结束，人员名单不再更改。"]
    assert _stored(site) == [3, 1]
