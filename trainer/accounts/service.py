"""Verbs on accounts: create, sign in, change password, issue and check personal links."""

from __future__ import annotations

import secrets
import string

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from trainer.accounts import rules
from trainer.accounts.audit import Actor, actor_of, audit
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core import clock, tokens
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop

_hasher = PasswordHasher()
# A sign-in with an unknown name costs the same time as one with a wrong password.
_NOBODY = _hasher.hash(secrets.token_hex(8))
LINK_PURPOSE = "link"


def make_password() -> str:
    """Return a random password that fulfils the rules and can be read aloud."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    parts = ["".join(secrets.choice(letters) for _ in range(4)) for _ in range(2)]
    digits = "".join(secrets.choice(string.digits.replace("0", "")) for _ in range(4))
    return f"{parts[0].capitalize()}-{parts[1]}-{digits}"


def create_user(
    *, login: str, name: str, role: Role, password: str | None = None, by: Actor
) -> User:
    """Create an account; staff need a password, deputies must have none.

    Raises Invalid for a weak password or a sign-in name that is taken.
    """
    if role is not Role.DEPUTY:
        fault = rules.password_fault(password or "", login)
        if fault:
            raise Invalid(fault, field="password")
    if db.session.scalar(sa.select(User.id).where(User.login == login)):
        raise Invalid(noop("This sign-in name is taken; choose another."), field="login")
    user = User(
        login=login,
        name=name,
        role=role,
        password_hash=_hasher.hash(password) if password else None,
    )
    db.session.add(user)
    audit("user.create", user, by=by)
    return user


def authenticate(*, login: str, password: str, address: str) -> User:
    """Return the staff account of *login* and *password*; every try is in the audit trail.

    Raises Refused when the pair does not fit or the account is locked or out of use.
    """
    user: User | None = db.session.scalar(
        sa.select(User).where(User.login == login, User.role != Role.DEPUTY).with_for_update()
    )
    now = clock.now()
    if user is not None and rules.is_locked(user.locked_until, now):
        audit("user.sign_in", user, by=actor_of(user, address), after={}, success=False)
        raise Refused(noop("Too many failed tries. Wait five minutes, then try again."))
    if not _password_fits(user, password) or user is None:
        if user is not None:
            user.failures, user.locked_until = rules.after_failure(user.failures, now)
            audit("user.sign_in", user, by=actor_of(user, address), after={}, success=False)
        raise Refused(noop("Sign-in name and password do not fit together."))
    if not user.active:
        raise Refused(noop("This account is out of use. Ask the system administrator."))
    user.failures, user.locked_until, user.last_seen_at = 0, None, now
    audit("user.sign_in", user, by=actor_of(user, address), after={})
    return user


def _password_fits(user: User | None, password: str) -> bool:
    stored = user.password_hash if user is not None else None
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except VerificationError:
        return False


def change_password(user: User, *, present: str, new: str, by: Actor) -> None:
    """Replace the own password and sign out all other sessions of the account."""
    if not _password_fits(user, present):
        raise Invalid(noop("The present password is wrong."), field="present")
    reset_password(user, new=new, by=by)


def reset_password(user: User, *, new: str, by: Actor) -> None:
    """Give a staff account a new password, unlock it, and end its sessions."""
    fault = rules.password_fault(new, user.login)
    if fault:
        raise Invalid(fault, field="new")
    user.password_hash = _hasher.hash(new)
    user.session_version += 1
    user.failures, user.locked_until = 0, None
    audit("user.password", user, by=by)


def set_active(user: User, *, active: bool, by: Actor) -> None:
    """Take an account into or out of use; nobody locks themselves out."""
    if user.id == by.user_id and not active:
        raise Refused(noop("You cannot take your own account out of use."))
    user.active = active
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
        raise Refused(noop("Too many failed tries. Wait five minutes, then try again."))
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
