"""Verbs on accounts: create, sign in, change password, issue and check personal links."""

from __future__ import annotations

import os
import secrets
import threading
from datetime import datetime

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trainer.accounts import rules
from trainer.accounts.audit import Actor, actor_of, audit, changes
from trainer.accounts.models import User
from trainer.accounts.rules import Role, SignInFault
from trainer.core import clock, tokens
from trainer.core.database import db, reading
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop

_hasher = PasswordHasher()
# Each hash takes 64 MiB and four threads: a flood of sign-ins waits here, holding no connection
# and no lock, and leaves the processor to those who work.
_hashing = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) // 4))
# A sign-in with an unknown name costs the same time as one with a wrong password.
_NOBODY = _hasher.hash(secrets.token_hex(8))
_WRONG = noop("Sign-in name and password do not fit together.")
_LOCKED = noop("Too many failed tries. Wait five minutes, then try again.")
_TAKEN = noop("This sign-in name is taken; choose another.")
_REFUSALS = {
    SignInFault.LOCKED: _LOCKED,
    SignInFault.WRONG_PASSWORD: _WRONG,
    SignInFault.OUT_OF_USE: noop("This account is out of use. Ask the system administrator."),
}
LINK_PURPOSE = "link"


def make_password() -> str:
    """Return a random password that fulfils the rules and can be read aloud."""
    syllables = [secrets.choice("bdfghjkmnprstvz") + secrets.choice("aeiou") for _ in range(5)]
    digits = "".join(secrets.choice("23456789") for _ in range(4))
    return f"{''.join(syllables[:2]).capitalize()}-{''.join(syllables[2:])}-{digits}"


def hashed(password: str) -> str:
    """Return the argon2id hash of *password* (RFC 9106)."""
    with _hashing:
        return _hasher.hash(password)


def _fits(password: str, stored: str | None) -> bool:
    """Tell whether *stored* is the hash of *password*, taking as long when there is none."""
    try:
        with _hashing:
            return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def _check_login(login: str, *, but: int | None = None) -> None:
    fault = rules.login_fault(login)
    if fault:
        raise Invalid(fault, field="login")
    if db.session.scalar(sa.select(User.id).where(User.login == login, User.id != (but or 0))):
        raise Invalid(_TAKEN, field="login")


def create_user(
    *,
    login: str,
    name: str,
    role: Role,
    password: str | None = None,
    must_change_password: bool = False,
    by: Actor,
) -> User:
    """Create an account; staff need a password, deputies must have none.

    Raises Invalid for a weak password or a sign-in name that is malformed or taken.
    """
    login = login.lower()
    _check_login(login)
    if role is not Role.DEPUTY:
        fault = rules.password_fault(password or "", login)
        if fault:
            raise Invalid(fault, field="password")
    user = User(
        login=login,
        name=name,
        role=role,
        password_hash=hashed(password) if password else None,
        must_change_password=must_change_password,
    )
    _insert(user)
    audit("user.create", user, by=by, after={"login": login, "name": name, "role": role.value})
    return user


def _insert(user: User) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except sa.exc.IntegrityError as error:  # somebody took the name since we looked
        raise Invalid(_TAKEN, field="login") from error


def change_user(user: User, *, login: str, name: str, role: Role, by: Actor) -> None:
    """Change who a staff account is for; recorded, but not yet flushed.

    Raises Invalid for a sign-in name that is malformed or taken, Refused for the own role and
    between deputies and staff.
    """
    login = login.lower()
    _check_login(login, but=user.id)
    if role is not user.role and Role.DEPUTY in (role, user.role):
        raise Refused(noop("A deputy's account cannot become a staff account, nor the reverse."))
    if role is not user.role and user.id == by.user_id:
        raise Refused(noop("You cannot change your own role."))
    user.login, user.name, user.role = login, name, role


def authenticate(*, login: str, password: str, address: str) -> User:
    """Return the staff account of *login* and *password*; every try is in the audit trail.

    The password is verified before the transaction begins to write, for on SQLite a writer
    keeps all others waiting. What was typed as an unknown name is not kept: it is often a
    password in the wrong field.
    Raises Refused when the pair does not fit or the account is locked or out of use.
    """
    found = _credentials(login.lower())
    stored = found.password_hash if found else None
    fits = _fits(password, stored)
    renewed = hashed(password) if fits and _hasher.check_needs_rehash(str(stored)) else None
    if found is None:
        by, reason = Actor(None, "", None, address), {"reason": SignInFault.UNKNOWN_NAME.value}
        audit("user.sign_in", User, by=by, after=reason, success=False)
        raise Refused(_WRONG)
    user = db.session.get_one(User, found.id, with_for_update=True, populate_existing=True)
    by, now = actor_of(user, address), clock.now()
    fault = _count_try(user, fits=fits and user.password_hash == stored, now=now)
    if fault:
        audit("user.sign_in", user, by=by, after={"reason": fault.value}, success=False)
        raise Refused(_REFUSALS[fault])
    user.password_hash, user.last_seen_at = renewed or stored, now
    audit("user.sign_in", user, by=by, after={})
    return user


