"""The list of deputies: one congress in one term, filtered as the asker wishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, selectinload

from trainer.accounts.rules import LINK_FAILURES_BEFORE_RENEWAL
from trainer.core.database import db
from trainer.core.forms import strip
from trainer.core.listing import Columns
from trainer.people import queries
from trainer.people.models import (
    Delegation,
    FixedIncome,
    Person,
    Seat,
    Suspension,
    Term,
)
from trainer.people.queries import Viewer
from trainer.people.rules import LinkState, SeatState, Sex, Span, link_state, seat_state

COLUMNS: Columns = {
    "delegation": Delegation.position,
    "name": Person.sort_name,
    "ethnicity": Person.ethnicity,
    "elected": Seat.elected_on,
}
TIES = (Delegation.position, Delegation.name, Person.sort_name, Seat.id)
_CHUNK = 500  # engines limit how many values one statement may carry


@dataclass(frozen=True)
class Filter:
    """What the asker wants to see of a term; None means all."""

    text: str | None = None
    delegation_id: int | None = None
    new: bool | None = None
    sex: Sex | None = None
    ethnicity: str | None = None
    fixed: bool | None = None
    on: date | None = None

    @property
    def is_on(self) -> bool:
        """Whether anything is left out."""
        return self != Filter()

    @property
    def is_detailed(self) -> bool:
        """Whether one of the rarer filters is on."""
        return replace(self, text=None, delegation_id=None) != Filter()


@dataclass(frozen=True)
class Directory:
    """A term as the viewer may see it, the choices it offers, and the filter asked for.

    ``day`` is the day that seats and incomes are judged on: the one asked for, else today, else
    the day of the term next to it.
    """

    viewer: Viewer
    terms: Sequence[Term]
    term: Term | None
    today: date
    delegations: Sequence[Delegation] = ()
    asked: Filter = field(default_factory=Filter)

    @property
    def day(self) -> date:
        """The day that seats and incomes are judged on."""
        if self.asked.on is not None or self.term is None:
            return self.asked.on or self.today
        return min(max(self.today, self.term.first_day), self.term.last_day)

    @property
    def congress_choices(self) -> list[tuple[int, str]]:
        """The congresses that can be chosen, from the root down."""
        return list({t.congress_id: t.congress.short_name for t in self.terms}.items())

    @property
    def term_choices(self) -> list[tuple[int, str]]:
        """The terms of the chosen congress, the newest first."""
        chosen = self.term.congress_id if self.term else None
        return [(term.id, term.name) for term in self.terms if term.congress_id == chosen]

    @property
    def delegation_choices(self) -> list[tuple[int, str]]:
        """The delegations of the chosen term that the viewer looks after."""
        return [(each.id, each.name) for each in self.delegations]


@dataclass(frozen=True)
class Row:
    """One line of the list; *phone* is None where the viewer does not look after the deputy."""

    seat: Seat
    state: SeatState
    fixed: bool | None
    cared_for: bool

    @property
    def person(self) -> Person:
        """Whose seat it is."""
        return self.seat.person

    @property
    def phone(self) -> str | None:
        """The phone number, for those who look after the deputy."""
        return self.person.phone if self.cared_for else None

    @property
    def link(self) -> LinkState:
        """Where the personal page stands."""
        return link_of(self.person)


@dataclass(frozen=True)
class Figures:
    """Seats (名额), deputies in office (实有), and the newly elected among them."""

    seats: int
    in_office: int
    new: int


def link_of(person: Person) -> LinkState:
    """Return where the personal page of *person*, loaded with the account, stands."""
    user = person.user
    if user is None:
        return LinkState.NONE
    return link_state(
        version=user.link_version,
        revoked=user.link_revoked,
        locked=user.link_failures >= LINK_FAILURES_BEFORE_RENEWAL,
        seen=user.last_seen_at is not None,
    )


def state_of(seat: Seat, day: date) -> SeatState:
    """Return what a seat, loaded with its suspensions, is on *day*."""
    return seat_state(
        day,
        elected_on=seat.elected_on,
        ended_on=seat.ended_on,
        suspensions=spans(seat.suspensions),
    )


def standing_of(seat: Seat, day: date) -> SeatState:
    """Return what a seat, loaded with its term too, is on *day*; it ends with its term."""
    state = state_of(seat, day)
    over = seat.delegation.term.last_day < day
    return SeatState.TERM_OVER if over and state is not SeatState.ENDED else state


def spans(suspensions: Iterable[Suspension]) -> list[Span]:
    """Return suspensions as days, the first first."""
    return sorted(
        (Span(each.from_day, each.to_day) for each in suspensions), key=lambda span: span.first
    )


def read(viewer: Viewer, args: Mapping[str, str], today: date) -> Directory:
    """Return what the arguments of an address ask for, within what the viewer may see.

    What does not exist, or is another's, is left out as if it had not been asked for.
    """
    terms = list(db.session.scalars(queries.listed_terms(viewer)))
    term = _chosen_term(viewer, terms, args, today)
    delegations = queries.delegations(viewer, term.id if term else None)
    delegation_id = _number(args.get("delegation"))
    known = {each.id for each in delegations}
    asked = Filter(
        text=strip(args.get("q", "")),
        delegation_id=delegation_id if delegation_id in known else None,
        new={"1": True, "0": False}.get(args.get("new", "")),
        sex=Sex(args["sex"]) if args.get("sex") in tuple(Sex) else None,
        ethnicity=strip(args.get("ethnicity", "")),
        fixed={"1": True, "0": False}.get(args.get("fixed", "")),
        on=_day(args.get("on")),
    )
    return Directory(viewer, terms, term, today, delegations, asked)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _chosen_term(
    viewer: Viewer, terms: Sequence[Term], args: Mapping[str, str], today: date
) -> Term | None:
    """Return the term asked for, else the present one of the congress asked for or the own."""
    congress_id = _number(args.get("congress"))
    term_id = _number(args.get("term"))
    if congress_id is None and term_id is None:
        delegation = queries.delegation(viewer, _number(args.get("delegation")))
        term_id = delegation.term_id if delegation else None
    for term in terms:
        if term.id == term_id and congress_id in (None, term.congress_id):
            return term
    for wanted in (congress_id, viewer.congress_id):
        of_congress = [term for term in terms if term.congress_id == wanted]
        begun = [term for term in of_congress if term.first_day <= today]
        if of_congress:
            return begun[0] if begun else of_congress[-1]
    return terms[0] if terms else None


def _income(day: date) -> sa.ScalarSelect[bool | None]:
    return (
        sa.select(FixedIncome.fixed)
        .where(FixedIncome.person_id == Person.id, FixedIncome.from_day <= day)
        .order_by(FixedIncome.from_day.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def _visible(directory: Directory) -> list[sa.ColumnElement[Any]]:
    term_id = directory.term.id if directory.term else None
    return [Delegation.term_id == term_id, queries.visible_delegations(directory.viewer)]


def _conditions(directory: Directory) -> list[sa.ColumnElement[Any]]:
    asked, found = directory.asked, _visible(directory)
    if asked.text:
        phones = directory.viewer.may_see_phones
        found.append(queries.search(asked.text, phones=phones))
    if asked.fixed is not None:
        found.append(_income(directory.day).is_(asked.fixed))
    if asked.on is not None:
        found.append(queries.in_office_on(asked.on))
    wishes: tuple[tuple[Any, Any], ...] = (
        (Seat.delegation_id, asked.delegation_id),
        (Seat.newly_elected, asked.new),
        (Person.sex, asked.sex),
        (Person.ethnicity, asked.ethnicity),
    )
    return [*found, *(column == wish for column, wish in wishes if wish is not None)]


def seats(directory: Directory) -> sa.Select[Seat]:
    """Return the seats that the list shows, with person, account, delegation, suspensions."""
    return (
        sa.select(Seat)
        .join(Seat.person)
        .join(Seat.delegation)
        .where(*_conditions(directory))
        .options(
            contains_eager(Seat.person).joinedload(Person.user),
            contains_eager(Seat.delegation),
            selectinload(Seat.suspensions),
        )
    )


def rows(directory: Directory, found: Sequence[Seat]) -> list[Row]:
    """Return the lines of the list for the seats *found*; two statements per 500 of them."""
    lines: list[Row] = []
    for start in range(0, len(found), _CHUNK):
        chunk = found[start : start + _CHUNK]
        ids = {seat.person_id for seat in chunk}
        fixed = queries.fixed_incomes(ids, directory.day)
        cared_for = queries.looked_after_among(directory.viewer, ids, directory.today)
        lines += [
            Row(
                seat,
                state_of(seat, directory.day),
                fixed.get(seat.person_id),
                seat.person_id in cared_for,
            )
            for seat in chunk
        ]
    return lines


def figures(directory: Directory) -> Figures:
    """Return how many seats there are and how many deputies sit on the day of the list."""
    visible = _visible(directory)
    number = sa.select(sa.func.coalesce(sa.func.sum(Delegation.seats), 0)).where(*visible)
    new = sa.func.coalesce(sa.func.sum(sa.case((Seat.newly_elected, 1), else_=0)), 0)
    sitting = (
        sa.select(sa.func.count(), new)
        .join(Seat.delegation)
        .where(*visible, queries.in_office_on(directory.day))
    )
    return Figures(db.session.scalar(number) or 0, *db.session.execute(sitting).one())


def ethnicities(directory: Directory) -> list[str]:
    """Return the peoples (民族) of the term's deputies, the most frequent first."""
    found = db.session.scalars(
        sa.select(Person.ethnicity)
        .join(Seat, Seat.person_id == Person.id)
        .join(Seat.delegation)
        .where(*_visible(directory), Person.ethnicity.is_not(None))
        .group_by(Person.ethnicity)
        .order_by(sa.func.count().desc(), Person.ethnicity)
    )
    return [name for name in found if name]
