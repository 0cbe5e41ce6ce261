"""Verbs on personal links: a deputy's account is made with the first one."""

from __future__ import annotations

from collections.abc import Iterable

from trainer.accounts import service as accounts
from trainer.accounts.audit import Actor
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.core.text import noop
from trainer.people import queries, rules
from trainer.people.models import Person


class LinkEnded(Exception):
    """The link was renewed or revoked while it was being used."""


def _locked_account(person: Person) -> User | None:
    """Return the account of a person as it is now; nobody else issues a link meanwhile."""
    db.session.refresh(person, ["user_id", "version"], with_for_update=True)
    if person.user_id is None:
        return None
    return db.session.get_one(User, person.user_id, populate_existing=True, with_for_update=True)


def renew_link(person: Person, *, by: Actor) -> User:
    """Give a person a new personal link; the old one and all devices signed in with it end.

    The deputy's account is made with the first link.
    """
    user = _locked_account(person)
    if user is None:
        user = accounts.create_user(
            login=f"deputy-{person.id}", name=person.name, role=Role.DEPUTY, by=by
        )
        person.user_id = user.id
    accounts.renew_link(user, by=by)
    return user


def revoke_link(person: Person, *, by: Actor) -> None:
    """End the personal link of a person and sign out all devices; doing it twice is refused."""
    user = _locked_account(person)
    if user is None or not user.link_version or user.link_revoked:
        raise Refused(noop("There is no personal link to revoke."))
    accounts.revoke_link(user, by=by)


def without_link(persons: Iterable[Person]) -> list[Person]:
    """Return those of *persons*, loaded with their accounts, who never had a link."""
    return [person for person in persons if person.user is None or not person.user.link_version]


def issue_missing(persons: Iterable[Person], *, by: Actor) -> int:
    """Give a first link to those who never had one; return to how many.

    A revoked link stays revoked: that was somebody's decision.
    """
    without = without_link(persons)
    for person in without:
        renew_link(person, by=by)
    return len(without)


def token_of(person: Person, secret: str) -> str | None:
    """Return the token of the link in force of a person loaded with the account, else None."""
    return accounts.link_token(person.user, secret) if person.user is not None else None


def prove(token: str, *, digits: str, secret: str, address: str) -> User:
    """Return the deputy's account when *digits* end the registered phone number.

    Raises LinkEnded for a token not in force, Refused while locked or without a phone number,
    and Invalid for wrong digits; the caller keeps what a failed try has written.
    """
    user = accounts.user_of_link(token, secret)
    person = queries.person_of(user) if user is not None else None
    if user is None or person is None:
        raise LinkEnded
    expected = rules.phone_digits(person.phone)
    if not expected:
        raise Refused(noop("No phone number is registered for you."))
    accounts.prove_link(user, answer=digits, expected=expected, address=address)
    # The row is locked now: a renewal that came in between has ended this link.
    if accounts.user_of_link(token, secret) is None:
        raise LinkEnded
    return user