def _credentials(login: str) -> sa.Row[int, str | None] | None:
    """Read on a connection of its own that holds nothing afterwards."""
    with reading(), db.engine.connect() as connection:
        return connection.execute(
            sa.select(User.id, User.password_hash).where(
                User.login == login, User.role != Role.DEPUTY
            )
        ).one_or_none()


def _count_try(user: User, *, fits: bool, now: datetime) -> SignInFault | None:
    """Count a try on the locked row of *user*; return what is wrong with it."""
    if rules.is_locked(user.locked_until, now):
        return SignInFault.LOCKED
    if not fits:
        user.failures, user.locked_until = rules.after_failure(user.failures, now)
        return SignInFault.WRONG_PASSWORD
    if not user.active:
        return SignInFault.OUT_OF_USE
    user.failures, user.locked_until = 0, None
    return None


def sign_out(user: User, *, by: Actor) -> None:
    """End the session; a staff account's everywhere, so that no copy of a cookie lives on."""
    if user.role is not Role.DEPUTY:
        user.session_version += 1
    audit("user.sign_out", user, by=by, after={})


def change_settings(
    user: User, *, locale: str | None = None, large_type: bool | None = None, by: Actor
) -> None:
    """Keep the account's language (``zh`` or ``en``) and type size; None leaves it as it is."""
    if locale not in (None, user.locale):
        user.locale = str(locale)
    if large_type not in (None, user.large_type):
        user.large_type = bool(large_type)
    before, after = changes(user)
    if after:
        audit("user.settings", user, by=by, before=before, after=after)


def change_password(user: User, *, present: str, new: str, by: Actor) -> None:
    """Replace the own password and sign out all other sessions of the account.

    Raises Invalid for a wrong present password (recorded) or a new one that is weak or the same.
    """
    if not _fits(present, user.password_hash):
        reason = {"reason": SignInFault.WRONG_PASSWORD.value}
        audit("user.password", user, by=by, after=reason, success=False)
        raise Invalid(noop("The present password is wrong."), field="present")
    if new == present:
        raise Invalid(noop("This is the present password; choose another."), field="new")
    _set_password(user, new, must_change=False, by=by)


def reset_password(user: User, *, new: str, by: Actor) -> None:
    """Give a staff account a password that must be changed; unlock it, and end its sessions."""
    if user.role is Role.DEPUTY:
        raise Refused(noop("Deputies have a personal link instead of a password."))
    _set_password(user, new, must_change=True, by=by)


def _set_password(user: User, new: str, *, must_change: bool, by: Actor) -> None:
    fault = rules.password_fault(new, user.login)
    if fault:
        raise Invalid(fault, field="new")
    user.password_hash, user.must_change_password = hashed(new), must_change
    user.session_version += 1
    user.failures, user.locked_until = 0, None
    audit("user.password", user, by=by)


def set_active(user: User, *, active: bool, by: Actor) -> None:
    """Take an account into or out of use; nobody locks themselves out."""
    if user.id == by.user_id and not active:
        raise Refused(noop("You cannot take your own account out of use."))
    if user.active == active:
        return
    user.active = active
    user.failures, user.locked_until = 0, None
    user.session_version += 1
    audit("user.activate" if active else "user.deactivate", user, by=by)


def renew_link(user: User, *, by: Actor) -> None:
    """Give a deputy's account a new personal link; the old one and all devices end."""
    user.link_version += 1
    user.link_revoked = False
    user.link_failures, user.failures, user.locked_until = 0, 0, None
    user.session_version += 1
    audit("link.renew", user, by=by)


def revoke_link(user: User, *, by: Actor) -> None:
    """End a deputy's personal link and sign out all devices."""
    user.link_revoked = True
    user.session_version += 1
    audit("link.revoke", user, by=by)


def link_token(user: User, secret: str) -> str | None:
    """Return the token of the personal link in force, None when there is none."""
    if not user.link_version or user.link_revoked:
        return None
    return tokens.make(secret, LINK_PURPOSE, user.id, user.link_version)


def user_of_link(token: str, secret: str) -> User | None:
    """Return the account whose personal link in force has *token*."""
    found = tokens.read(secret, LINK_PURPOSE, token)
    user = db.session.get(User, found[0]) if found else None
    if user is None or found is None or not user.active or user.link_revoked:
        return None
    return user if user.link_version == found[1] else None


def prove_link(user: User, *, answer: str, expected: str, address: str) -> None:
    """Check the four digits that a new device must give; tries are limited.

    Raises Refused while locked or when the link must be renewed, Invalid for wrong digits.
    """
    db.session.refresh(user, with_for_update=True)
    by, now = actor_of(user, address), clock.now()
    if user.link_failures >= rules.LINK_FAILURES_BEFORE_RENEWAL:
        raise Refused(
            noop("This link was tried too often. Ask your township officer for a new one.")
        )
    if rules.is_locked(user.locked_until, now):
        raise Refused(_LOCKED)
    if not expected or not secrets.compare_digest(answer.encode(), expected.encode()):
        user.failures, user.locked_until = rules.after_failure(user.failures, now)
        user.link_failures += 1
        audit("link.prove", user, by=by, after={}, success=False)
        raise Invalid(
            noop("These are not the last four digits of the registered phone number."),
            field="digits",
        )
    user.failures, user.link_failures, user.locked_until, user.last_seen_at = 0, 0, None, now
    audit("link.prove", user, by=by, after={})
