"""The personal link on a device: known devices pass, new ones give four digits, tries are few."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import SECRET, make_app
from tests.parallel import at_once
from tests.people.stage import Stage, build
from trainer.accounts import service as accounts
from trainer.accounts.audit import SYSTEM
from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people.models import Person

SignIn = Callable[[User], FlaskClient]
DIGITS = "0001"  # the chair's number ends so


@pytest.fixture
def address(stage: Stage) -> str:
    """The chair's link."""
    return _address(factories.deputy_user(stage.chair))


def _address(user: User) -> str:
    return f"/me/link/{accounts.link_token(user, SECRET)}"


def _user() -> User:
    found = sa.select(User).filter_by(role=Role.DEPUTY).execution_options(populate_existing=True)
    return db.session.scalars(found).one()


def _tries(client: FlaskClient, address: str, count: int, digits: str = "9999") -> list[int]:
    return [client.post(address, data={"digits": digits}).status_code for _ in range(count)]


def test_a_new_device_is_asked_once(client: FlaskClient, address: str) -> None:
    page = client.get(address)
    assert (page.status_code, "单××" in page.text, "单小军" in page.text) == (200, True, False)
    assert "请联系甲镇人大办公室" in page.text
    answer = client.post(address, data={"digits": "０００１"})
    again = client.get(address)
    assert [(each.status_code, each.location) for each in (answer, again)] == [(303, "/me/")] * 2
    assert _user().last_seen_at is not None


def test_the_device_is_remembered_without_its_session(client: FlaskClient, address: str) -> None:
    client.post(address, data={"digits": DIGITS})
    client.delete_cookie("trainer")
    assert client.get(address).location == "/me/"


def test_answers_are_private(client: FlaskClient, address: str) -> None:
    answers = [
        client.get(address),
        client.post(address, data={"digits": "9999"}),
        client.get("/me/link/1-1-" + "a" * 32),
        client.post(address, data={"digits": DIGITS}),
        client.get(address),
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 404, 303, 303]
    names = ("Referrer-Policy", "X-Robots-Tag", "Cache-Control")
    assert {tuple(answer.headers[name] for name in names) for answer in answers} == {
        ("no-referrer", "noindex, nofollow", "no-store")
    }


@pytest.mark.parametrize("token", ["", "x", "1-1-" + "a" * 32, "99-1-" + "a" * 32])
def test_unknown_links_lead_to_the_township(client: FlaskClient, token: str, stage: Stage) -> None:
    factories.user()
    answer = client.get(f"/me/link/{token}")
    assert answer.status_code == 404
    assert ("请向乡镇人大办公室索取新链接" in answer.text) == bool(token)


def test_a_link_of_the_version_before_is_gone(client: FlaskClient, address: str) -> None:
    _user().link_version += 1
    assert [client.get(address).status_code, *_tries(client, address, 1, DIGITS)] == [404, 404]


def test_an_account_out_of_use_has_no_link(client: FlaskClient, address: str) -> None:
    _user().active = False
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("digits", ["", "12", "12345", "abcd", "١٢٣٤"])
def test_what_is_no_four_digits_is_no_try(client: FlaskClient, address: str, digits: str) -> None:
    answer = client.post(address, data={"digits": digits})
    assert (answer.status_code, _user().link_failures) == (422, 0)


def test_a_wrong_try_is_kept_and_explained(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data={"digits": "9999"})
    user = _user()
    assert (answer.status_code, "与登记手机号的后四位不符" in answer.text) == (422, True)
    assert (user.link_failures, user.failures, user.last_seen_at) == (1, 1, None)
    event = db.session.scalars(sa.select(AuditEvent)).one()
    assert (event.verb, event.success, event.address) == ("link.prove", False, "127.0.0.1")


def test_five_wrong_tries_lock_for_five_minutes(
    client: FlaskClient, address: str, may_2017: time_machine.Traveller
) -> None:
    assert _tries(client, address, 5) == [422] * 5
    locked = client.post(address, data={"digits": DIGITS})
    assert (locked.status_code, _user().link_failures) == (422, 5)
    assert "五分钟" in locked.text or "5分钟" in locked.text or "5 分钟" in locked.text
    may_2017.shift(5 * 60)
    assert client.post(address, data={"digits": DIGITS}).location == "/me/"
    assert (_user().link_failures, _user().failures) == (0, 0)


