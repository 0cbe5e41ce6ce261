"""Staff accounts with the congress whose subtree they work in: appoint, change, list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from trainer.accounts import service
from trainer.accounts.audit import Actor, audit, changes
from trainer.accounts.models import User
from trainer.accounts.queries import any_user
from trainer.accounts.rules import Role
from trainer.core.database import db, lock_table
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.people.models import Congress, Scope, Term
from trainer.people.rules import Level


def scope_fault(role: Role, level: Level | None) -> str | None:
    """Return why an account of *role* cannot work in a congress of *level*, or None.

    A system administrator sees no business data and works in none; township officers work in a
    township; who audits sees the trail of all, so never only a township.
    """
    if role is Role.ADMINISTRATOR:
        return None
    if level is None:
        return noop("Choose the congress this account works for.")
    if role is Role.TOWNSHIP_OFFICER and level is not Level.TOWNSHIP:
        return noop("A township officer works for a township congress; choose one.")
    if role is Role.AUDITOR and level is Level.TOWNSHIP:
        return noop("An auditor works for the county or a higher congress; choose one.")
    return None


def congress_of(user_id: int) -> Congress | None:
    """Return the congress in whose subtree an account works."""
    return db.session.scalar(
        sa.select(Congress).join(Scope, Scope.congress_id == Congress.id).filter_by(user_id=user_id)
    )


def congresses_of(users: Iterable[User]) -> dict[int, str]:
    """Return the short names of the congresses in which *users* work, by account."""
    rows = db.session.execute(
        sa.select(Scope.user_id, Congress.short_name)
        .join(Congress, Scope.congress_id == Congress.id)
        .where(Scope.user_id.in_([user.id for user in users]))
    )
    return {row.user_id: row.short_name for row in rows}


def officers_of(congress_ids: Iterable[int | None]) -> dict[int, list[str]]:
    """Return the names of the active officers of townships, by congress; one statement."""
    rows = db.session.execute(
        sa.select(Scope.congress_id, User.name)
        .join(User, Scope.user_id == User.id)
        .where(
            Scope.congress_id.in_({each for each in congress_ids if each is not None}),
            User.role == Role.TOWNSHIP_OFFICER,
            User.active.is_(True),
        )
        .order_by(User.id)
    )
    found: dict[int, list[str]] = {}
    for congress_id, name in rows:
        found.setdefault(congress_id, []).append(name)
    return found


def all_congresses() -> list[Congress]:
    """Return every congress by name and place, for those who hand out accounts."""
    return list(db.session.scalars(sa.select(Congress).order_by(Congress.path)))


def appoint(
    *,
    login: str,
    name: str,
    role: Role,
    congress: Congress | None,
    password: str,
    must_change_password: bool = False,
    by: Actor,
) -> User:
    """Create a staff account that works in the subtree of *congress*.

    Raises Invalid for what `create_user` refuses and for a congress that does not suit the role.
    """
    _check_scope(role, congress)
    user = service.create_user(
        login=login,
        name=name,
        role=role,
        password=password,
        must_change_password=must_change_password,
        by=by,
    )
    place = _set_scope(user, None if role is Role.ADMINISTRATOR else congress)
    if place:
        audit("user.scope", user, by=by, before={}, after=place[1])
    return user


def change(
    user: User, *, login: str, name: str, role: Role, congress: Congress | None, by: Actor
) -> None:
    """Change a staff account: sign-in name, name, role and congress, as one event.

    Raises what `change_user` refuses, and Invalid for a congress that does not suit the role.
    """
    _check_scope(role, congress)
    service.change_user(user, login=login, name=name, role=role, by=by)
    before, after = changes(user)
    place = _set_scope(user, None if role is Role.ADMINISTRATOR else congress)
    if place:
        before, after = before | place[0], after | place[1]
    if before != after:
        audit("user.change", user, by=by, before=before, after=after)


def _check_scope(role: Role, congress: Congress | None) -> None:
    fault = scope_fault(role, congress.level if congress else None)
    if fault:
        raise Invalid(fault, field="congress")


def _set_scope(
    user: User, congress: Congress | None
) -> tuple[dict[str, str], dict[str, str]] | None:
    """Let *user* work in *congress*; return the names before and after when that is new."""
    present = congress_of(user.id)
    if present == congress:
        return None
    if present is not None:
        db.session.delete(db.session.get_one(Scope, user.id))
        db.session.flush()
    if congress is not None:
        db.session.add(Scope(user_id=user.id, congress_id=congress.id))
    db.session.flush()
    return (
        {"scope": present.name} if present else {},
        {"scope": congress.name} if congress else {},
    )


@dataclass(frozen=True)
class FirstAccount:
    """An account of the first run."""

    login: str
    name: str
    password: str


@dataclass(frozen=True)
class FirstCongress:
    """The congress of the first run with its present term, of five years unless said."""

    level: Level
    code: str
    name: str
    short_name: str
    term_name: str
    first_day: date
    last_day: date | None


def found(
    *, congress: FirstCongress, planner: FirstAccount, administrator: FirstAccount, by: Actor
) -> None:
    """Set up an empty installation: a congress, its term, a planner and an administrator.

    Raises Refused when there is an account already, also when two do this at once. An Invalid
    names the field with its account before it, as ``planner_login``.
    """
    lock_table(User)
    if any_user():
        raise Refused(noop("This installation is set up already. Sign in."))
    last_day = congress.last_day or _five_years_from(congress.first_day)
    if last_day <= congress.first_day:
        raise Invalid(noop("The last day must come after the first day."), field="last_day")
    row = Congress(
        level=congress.level,
        code=congress.code,
        name=congress.name,
        short_name=congress.short_name,
        path=f"{congress.code}/",
    )
    db.session.add(row)
    audit("congress.create", row, by=by)
    term = Term(
        congress_id=row.id,
        name=congress.term_name,
        first_day=congress.first_day,
        last_day=last_day,
    )
    db.session.add(term)
    audit("term.create", term, by=by)
    for prefix, role, account in (
        ("planner", Role.PLANNER, planner),
        ("administrator", Role.ADMINISTRATOR, administrator),
    ):
        try:
            appoint(
                login=account.login,
                name=account.name,
                password=account.password,
                role=role,
                congress=row,
                by=by,
            )
        except Invalid as error:
            raise Invalid(error.message, field=f"{prefix}_{error.field}", **error.params) from error


def _five_years_from(first: date) -> date:
    return first.replace(year=first.year + 5, day=min(first.day, 28)) - timedelta(days=1)
