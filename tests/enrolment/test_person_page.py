"""The page of one enrolment: history, confirming, leaving, replacing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.enrolment.conftest import NOW
from tests.enrolment.site import Site, build, flashes, refusals, texts

ACTIONS = "//div[@class='toolbar']//summary | //div[@class='toolbar']/form/button"


def _post(site: Site, who: str, name: str, verb: str, **data: Any) -> Any:
    return site.clients[who].post(f"{site.url}/{site.enrolment(name)}/{verb}", data=data)


def _page(site: Site, who: str, name: str) -> Any:
    return site.clients[who].get(f"{site.url}/{site.enrolment(name)}")


def test_the_history_can_be_read(app: Flask, may_2017: time_machine.Traveller) -> None:
    site = build(app, ["李生梅", "祁永福", "马玉兰"], seats=1)
    site.nominate("officer", "李生梅")
    site.nominate("officer", "祁永福", wait=True)
    may_2017.move_to(NOW + timedelta(days=1))
    _post(site, "officer", "李生梅", "withdraw", **{"w-reason": "因病"})
    _post(site, "planner", "祁永福", "replace", **{
        "r-reason": "公务冲突", "r-seat": site.seats["马玉兰"]
    })  # fmt: skip
    rows = "//table/tbody/tr/*[position()<4]"
    assert texts(_page(site, "auditor", "祁永福"), rows) == [
        *("由马玉兰替换", "公务冲突", "2017年5月11日 10:00"),
        *("由候补递补", "–", "2017年5月11日 10:00"),
        *("候补", "–", "2017年5月10日 10:00"),
    ]
    assert texts(_page(site, "auditor", "马玉兰"), rows) == [
        *("替换祁永福，已推荐", "–", "2017年5月11日 10:00")
    ]


@pytest.mark.parametrize(
    ("who", "actions"),
    [
        ("planner", ["确认参加", "替换", "退出", "标为不参加"]),
        ("officer", ["替换", "退出"]),
        ("auditor", []),
    ],
)
def test_each_role_sees_what_it_may_do(app: Flask, who: str, actions: list[str]) -> None:
    site = build(app, ["李生梅"])
    site.nominate("officer", "李生梅")
    assert texts(_page(site, who, "李生梅"), ACTIONS) == actions


def test_after_the_day_an_officer_may_still_withdraw(
    app: Flask, may_2017: time_machine.Traveller
) -> None:
    site = build(app, ["李生梅", "祁永福"], nominate_by=date(2017, 5, 10))
    site.nominate("officer", "李生梅")
    may_2017.move_to(NOW + timedelta(days=1))
    assert texts(_page(site, "officer", "李生梅"), ACTIONS) == ["退出"]
    data = {"r-reason": "因病", "r-seat": site.seats["祁永福"]}
    answer = _post(site, "officer", "李生梅", "replace", **data)
    assert answer.status_code == 409
    assert refusals(answer) == ["报名已于2017-05-10截止，请与主办方联系。"]
    may_2017.move_to(NOW + timedelta(days=26))
    assert texts(_page(site, "officer", "李生梅"), ACTIONS) == []
    answer = _post(site, "officer", "李生梅", "withdraw", **{"w-reason": "因病"})
    assert answer.status_code == 409
    assert site.state() == {"李生梅": "nominated"}


@pytest.mark.parametrize(
    ("verb", "field", "state", "sentence"),
    [
        ("withdraw", "w-reason", "withdrawn", "李生梅已退出。"),
        ("decline", "d-reason", "declined", "李生梅已标为不参加。"),
    ],
)
def test_leaving_twice_is_answered_calmly(
    app: Flask, verb: str, field: str, state: str, sentence: str
) -> None:
    site = build(app, ["李生梅"])
    site.nominate("officer", "李生梅")
    for _ in range(2):
        answer = _post(site, "planner", "李生梅", verb, **{field: "因病"})
        assert flashes(answer, site.clients["planner"])[-1] == sentence
        assert (site.state(), site.taken()[0]) == ({"李生梅": state}, 0)


@pytest.mark.parametrize(
    ("verb", "field"), [("withdraw", "w-reason"), ("decline", "d-reason"), ("replace", "r-reason")]
)
@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("  ", "请填写原因。"), ("长" * 201, "请缩短到 200 字以内。")],
)
def test_a_wrong_reason_stays_typed_with_a_sentence(
    app: Flask, verb: str, field: str, reason: str, sentence: str
) -> None:
    site = build(app, ["李生梅", "祁永福"])
    site.nominate("officer", "李生梅")
    data = {field: reason, "r-seat": site.seats["祁永福"]}
    answer = _post(site, "planner", "李生梅", verb, **data)
    assert answer.status_code == 422
    errors = texts(answer, "//details[@open]//p[@class='field-error']")
    assert len(errors) == 1
    assert errors == [sentence] or len(reason) > 200
    assert (reason.strip() in answer.get_data(as_text=True)) is True
    assert site.state() == {"李生梅": "nominated"}


def test_replacing_twice_is_answered_calmly(app: Flask) -> None:
    site = build(app, ["李生梅", "祁永福"], seats=1)
    site.nominate("officer", "李生梅")
    data = {"r-reason": "因病", "r-seat": site.seats["祁永福"]}
    for _ in range(2):
        answer = _post(site, "officer", "李生梅", "replace", **data)
        assert flashes(answer, site.clients["officer"])[-1] == "已由祁永福替换李生梅。"
        assert site.state() == {"李生梅": "replaced", "祁永福": "nominated"}
    assert site.taken() == (1, {"威远镇代表团": 1, "丹麻镇代表团": 0})


def test_only_free_deputies_of_the_delegation_are_offered(app: Flask) -> None:
    site = build(app, ["李生梅", "祁永福", "马玉兰"], ["赵海燕"])
    site.nominate("planner", "李生梅", "马玉兰")
    offered = texts(_page(site, "planner", "李生梅"), "//select[@name='r-seat']/option")
    assert offered == ["请选择代表…", "祁永福 · 新任代表"]
    for seat in (site.seats["赵海燕"], "", "x", 999):
        data = {"r-reason": "因病", "r-seat": seat}
        answer = _post(site, "planner", "李生梅", "replace", **data)
        assert answer.status_code == 422
        assert texts(answer, "//p[@class='field-error']") == ["请选择一项。"]
    data = {"r-reason": "因病", "r-seat": site.seats["马玉兰"]}
    answer = _post(site, "planner", "李生梅", "replace", **data)
    assert (answer.status_code, refusals(answer)) == (409, ["马玉兰已在本班名单中。"])


@pytest.mark.parametrize("who", ["neighbour", "stranger", "administrator", "deputy"])
def test_whoever_does_not_look_after_the_deputy_finds_nothing(app: Flask, who: str) -> None:
    site = build(app, ["李生梅", "祁永福"])
    site.nominate("officer", "李生梅")
    expected = 403 if who in ("administrator", "deputy") else 404
    assert _page(site, who, "李生梅").status_code == expected
    for verb in ("withdraw", "decline", "replace"):
        data = {f"{verb[0]}-reason": "因病", "r-seat": site.seats["祁永福"]}
        answer = _post(site, who, "李生梅", verb, **data)
        assert answer.status_code == (403 if who == "neighbour" and verb == "decline" else expected)
    assert site.state() == {"李生梅": "nominated"}


@pytest.mark.parametrize(
    ("who", "verbs"), [("officer", ["decline"]), ("auditor", ["decline", "withdraw", "replace"])]
)
def test_who_may_only_look_or_withdraw(app: Flask, who: str, verbs: list[str]) -> None:
    site = build(app, ["李生梅"])
    site.nominate("officer", "李生梅")
    for verb in verbs:
        data = {f"{verb[0]}-reason": "因病"}
        assert _post(site, who, "李生梅", verb, **data).status_code == 403
    assert site.state() == {"李生梅": "nominated"}


def test_an_enrolment_of_another_class_is_not_here(app: Flask) -> None:
    site = build(app, ["李生梅"])
    site.nominate("officer", "李生梅")
    number = site.enrolment("李生梅")
    for address in (f"/classes/999/participants/{number}", f"{site.url}/{number + 1}"):
        assert site.clients["planner"].get(address).status_code == 404
