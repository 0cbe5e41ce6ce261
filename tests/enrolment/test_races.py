"""Many at the same moment: seats and places are never exceeded, on SQLite and on PostgreSQL."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from threading import Barrier
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tests import factories
from tests.enrolment.site import Site, build, refusals
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.enrolment.models import Enrolment, EnrolmentStep, SeatQuota
from trainer.people.models import Delegation, Term

CROWD = 32
Request = tuple[str, str, dict[str, Any]]  # who, address, what is sent


def _together(site: Site, requests: list[Request]) -> list[Any]:
    """Send all *requests* at the same moment, each from a browser of its own."""
    browsers = [site.browser(who) for who, *_ in requests]
    start = Barrier(len(requests))

    def send(n: int) -> Any:
        _who, address, data = requests[n]
        start.wait()
        return browsers[n].post(address, data=data)

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(send, range(len(requests))))


def _statuses(answers: list[Any]) -> dict[int, int]:
    return dict(Counter(answer.status_code for answer in answers))


def _names(count: int) -> list[str]:
    return [f"代表{n:02}" for n in range(count)]


def _nominations(site: Site, names: list[str], *, wait: bool = False) -> list[Request]:
    return [
        (("officer", "planner")[n % 2], f"{site.url}/add", site.ticks(name, wait=wait))
        for n, name in enumerate(names)
    ]


def _books_are_right(site: Site) -> None:
    """Counters equal the counted rows, nothing is exceeded, each row has its last step."""
    with site.app.app_context():
        held = [row for row in db.session.scalars(sa.select(Enrolment)) if row.status.holds_seat]
        classes = Counter(row.class_id for row in held)
        seats = Counter((row.class_id, row.delegation_id) for row in held)
        for one in db.session.scalars(sa.select(TrainingClass)):
            assert one.taken == classes[one.id] <= one.capacity
        for quota in db.session.scalars(sa.select(SeatQuota)):
            assert quota.taken == seats[quota.class_id, quota.delegation_id] <= quota.seats
        for row in db.session.scalars(sa.select(Enrolment)):
            last = (
                sa.select(EnrolmentStep.status)
                .where(EnrolmentStep.enrolment_id == row.id)
                .order_by(EnrolmentStep.id.desc())
                .limit(1)
            )
            assert db.session.scalar(last) is row.status


@contextmanager
def _outside(site: Site) -> Iterator[TrainingClass]:
    """Change things before the race, in a transaction that ends."""
    with site.app.app_context():
        yield db.session.get_one(TrainingClass, site.class_id)
        db.session.commit()


def test_one_of_32_gets_the_last_seat_and_31_are_told(each_app: Flask) -> None:
    names = _names(CROWD)
    site = build(each_app, names, seats=1)
    answers = _together(site, _nominations(site, names))
    assert _statuses(answers) == {303: 1, 409: CROWD - 1}
    told = [refusals(answer) for answer in answers if answer.status_code == 409]
    assert told == [["威远镇代表团在本班有1个名额，已用1个，没有空余。"]] * (CROWD - 1)
    assert list(site.state().values()) == ["nominated"]
    assert site.taken() == (1, {"威远镇代表团": 1, "丹麻镇代表团": 0})
    _books_are_right(site)


def test_one_of_32_gets_the_last_place_of_the_class(each_app: Flask) -> None:
    site = build(each_app, [], capacity=1)
    with _outside(site) as main:
        term = db.session.get_one(Term, main.term_id)
        for name in _names(CROWD):
            of = factories.delegation(term, f"{name}团")
            factories.quota(main, of, seats=1)
            site.seats[name] = factories.seat(of).id
    requests = [("planner", f"{site.url}/add", site.ticks(name)) for name in _names(CROWD)]
    answers = _together(site, requests)
    assert _statuses(answers) == {303: 1, 409: CROWD - 1}
    told = [refusals(answer) for answer in answers if answer.status_code == 409]
    assert told == [["本班人数上限1，已报1人，没有空余。"]] * (CROWD - 1)
    assert site.taken()[0] == 1
    _books_are_right(site)


def test_with_the_waiting_list_31_wait(each_app: Flask) -> None:
    names = _names(CROWD)
    site = build(each_app, names, seats=1)
    answers = _together(site, _nominations(site, names, wait=True))
    assert _statuses(answers) == {303: CROWD}
    assert Counter(site.state().values()) == {"nominated": 1, "waitlisted": CROWD - 1}
    _books_are_right(site)


def test_a_double_click_makes_one_row(each_app: Flask) -> None:
    site = build(each_app, ["李生梅"])
    answers = _together(site, _nominations(site, ["李生梅"] * 8))
    assert _statuses(answers) == {303: 8}
    assert site.state() == {"李生梅": "nominated"}
    with site.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(EnrolmentStep.id))) == 1
    _books_are_right(site)


def test_all_withdraw_while_others_wait(each_app: Flask) -> None:
    held, waiting = _names(8), [f"候补{n}" for n in range(8)]
    site = build(each_app, held + waiting, seats=8)
    site.nominate("planner", *held)
    site.nominate("planner", *waiting, wait=True)
    requests: list[Request] = [
        ("officer", f"{site.url}/{site.enrolment(name)}/withdraw", {"w-reason": "因病"})
        for name in held
    ]
    requests += [("planner", f"{site.url}/move-up", {})] * 4
    assert _statuses(_together(site, requests)) == {303: 12}
    state = site.state()
    assert {state[name] for name in held} == {"withdrawn"}
    assert {state[name] for name in waiting} == {"nominated"}
    _books_are_right(site)


def test_a_replacement_while_others_nominate(each_app: Flask) -> None:
    names = ["旧人", "新人", *_names(14)]
    site = build(each_app, names, seats=1)
    site.nominate("officer", "旧人")
    replace: Request = (
        "officer",
        f"{site.url}/{site.enrolment('旧人')}/replace",
        {"r-reason": "因病", "r-seat": site.seats["新人"]},
    )
    answers = _together(site, [replace, replace, *_nominations(site, names[2:])])
    assert [answer.status_code for answer in answers] == [303, 303, *[409] * 14]
    assert site.state() == {"旧人": "replaced", "新人": "nominated"}
    _books_are_right(site)


def test_nobody_gets_on_two_classes_of_the_same_days(each_app: Flask) -> None:
    names = _names(8)
    site = build(each_app, names, seats=8)
    with _outside(site) as main:
        days: dict[str, Any] = {"first_day": date(2017, 6, 9), "last_day": date(2017, 6, 12)}
        term = db.session.get_one(Term, main.term_id)
        other = factories.training_class(term, name="另一班", **days)
        factories.quota(other, db.session.get_one(Delegation, site.weiyuan), seats=8)
        address = f"/classes/{other.id}/participants/add"
    requests = _nominations(site, names)
    requests += [("planner", address, site.ticks(name)) for name in names]
    assert _statuses(_together(site, requests)) == {303: 8, 409: 8}
    with site.app.app_context():
        people = db.session.scalars(sa.select(Enrolment.person_id)).all()
        assert len(people) == len(set(people)) == 8
    _books_are_right(site)


def test_seats_are_cut_while_they_are_taken(each_app: Flask) -> None:
    names = _names(12)
    site = build(each_app, names, seats=12)
    page = site.clients["planner"].get(f"{site.url}/seats").get_data(as_text=True)
    assert f"seats-{site.weiyuan}" in page
    cut: Request = (
        "planner",
        f"{site.url}/seats",
        {f"seats-{site.weiyuan}": "6", f"seats-{site.danma}": "1", "force": "1"},
    )
    answers = _together(site, [*_nominations(site, names), cut])
    assert set(_statuses(answers)) <= {303, 409, 422}
    _books_are_right(site)


def test_a_storm_of_everything_ends_with_the_books_right(each_app: Flask) -> None:
    names, rounds = _names(12), 4
    site = build(each_app, names, seats=5, capacity=5)
    with _outside(site) as main:
        other = factories.training_class(db.session.get_one(Term, main.term_id), name="另一班")
        other.capacity = 4
        factories.quota(other, db.session.get_one(Delegation, site.weiyuan), seats=6)
        addresses = [site.url, f"/classes/{other.id}/participants"]
    chance = random.Random(2017)
    for _ in range(rounds):
        answers = _together(site, [_anything(site, addresses, chance) for _ in range(24)])
        assert set(_statuses(answers)) <= {303, 404, 409, 422}
        _books_are_right(site)
    with site.app.app_context():
        rows = db.session.scalars(sa.select(Enrolment)).all()
        most = Counter(row.person_id for row in rows if row.status.holds_seat)
        assert set(most.values()) <= {1}


def _anything(site: Site, addresses: list[str], chance: random.Random) -> Request:
    """Return some request of an officer or planner, sensible or not."""
    address, name = chance.choice(addresses), chance.choice(list(site.seats))
    number, who = chance.randint(1, 14), chance.choice(["planner", "officer"])
    several = chance.sample(list(site.seats), 3)
    kinds: list[Callable[[], Request]] = [
        lambda: (who, f"{address}/add", site.ticks(name)),
        lambda: (who, f"{address}/add", site.ticks(*several, wait=True)),
        lambda: (who, f"{address}/{number}/withdraw", {"w-reason": "因病"}),
        lambda: ("planner", f"{address}/{number}/decline", {"d-reason": "因病"}),
        lambda: ("planner", f"{address}/confirm", {"enrolment": number}),
        lambda: ("planner", f"{address}/move-up", {}),
        lambda: (
            who,
            f"{address}/{number}/replace",
            {"r-reason": "因病", "r-seat": site.seats[name]},
        ),
    ]
    return chance.choice(kinds)()
