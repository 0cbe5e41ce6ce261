"""Personal links handed out as cards, renewed and revoked by those who look after the deputy."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import SECRET, counted_queries
from tests.parallel import at_once
from tests.people.stage import Stage, build, end
from trainer.accounts import service as accounts
from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people.models import Person

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def officer(stage: Stage, sign_in: SignIn) -> FlaskClient:
    """The officer of township A."""
    return sign_in(factories.user(Role.TOWNSHIP_OFFICER, scope=stage.a, name="甲专干"))


def _account(person_id: int) -> User | None:
    found: User | None = db.session.scalar(
        sa.select(User)
        .join(Person, Person.user_id == User.id)
        .where(Person.id == person_id)
        .execution_options(populate_existing=True)
    )
    return found


def _token(person_id: int) -> str | None:
    user = _account(person_id)
    return accounts.link_token(user, SECRET) if user else None


def test_the_first_link_makes_the_account(officer: FlaskClient, stage: Stage) -> None:
    person = stage.chair.id
    answer = officer.post(f"/people/{person}/link")
    user = _account(person)
    assert (answer.status_code, answer.location) == (303, f"/people/{person}/card")
    assert user is not None
    assert (user.role, user.name, user.password_hash, user.link_version, user.link_revoked) == (
        Role.DEPUTY,
        "单小军",
        None,
        1,
        False,
    )
    events = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id))
    assert [(event.verb, event.user_name) for event in events] == [
        ("user.create", "甲专干"),
        ("link.renew", "甲专干"),
    ]


def test_the_card_shows_the_link_as_text_and_code(officer: FlaskClient, stage: Stage) -> None:
    address = f"/people/{stage.chair.id}/card"
    before = officer.get(address).text
    officer.post(f"/people/{stage.chair.id}/link")
    page = officer.get(address).text
    link = f"http://localhost/me/link/{_token(stage.chair.id)}"
    assert ("没有有效链接" in before, "<path" in before) == (True, False)
    assert (f'value="{link}"' in page, page.count("<path"), "?" in link) == (True, 1, False)
    assert [text in page for text in ("单小军", "甲镇", "请勿转借", "style=")] == [
        True,
        True,
        True,
        False,
    ]


def test_without_a_fixed_address_the_visited_one_is_used(
    app: Flask, officer: FlaskClient, stage: Stage
) -> None:
    app.config["BASE_URL"] = ""
    officer.post(f"/people/{stage.chair.id}/link")
    page = officer.get(f"/people/{stage.chair.id}/card").text
    assert f'value="http://localhost/me/link/{_token(stage.chair.id)}"' in page


def test_a_renewed_link_replaces_the_old_one(officer: FlaskClient, stage: Stage) -> None:
    person = stage.chair.id
    tokens = []
    for _ in range(2):
        officer.post(f"/people/{person}/link")
        tokens.append(_token(person) or "")
    user = _account(person)
    assert user is not None
    assert (user.link_version, user.session_version) == (2, 3)
    assert [accounts.user_of_link(token, SECRET) is not None for token in tokens] == [False, True]


def test_a_link_is_revoked_once_and_can_be_issued_again(officer: FlaskClient, stage: Stage) -> None:
    person = stage.chair.id
    codes = [officer.post(f"/people/{person}/link/revoke").status_code]
    officer.post(f"/people/{person}/link")
    old = _token(person) or ""
    codes += [officer.post(f"/people/{person}/link/revoke").status_code for _ in range(2)]
    user = _account(person)
    assert user is not None
    assert (codes, user.link_revoked, _token(person)) == ([409, 303, 409], True, None)
    assert "没有有效链接" in officer.get(f"/people/{person}/card").text
    officer.post(f"/people/{person}/link")
    assert (_token(person) is not None, accounts.user_of_link(old, SECRET)) == (True, None)


def test_planners_too_hand_out_links(stage: Stage, sign_in: SignIn) -> None:
    planner = sign_in(factories.user(Role.PLANNER, scope=stage.county))
    assert planner.post(f"/people/{stage.seat_tb.person_id}/link").status_code == 303
    assert planner.get(f"/people/{stage.seat_tb.person_id}/card").status_code == 200


def test_an_officer_hands_out_no_link_after_the_seat_ended(
    officer: FlaskClient, stage: Stage
) -> None:
    end(stage.seat_ta, date(2017, 5, 10))
    person = stage.seat_ta.person_id
    codes = [
        officer.get(f"/people/{person}/card").status_code,
        officer.post(f"/people/{person}/link").status_code,
        officer.post(f"/people/{person}/link/revoke").status_code,
        officer.get(f"/people/{person}").status_code,
    ]
    assert codes == [404, 404, 404, 200]


def test_links_of_a_delegation_are_issued_where_none_ever_was(
    officer: FlaskClient, stage: Stage
) -> None:
    revoked = factories.person("停用者")
    factories.deputy_user(revoked, link_revoked=True)
    factories.seat(stage.of_a, revoked)
    gone = factories.seat(stage.of_a, factories.person("离任者"))
    end(gone, date(2017, 5, 1))
    factories.seat(stage.of_a, factories.person("将任者"), elected_on=date(2017, 5, 11))
    address = f"/people/cards?delegation={stage.of_a.id}"
    before = html.unescape(officer.get(address).text)
    issued = officer.post("/people/cards", data={"delegation": stage.of_a.id})
    page = officer.get(address).text
    again = officer.post("/people/cards", data={"delegation": stage.of_a.id})
    assert ("2 名代表还没有链接" in before, "没有卡片的代表：停用者" in before) == (True, True)
    assert (issued.status_code, issued.location) == (303, address)
    assert (page.count('class="carry carry-small"'), page.count("<path")) == (2, 2)
    assert [name in page for name in ("李生梅", "单小军", "离任者", "将任者")] == [
        True,
        True,
        False,
        False,
    ]
    assert again.status_code == 303
    versions = [_account(person) for person in (stage.chair.id, stage.seat_ca.person_id)]
    assert [user.link_version if user else None for user in versions] == [1, 1]


def test_cards_cost_the_same_queries_for_any_delegation(officer: FlaskClient, stage: Stage) -> None:
    address = f"/people/cards?delegation={stage.own_a.id}"

    def count() -> int:
        with counted_queries() as statements:
            assert officer.get(address).status_code == 200
        return len(statements)

    factories.deputy_user(stage.chair)
    few = count()
    for _ in range(30):
        person = factories.person()
        factories.deputy_user(person)
        factories.seat(stage.own_a, person)
    assert count() == few


def test_pages_of_cards_say_what_to_do(stage: Stage, sign_in: SignIn) -> None:
    planner = sign_in(factories.user(Role.PLANNER, scope=stage.county))
    end(stage.seat_cu, date(2017, 5, 1))
    pages = [
        planner.get("/people/cards").text,
        planner.get(f"/people/cards?term={stage.past.id}").text,
        planner.get(f"/people/cards?delegation={stage.units.id}").text,
    ]
    assert [
        text in page
        for text, page in zip(
            ("打印哪个代表团", "还没有代表团", "目前没有在任代表"), pages, strict=True
        )
    ] == [True] * 3
    assert planner.post("/people/cards", data={"delegation": "x"}).status_code == 404


def test_links_issued_at_once_leave_one_account(each_app: Flask) -> None:
    """Two clicks, two officers: one account, each link a version of its own."""
    stage = build()
    user = factories.user(Role.TOWNSHIP_OFFICER, scope=stage.a)
    identity, person = user.get_id(), stage.chair.id
    db.session.commit()

    def issue(_number: int) -> int:
        client = each_app.test_client()
        with client.session_transaction(base_url="http://localhost") as session:
            session["_user_id"] = identity
        return client.post(f"/people/{person}/link").status_code

    codes = at_once(6, issue)
    account = _account(person)
    assert account is not None
    assert (set(codes), account.link_version) == ({303}, codes.count(303))
