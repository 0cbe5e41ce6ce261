"""The list of participants: who sees whom, filters, confirming several, Excel, query counts."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from tests import factories
from tests.conftest import counted_queries
from tests.enrolment.site import Site, build, flashes, refusals, texts
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.people.models import Delegation, Person, Seat, Term
from trainer.people.rules import Sex

LIST = "//section[@id='list']//tbody/tr"
QUOTAS = "//section[1]//table"


def _names(answer: Any) -> list[str]:
    return texts(answer, f"{LIST}/th/a")


def _filled(app: Flask, **values: Any) -> Site:
    site = build(app, ["李生梅", "祁永福", "马玉兰"], ["赵海燕"], **values)
    seat = db.session.get_one(Seat, site.seats["祁永福"])
    seat.newly_elected = False
    site.nominate("planner", "李生梅", "祁永福")
    site.nominate("planner", "赵海燕")
    return site


def test_a_planner_sees_all_and_the_figures(app: Flask) -> None:
    site = _filled(app)
    page = site.clients["planner"].get(site.url)
    assert _names(page) == ["李生梅", "祁永福", "赵海燕"]
    figures = texts(page, "//p[@class='stat-value']")
    assert figures == ["3/ 50", "4/ 50", "0", "3", "0"]
    rows = texts(page, f"{QUOTAS}/tbody/tr/*[position()<8]")
    assert [rows[0:4], rows[7:11]] == [
        ["威远镇代表团", "3", "2", "1"],
        ["丹麻镇代表团", "1", "1", "已满"],
    ]
    assert texts(page, f"{QUOTAS}/tfoot/tr/*[position()<6]") == ["合计", "4", "3", "1", "2"]


@pytest.mark.parametrize(
    ("who", "names", "seats"),
    [
        ("officer", ["李生梅", "祁永福"], ["3", "2", "1", "—"]),
        ("neighbour", ["赵海燕"], ["1", "1", "0", "—"]),
    ],
)
def test_an_officer_sees_only_the_own_delegation(
    app: Flask, who: str, names: list[str], seats: list[str]
) -> None:
    site = _filled(app)
    client = site.clients[who]
    for query in ("", "?state=all", f"?delegation={site.weiyuan}", f"?delegation={site.danma}"):
        page = client.get(site.url + query)
        assert set(_names(page)) <= set(names)
        assert texts(page, "//p[@class='stat-value']") == seats
        own = "威远镇代表团" if who == "officer" else "丹麻镇代表团"
        other = "丹麻镇代表团" if who == "officer" else "威远镇代表团"
        shown = page.get_data(as_text=True)
        assert (own in shown, other in shown) == (True, False)
    assert _names(client.get(site.url)) == names


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("planner", 200),
        ("auditor", 200),
        ("officer", 404),
        ("stranger", 404),
        ("administrator", 403),
        ("deputy", 403),
    ],
)
def test_who_may_open_a_draft(app: Flask, who: str, status: int) -> None:
    site = build(app, ["李生梅"], status=ClassStatus.DRAFT)
    assert site.clients[who].get(site.url).status_code == status
    assert site.clients[who].get(f"{site.url}.xlsx").status_code == status


def test_a_township_without_seats_reads_that_it_has_none(app: Flask) -> None:
    site = build(app, ["李生梅"], seats=None)
    page = site.clients["officer"].get(site.url)
    assert texts(page, "//div[@class='empty']/h2") == ["本乡镇在本班没有名额"]
    page = site.clients["planner"].get(site.url)
    assert texts(page, "//div[@class='empty']/h2") == ["还没有分配名额"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["李生梅", "祁永福", "赵海燕", "马玉兰"]),
        ("?q=生梅", ["李生梅"]),
        ("?q=13999", []),
        ("?delegation=2", ["赵海燕"]),
        ("?delegation=x", ["李生梅", "祁永福", "赵海燕", "马玉兰"]),
        ("?state=waitlisted", ["马玉兰"]),
        ("?state=withdrawn", ["旧人"]),
        ("?state=all", ["李生梅", "祁永福", "赵海燕", "旧人", "马玉兰"]),
        ("?state=nonsense", ["李生梅", "祁永福", "赵海燕", "马玉兰"]),
        ("?newness=again", ["祁永福"]),
        ("?newness=new&q=马", ["马玉兰"]),
        ("?sort=-name", ["赵海燕", "马玉兰", "祁永福", "李生梅"]),
        ("?sort=nonsense", ["李生梅", "祁永福", "赵海燕", "马玉兰"]),
    ],
)
def test_filters_and_sorting(app: Flask, query: str, names: list[str]) -> None:
    site = build(app, ["李生梅", "祁永福", "旧人", "马玉兰"], ["赵海燕"], seats=2)
    for name, sound in (("李生梅", "a"), ("祁永福", "b"), ("马玉兰", "c"), ("赵海燕", "d")):
        row = db.session.get_one(Seat, site.seats[name])
        db.session.get_one(Person, row.person_id).sort_name = sound
    db.session.get_one(Seat, site.seats["祁永福"]).newly_elected = False
    site.nominate("planner", "旧人")
    number = site.enrolment("旧人")
    site.clients["planner"].post(f"{site.url}/{number}/withdraw", data={"w-reason": "因病"})
    site.nominate("planner", "李生梅", "祁永福", "赵海燕")
    site.nominate("planner", "马玉兰", wait=True)
    shown = _names(site.clients["planner"].get(site.url + query))
    if "sort=-" in query:
        assert shown == names
    else:
        assert sorted(shown) == sorted(names)


def test_those_ticked_are_confirmed_together(app: Flask) -> None:
    site = _filled(app)
    client = site.clients["planner"]
    numbers = [site.enrolment(name) for name in ("李生梅", "赵海燕")]
    answer = client.post(f"{site.url}/confirm", data={"enrolment": numbers})
    assert flashes(answer, client)[-1] == "已确认2名代表。"
    confirmed = {"李生梅": "confirmed", "祁永福": "nominated", "赵海燕": "confirmed"}
    assert site.state() == confirmed
    answer = client.post(f"{site.url}/confirm", data={"enrolment": numbers})
    assert flashes(answer, client) == ["所选代表此前已确认。"]
    assert site.state() == confirmed


def test_one_who_has_left_stops_all_and_the_ticks_stay(app: Flask) -> None:
    site = _filled(app)
    client = site.clients["planner"]
    numbers = [site.enrolment(name) for name in ("李生梅", "祁永福")]
    client.post(f"{site.url}/{numbers[0]}/withdraw", data={"w-reason": "因病"})
    answer = client.post(f"{site.url}/confirm", data={"enrolment": numbers})
    assert answer.status_code == 409
    assert refusals(answer) == ["李生梅已退出本班。如要参加，请重新推荐。"]
    assert texts(answer, f"{LIST}[.//input[@checked]]/th/a") == ["祁永福"]
    assert site.state()["祁永福"] == "nominated"


def test_confirming_nobody_or_strangers(app: Flask) -> None:
    site = _filled(app)
    client = site.clients["planner"]
    answer = client.post(f"{site.url}/confirm")
    assert (answer.status_code, refusals(answer)) == (422, ["请勾选要确认的代表。"])
    number = site.enrolment("李生梅")
    answer = client.post(f"{site.url}/confirm", data={"enrolment": [number, 999]})
    assert answer.status_code == 404
    for who, status in (("officer", 403), ("auditor", 403), ("stranger", 404)):
        answer = site.clients[who].post(f"{site.url}/confirm", data={"enrolment": number})
        assert answer.status_code == status
    assert set(site.state().values()) == {"nominated"}


def test_a_larger_class_offers_to_move_up(app: Flask) -> None:
    site = build(app, ["李生梅", "祁永福"], capacity=1)
    site.nominate("planner", "李生梅", "祁永福", wait=True)
    client = site.clients["planner"]
    offered = "//form[contains(@action, 'move-up')]"
    assert texts(client.get(site.url), offered) == []
    db.session.get_one(TrainingClass, site.class_id).capacity = 2
    assert texts(client.get(site.url), offered) == ["按顺序递补"]
    assert texts(site.clients["officer"].get(site.url), offered) == []
    answer = client.post(f"{site.url}/move-up")
    assert flashes(answer, client)[-1] == "已递补：祁永福。"
    answer = client.post(f"{site.url}/move-up")
    assert flashes(answer, client) == ["候补名单中目前没有可以递补的代表。"]
    assert site.clients["officer"].post(f"{site.url}/move-up").status_code == 403


def _sheet(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return book.get_sheet_by_index(0).to_python()


def test_the_sign_up_list_in_excel(app: Flask) -> None:
    site = _filled(app)
    person = db.session.get_one(Person, db.session.get_one(Seat, site.seats["赵海燕"]).person_id)
    person.post, person.sex, phone = "=1+1", Sex.FEMALE, person.phone
    answer = site.clients["neighbour"].get(f"{site.url}.xlsx")
    assert _sheet(answer) == [
        ["县级人大代表赴外培训班报名表", "", "", "", "", "", "", ""],
        ["序号", "代表团", "姓名", "性别", "民族", "职务", "联系电话", "状态"],
        [1.0, "丹麻镇代表团", "赵海燕", "女", "土族", "=1+1", phone, "已推荐"],
    ]
    rows = _sheet(site.clients["planner"].get(f"{site.url}.xlsx?newness=new&sort=-delegation"))
    assert sorted(row[2] for row in rows[2:]) == ["李生梅", "赵海燕"]


def test_an_auditor_gets_no_phones(app: Flask) -> None:
    site = _filled(app)
    client = site.clients["auditor"]
    rows = _sheet(client.get(f"{site.url}.xlsx"))
    assert rows[1] == ["序号", "代表团", "姓名", "性别", "民族", "职务", "状态"]
    for address in (site.url, f"{site.url}/{site.enrolment('李生梅')}"):
        assert "139" not in client.get(address).get_data(as_text=True)
    assert _names(client.get(f"{site.url}?q=139")) == []


@pytest.mark.parametrize("who", ["planner", "officer", "auditor"])
@pytest.mark.parametrize("path", ["", ".xlsx", "/add", "/seats"])
def test_as_many_queries_for_30_rows_as_for_one(app: Flask, who: str, path: str) -> None:
    site = build(app, ["李生梅"], seats=40)
    site.nominate("planner", "李生梅")
    client = site.clients[who]
    client.get(site.url + path)  # what is read once in a process is read now
    counts = []
    for round_ in range(2):
        with counted_queries() as statements:
            client.get(site.url + path)
        counts.append(len(statements))
        if round_ == 0:
            _add_thirty(site)
    assert counts[0] == counts[1]


def _add_thirty(site: Site) -> None:
    main = db.session.get_one(TrainingClass, site.class_id)
    of = db.session.get_one(Delegation, site.weiyuan)
    for n in range(30):
        factories.enrolment(main, factories.seat(of))
        more = factories.delegation(db.session.get_one(Term, main.term_id), f"团{n}")
        factories.quota(main, more)
        factories.seat(more)