def test_ten_wrong_tries_need_a_new_link(
    client: FlaskClient, address: str, stage: Stage, may_2017: time_machine.Traveller
) -> None:
    _tries(client, address, 5)
    may_2017.shift(5 * 60)
    _tries(client, address, 5)
    may_2017.shift(24 * 60 * 60)
    right = client.post(address, data={"digits": DIGITS})
    page = client.get(address).text
    assert (right.status_code, _user().link_failures) == (422, 10)
    assert ("请向甲镇人大办公室索取新卡片" in page, 'name="digits"' in page) == (True, False)
    user = _user()
    accounts.renew_link(user, by=SYSTEM)
    new = _address(user)
    assert [client.get(address).status_code, client.get(new).status_code] == [404, 200]
    assert client.post(new, data={"digits": DIGITS}).location == "/me/"


def test_without_a_phone_nobody_can_prove(client: FlaskClient, address: str, stage: Stage) -> None:
    db.session.get_one(Person, stage.chair.id).phone = None
    page = client.get(address)
    answer = client.post(address, data={"digits": "0000"})
    assert ("没有登记您的手机号码" in page.text, 'name="digits"' in page.text) == (True, False)
    assert (answer.status_code, _user().link_failures) == (422, 0)


def test_staff_become_the_deputy_only_by_the_digits(
    address: str, stage: Stage, sign_in: SignIn
) -> None:
    planner = sign_in(factories.user(Role.PLANNER, scope=stage.county))
    assert planner.get(address).status_code == 200
    assert planner.post(address, data={"digits": DIGITS}).location == "/me/"
    assert planner.get("/people/").status_code == 403


@pytest.mark.parametrize("end", ["link", "link/revoke"])
def test_renewing_or_revoking_signs_out_all_devices(
    app: Flask, address: str, stage: Stage, sign_in: SignIn, end: str
) -> None:
    devices = [app.test_client() for _ in range(2)]
    for device in devices:
        device.post(address, data={"digits": DIGITS})
    devices[1].delete_cookie("trainer")  # this one has the device cookie alone
    officer = sign_in(factories.user(Role.TOWNSHIP_OFFICER, scope=stage.a))
    assert officer.post(f"/people/{stage.chair.id}/{end}").status_code == 303
    answers = [device.get("/") for device in devices]
    assert [answer.location.partition("?")[0] for answer in answers] == ["/sign-in"] * 2
    assert [device.get(address).status_code for device in devices] == [404, 404]


def test_a_link_renewed_during_the_try_opens_nothing(
    client: FlaskClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved = accounts.prove_link

    def renew_first(user: User, **given: str) -> None:
        user.link_version += 1
        db.session.flush()
        proved(user, **given)

    monkeypatch.setattr(accounts, "prove_link", renew_first)
    answer = client.post(address, data={"digits": DIGITS})
    assert (answer.status_code, client.get("/").status_code) == (404, 303)


def test_parallel_tries_never_exceed_the_limits(
    each_app: Flask, may_2017: time_machine.Traveller
) -> None:
    """32 wrong tries at once count five times, later 32 more ten times in all, then never."""
    stage = build()
    address = _address(factories.deputy_user(stage.chair))
    db.session.commit()

    def attempt(_number: int) -> int:
        return each_app.test_client().post(address, data={"digits": "9999"}).status_code

    counts = []
    for _ in range(3):
        assert set(at_once(32, attempt)) == {422}
        counts.append(_user().link_failures)
        db.session.commit()
        may_2017.shift(6 * 60)
    trail = db.session.scalar(
        sa.select(sa.func.count()).select_from(AuditEvent).filter_by(verb="link.prove")
    )
    assert (counts, trail) == ([5, 10, 10], 10)


def test_guessing_is_slowed_down_by_address(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'limited.sqlite'}", RATELIMIT_ENABLED=True)
    client = app.test_client()
    codes = [client.get("/me/link/1-1-" + "a" * 32).status_code for _ in range(31)]
    assert codes == [404] * 30 + [429]
