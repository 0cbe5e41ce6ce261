"""Roles, passwords and lock-out: pure decisions."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from trainer.core.text import Labelled, noop

MINIMUM_PASSWORD_LENGTH = 8
MAXIMUM_PASSWORD_LENGTH = 128
FAILURES_BEFORE_LOCK = 5  # GB/T 22239-2019 level 2 as counties apply it
LOCK_TIME = timedelta(minutes=5)
LINK_FAILURES_BEFORE_RENEWAL = 10  # four digits: 10 of 10,000 guesses, then staff must renew
_KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


class Role(Labelled):
    """What an account is for; one account has one role, so that duties stay apart."""

    PLANNER = "planner", noop("Planner")
    TOWNSHIP_OFFICER = "township_officer", noop("Township officer")
    ADMINISTRATOR = "administrator", noop("System administrator")
    AUDITOR = "auditor", noop("Auditor")
    DEPUTY = "deputy", noop("Deputy")


class AccountState(Labelled):
    """Whether an account can be used now."""

    ACTIVE = "active", noop("In use")
    LOCKED = "locked", noop("Locked for some minutes")
    ENDED = "ended", noop("Out of use")


class SignInFault(Labelled):
    """Why a sign-in failed, as the audit trail keeps it (the user is told less)."""

    UNKNOWN_NAME = "unknown_name", noop("Unknown sign-in name")
    WRONG_PASSWORD = "wrong_password", noop("Wrong password")
    LOCKED = "locked", noop("Locked after failed tries")
    OUT_OF_USE = "out_of_use", noop("Account out of use")


STAFF = frozenset(Role) - {Role.DEPUTY}
EVERYONE = frozenset(Role)


def account_state(*, active: bool, locked_until: datetime | None, now: datetime) -> AccountState:
    """Return whether an account can be used at *now*."""
    if not active:
        return AccountState.ENDED
    return AccountState.LOCKED if is_locked(locked_until, now) else AccountState.ACTIVE


def login_fault(login: str) -> str | None:
    """Return why *login* cannot be a sign-in name, or None."""
    if re.fullmatch(r"[\w.\-]{2,60}", login):
        return None
    return noop("Use 2 to 60 letters, digits, dots, dashes or underscores, without spaces.")


def password_fault(password: str, login: str = "") -> str | None:
    """Return why *password* is too weak, or None (at least 8 characters of at least 3 kinds)."""
    if len(password) < MINIMUM_PASSWORD_LENGTH:
        return noop("The password needs at least 8 characters.")
    if len(password) > MAXIMUM_PASSWORD_LENGTH:
        return noop("The password may have at most 128 characters.")
    if sum(bool(re.search(kind, password)) for kind in _KINDS) < 3:
        return noop(
            "The password needs three of: small letters, capital letters, digits, other signs."
        )
    if len(login) >= 3 and login.lower() in password.lower():
        return noop("The password must not contain the sign-in name.")
    return None


def is_locked(locked_until: datetime | None, now: datetime) -> bool:
    """Tell whether an account is locked at *now*."""
    return locked_until is not None and now < locked_until


def after_failure(failures: int, now: datetime) -> tuple[int, datetime | None]:
    """Return the new count of failures and the end of the lock that it brings, if any."""
    failures += 1
    if failures % FAILURES_BEFORE_LOCK == 0:
        return failures, now + LOCK_TIME
    return failures, None
