"""The administrator makes, changes, resets and ends accounts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import factories
from tests.accounts.stage import PASSWORD, account, events
from tests.parallel import at_once
from trainer.accounts import service
from trainer.accounts.audit import SYSTEM
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.people import officers
from trainer.people.models import Congress

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def county(app: Flask) -> Congress:
    return factories.congress(name="互助县人大", short_name="互助县")


@pytest.fixture
def township(county: Congress) -> Congress:
    return factories.congress("630223001", parent=county, name="威远镇人大")


@pytest.fixture
def me(county: Congress) -> User:
    return account(Role.ADMINISTRATOR, name="管理员", login="admin")


@pytest.fixture
def client(sign_in: SignIn, me: User) -> FlaskClient:
    return sign_in(me)


def _entries(congress: Congress | None, **values: str) -> dict[str, str]:
    place = str(congress.id) if congress else ""
    return {"name": "张三", "login": "zhang", "role": "planner", "congress": place, **values}


def _shown_password(page: str) -> str:
    found = re.search(r'id="password" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _facts(login: str) -> tuple[str, Role, str | None]:
    user = db.session.query(User).filter_by(login=login).one()
    congress = officers.congress_of(user.id)
    return user.name, user.role, congress.name if congress else None


def _wrong(page: str) -> list[str]:
    return [name for name in _entries(None) if f'id="{name}-error"' in page]


def test_a_new_account_signs_in_with_the_password_shown_once(
    client: FlaskClient, county: Congress, app: Flask
) -> None:
    answer = client.post("/accounts/new", data=_entries(county, login="Zhang"))
    password = _shown_password(answer.text)
    assert _facts("zhang") == ("张三", Role.PLANNER, "互助县人大")
    newcomer = app.test_client()
    newcomer.post("/sign-in", data={"login": "zhang", "password": password})
    assert newcomer.get("/").location == "/settings"
    assert events("user.create") == [
        ("user.create", "管理员", True, {"login": "zhang", "name": "张三", "role": "planner"})
    ]
    assert events("user.scope") == [("user.scope", "管理员", True, {"scope": "互助县人大"})]
    user = db.session.query(User).filter_by(login="zhang").one()
    assert password not in client.get(f"/accounts/{user.id}").text


def test_an_administrator_works_for_no_congress(client: FlaskClient, county: Congress) -> None:
    client.post("/accounts/new", data=_entries(county, role="administrator"))
    assert _facts("zhang") == ("张三", Role.ADMINISTRATOR, None)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "很" * 61}, ["name"]),
        ({"login": ""}, ["login"]),
        ({"login": "zhang san"}, ["login"]),
        ({"login": "ADMIN"}, ["login"]),
        ({"role": "deputy"}, ["role"]),
        ({"role": ""}, ["role"]),
        ({"congress": ""}, ["congress"]),
        ({"congress": "999"}, ["congress"]),
        ({"role": "township_officer"}, ["congress"]),
    ],
)
def test_a_wrong_entry_is_refused_beside_its_field(
    client: FlaskClient, county: Congress, values: dict[str, str], wrong: list[str]
) -> None:
    answer = client.post("/accounts/new", data=_entries(county) | values)
    assert (answer.status_code, _wrong(answer.text)) == (422, wrong)
    assert "张三" in answer.text or "name" in values  # what was typed is kept
    assert db.session.query(User).count() == 1


def test_an_auditor_works_for_more_than_a_township(client: FlaskClient, township: Congress) -> None:
    answer = client.post("/accounts/new", data=_entries(township, role="auditor"))
    assert (answer.status_code, _wrong(answer.text)) == (422, ["congress"])


def test_of_two_accounts_of_one_name_at_once_one_is_made(each_app: Flask) -> None:
    county = factories.congress()
    boss = account(Role.ADMINISTRATOR)
    identity, entries = boss.get_id(), _entries(county)
    db.session.commit()  # a transaction of ours would keep them all waiting

    def create(_number: int) -> int:
        client = each_app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = identity
        return client.post("/accounts/new", data=entries).status_code

    assert sorted(at_once(8, create)) == [200] + [422] * 7
    assert db.session.query(User).filter_by(login="zhang").count() == 1


def test_an_account_is_changed_as_one_event(
    client: FlaskClient, county: Congress, township: Congress
) -> None:
    user = account(Role.PLANNER, name="张三", login="zhang", scope=county)
    noise = account(Role.PLANNER, name="李四", login="li", scope=county)
    entries = _entries(township, name="张三丰", role="township_officer")
    answer = client.post(f"/accounts/{user.id}", data=entries)
    assert (answer.status_code, answer.location) == (303, f"/accounts/{user.id}")
    assert _facts("zhang") == ("张三丰", Role.TOWNSHIP_OFFICER, "威远镇人大")
    assert _facts(noise.login) == ("李四", Role.PLANNER, "互助县人大")
    assert events() == [
        (
            "user.change",
            "管理员",
            True,
            {"name": "张三丰", "role": "township_officer", "scope": "威远镇人大"},
        )
    ]
    client.post(f"/accounts/{user.id}", data=entries)  # twice: nothing more to record
    assert len(events()) == 1


def test_the_own_role_stays(client: FlaskClient, county: Congress, me: User) -> None:
    answer = client.post(f"/accounts/{me.id}", data=_entries(county, login="admin"))
    assert (answer.status_code, "不能修改自己的角色" in answer.text) == (422, True)
    assert _facts("admin") == ("管理员", Role.ADMINISTRATOR, None)


def test_a_taken_name_is_refused_when_changing(client: FlaskClient, county: Congress) -> None:
    user = account(Role.PLANNER, login="zhang", scope=county)
    answer = client.post(f"/accounts/{user.id}", data=_entries(county, login="admin"))
    assert (answer.status_code, _wrong(answer.text)) == (422, ["login"])


def test_a_deputys_account_becomes_no_staff_account(client: FlaskClient, county: Congress) -> None:
    deputy = factories.deputy_user(factories.person("王代表"), login="wang")
    page = client.get(f"/accounts/{deputy.id}").text
    assert ('name="role"' in page, "王代表" in page) == (False, True)
    assert client.post(f"/accounts/{deputy.id}", data=_entries(county)).status_code == 422
    assert client.post(f"/accounts/{deputy.id}/password").status_code == 409
    with pytest.raises(Refused):
        service.reset_password(deputy, new=PASSWORD, by=SYSTEM)


def test_a_reset_password_ends_the_old_one_and_every_session(
    client: FlaskClient, sign_in: SignIn, app: Flask
) -> None:
    user = account(login="zhang")
    theirs = sign_in(user)
    answer = client.post(f"/accounts/{user.id}/password")
    shown = _shown_password(answer.text)
    assert (answer.status_code, theirs.get("/").status_code) == (200, 303)
    with pytest.raises(Refused):
        service.authenticate(login="zhang", password=PASSWORD, address="")
    service.authenticate(login="zhang", password=shown, address="")
    db.session.refresh(user)
    assert user.must_change_password is True


def test_an_account_goes_out_of_use_and_back(client: FlaskClient, sign_in: SignIn) -> None:
    user = account(login="zhang", name="张三")
    theirs = sign_in(user)
    for _ in range(2):  # twice is once
        answer = client.post(f"/accounts/{user.id}/active", data={"active": "0"})
        assert (answer.status_code, answer.location) == (303, f"/accounts/{user.id}")
    assert theirs.get("/").status_code == 303
    with pytest.raises(Refused):
        service.authenticate(login="zhang", password=PASSWORD, address="")
    client.post(f"/accounts/{user.id}/active", data={"active": "1"})
    service.authenticate(login="zhang", password=PASSWORD, address="")
    assert [verb for verb, *_ in events() if verb != "user.sign_in"] == [
        "user.deactivate",
        "user.activate",
    ]


def test_nobody_puts_themselves_out_of_use(client: FlaskClient, me: User) -> None:
    answer = client.post(f"/accounts/{me.id}/active", data={"active": "0"})
    assert (answer.status_code, me.active) == (409, True)
    assert "停用" not in client.get(f"/accounts/{me.id}").text.partition("<main")[2]


@pytest.mark.parametrize("path", ["/accounts/99", "/accounts/99/password", "/accounts/99/active"])
def test_an_unknown_account_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.post(path).status_code == 404
