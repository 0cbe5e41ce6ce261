"""Passwords, sign-in names and lock-out: pure decisions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trainer.accounts import rules
from trainer.accounts.rules import AccountState

NOW = datetime(2017, 6, 5, 1, 0, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("password", "login", "fault"),
    [
        ("Good-pass-1", "planner", None),
        ("goodpass1!", "", None),
        ("Aa1-Aa1", "", "The password needs at least 8 characters."),
        ("", "", "The password needs at least 8 characters."),
        ("Aa1-" * 32, "", None),
        ("Aa1-" * 32 + "x", "", "The password may have at most 128 characters."),
        (
            "goodpass1",
            "",
            "The password needs three of: small letters, capital letters, digits, other signs.",
        ),
        ("My-Planner-1", "planner", "The password must not contain the sign-in name."),
        ("Ligood-pass-1", "li", None),  # two letters are no give-away
        ("密码-Password", "", None),
    ],
)
def test_password_fault(password: str, login: str, fault: str | None) -> None:
    assert rules.password_fault(password, login) == fault


@pytest.mark.parametrize("login", ["li", "wang.fang", "张三", "a_b-1", "x" * 60])
def test_a_sign_in_name_may_be(login: str) -> None:
    assert rules.login_fault(login) is None


@pytest.mark.parametrize("login", ["", "x", "wang fang", "a/b", "x" * 61, "li\n"])
def test_a_sign_in_name_may_not_be(login: str) -> None:
    assert rules.login_fault(login) is not None


def test_every_fifth_failure_locks_for_five_minutes() -> None:
    locked, failures, ends = [], 0, None
    for _ in range(11):
        failures, ends = rules.after_failure(failures, NOW)
        locked.append(ends)
    end = NOW + timedelta(minutes=5)
    assert locked == [None] * 4 + [end] + [None] * 4 + [end] + [None]


@pytest.mark.parametrize(
    ("active", "locked_until", "state"),
    [
        (True, None, AccountState.ACTIVE),
        (True, EARLIER, AccountState.ACTIVE),
        (True, NOW, AccountState.ACTIVE),
        (True, LATER, AccountState.LOCKED),
        (False, LATER, AccountState.ENDED),
        (False, None, AccountState.ENDED),
    ],
)
def test_state_of_an_account(
    active: bool, locked_until: datetime | None, state: AccountState
) -> None:
    assert rules.account_state(active=active, locked_until=locked_until, now=NOW) is state
