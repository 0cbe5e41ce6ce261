"""Reading a roster that was sent and comparing it with what is kept; nothing is written here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from trainer.core import clock, workbook
from trainer.core.database import db
from trainer.core.errors import Invalid
from trainer.core.text import noop
from trainer.core.workbook import Sheet
from trainer.people import matching, roster
from trainer.people.import_models import RosterShape
from trainer.people.matching import Crowd, Group, Known, KnownSeat, Row, Target, Verdict
from trainer.people.models import Congress, Delegation, FixedIncome, Person, Seat, Term
from trainer.people.queries import term_on
from trainer.people.roster import Column, Layout, Reading
from trainer.people.rules import Level

FACTS = {
    Column.SEX: "sex",
    Column.ETHNICITY: "ethnicity",
    Column.BIRTH: "birth",
    Column.PARTY: "party",
    Column.EDUCATION: "education",
    Column.POST: "post",
    Column.OCCUPATION: "occupation",
    Column.PHONE: "phone",
}
SEAT = {
    Column.CERTIFICATE: "certificate",
    Column.DISTRICT: "district",
    Column.NEWLY: "newly_elected",
    Column.ELECTION: "election",
    Column.ELECTED_ON: "elected_on",
}
_AT_ONCE = 5_000  # values in one IN (…): SQLite takes 32,766


@dataclass(frozen=True)
class NewUnit:
    """A township that a sheet is named after and that is not kept yet: it will be made.

    ``term_id`` stands for its term in the rows until there is one; it is negative.
    """

    name: str
    term_id: int


@dataclass(frozen=True)
class Preview:
    """What taking a roster in would do: its sheets as read, and the verdict on every row."""

    readings: list[Reading]
    unread: list[str]  # sheets with content in which no header was found
    rows: list[Row]
    crowded: list[Crowd]
    units: list[NewUnit]

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many rows are new, changed, the same or refused."""
        return matching.counted(self.rows)


def _layout(sheet: Sheet, congress_id: int, chosen: Mapping[str, Any]) -> Layout | None:
    """Return how a sheet is read: as chosen for it, as remembered for its shape, or as found."""
    found = roster.find_layout(sheet.rows)
    if found is None:
        return None
    told = chosen.get(sheet.name)
    if told is None:
        told = db.session.scalar(
            sa.select(RosterShape.columns).where(
                RosterShape.congress_id == congress_id, RosterShape.shape == found.shape
            )
        )
    if told is None:
        return found
    return roster.with_columns(found, {int(i): Column(c) for i, c in told.items()})


def read_sheets(
    data: bytes, congress_id: int, chosen: Mapping[str, Any]
) -> tuple[list[Reading], list[str]]:
    """Return the sheets as read, and the names of those in which no header was found.

    Raises Invalid (field ``file``) for a file that cannot be read or holds no roster.
    """
    readings, unread = [], []
    for sheet in workbook.read(data):
        layout = _layout(sheet, congress_id, chosen)
        if layout is None:
            if any(cell is not None for row in sheet.rows for cell in row):
                unread.append(sheet.name)
            continue
        readings.append(roster.read_sheet(sheet.name, sheet.rows, sheet.merged, layout))
    if not readings:
        raise Invalid(
            noop("No header row with a column for names was found in this file."), field="file"
        )
    return readings, unread


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def _known(names: set[str], term_ids: set[int], path: str) -> list[Known]:
    """Return the persons of these names who hold or held a seat within the subtree *path*."""
    within = (
        sa.select(Seat.person_id)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .join(Term, Delegation.term_id == Term.id)
        .join(Congress, Term.congress_id == Congress.id)
        .where(Congress.path.startswith(path, autoescape=True))
    )
    persons = [
        row
        for chunk in _chunks(sorted(names))
        for row in db.session.execute(
            sa.select(Person.id, Person.name, *(getattr(Person, key) for key in FACTS.values()))
            .where(Person.name.in_(chunk), Person.id.in_(within))
            .order_by(Person.id)
        )
    ]
    seats = _known_seats([row[0] for row in persons], term_ids)
    incomes = _incomes([row[0] for row in persons])
    return [
        Known(
            number, name, dict(zip(FACTS, facts, strict=True)), incomes.get(number), seats[number]
        )
        for number, name, *facts in persons
    ]


def _known_seats(persons: list[int], term_ids: set[int]) -> defaultdict[int, dict[int, KnownSeat]]:
    found: defaultdict[int, dict[int, KnownSeat]] = defaultdict(dict)
    columns = [getattr(Seat, key) for key in SEAT.values()]
    for chunk in _chunks(persons):
        for person_id, seat_id, term_id, name, ended_on, *values in db.session.execute(
            sa.select(
                Seat.person_id,
                Seat.id,
                Delegation.term_id,
                Delegation.name,
                Seat.ended_on,
                *columns,
            )
            .join(Delegation, Seat.delegation_id == Delegation.id)
            .where(Seat.person_id.in_(chunk), Delegation.term_id.in_(term_ids))
            .order_by(Seat.elected_on, Seat.id)
        ):
            told = dict(zip(SEAT, values, strict=True))
            found[person_id][term_id] = KnownSeat(seat_id, name, ended_on is not None, told)
    return found


def _incomes(persons: list[int]) -> dict[int, bool]:
    return {
        person_id: fixed
        for chunk in _chunks(persons)
        for person_id, fixed in db.session.execute(
            sa.select(FixedIncome.person_id, FixedIncome.fixed)
            .where(FixedIncome.person_id.in_(chunk), FixedIncome.from_day <= clock.today())
            .order_by(FixedIncome.from_day)
        )
    }


def _previous(term: Term) -> frozenset[int] | None:
    """Return who sat in the congress in the term before, None when no such term is kept."""
    before = db.session.scalar(
        sa.select(Term.id)
        .where(Term.congress_id == term.congress_id, Term.first_day < term.first_day)
        .order_by(Term.first_day.desc())
        .limit(1)
    )
    if before is None:
        return None
    sat = (
        sa.select(Seat.person_id)
        .join(Delegation, Seat.delegation_id == Delegation.id)
        .where(Delegation.term_id == before)
    )
    return frozenset(db.session.scalars(sat)) or None


def _groups(term: Term, day: date) -> dict[str, Group]:
    filled = (
        sa.select(sa.func.count())
        .where(
            Seat.delegation_id == Delegation.id,
            sa.or_(Seat.ended_on.is_(None), Seat.ended_on > day),
        )
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(Delegation.name, Delegation.seats, filled)
        .where(Delegation.term_id == term.id)
        .order_by(Delegation.position, Delegation.id)
    )
    return {name: Group(seats, count) for name, seats, count in rows}


def _target(term: Term, congress: Congress, *, grouped: bool) -> Target:
    groups = _groups(term, clock.today())
    only = None
    if not grouped:
        only = next(iter(groups)) if len(groups) == 1 else f"{congress.short_name}代表"
    return Target(
        term_id=term.id,
        name=f"{congress.short_name} {term.name}",
        first_day=term.first_day,
        last_day=term.last_day,
        groups=groups,
        previous=_previous(term),
        only=only,
    )


def _terms_below(congress: Congress, term: Term) -> dict[str, tuple[Term, Congress]]:
    """Return the townships' terms of the same years, by the names that sheets can have."""
    rows = db.session.execute(
        sa.select(Term, Congress)
        .join(Congress, Term.congress_id == Congress.id)
        .where(
            Congress.parent_id == congress.id,
            Term.first_day <= term.last_day,
            Term.last_day >= term.first_day,
        )
        .order_by(Term.first_day)
    )
    found: dict[str, tuple[Term, Congress]] = {}
    for below, township in rows:
        for name in (township.short_name, township.name, township.code):
            found[name] = (below, township)
    return found


def _targets(
    readings: Sequence[Reading], congress: Congress, term: Term
) -> tuple[list[tuple[Reading, Target]], list[NewUnit]]:
    """Return the term each sheet belongs to, and the townships that have to be made.

    A sheet without a column of delegations that is named after a township holds that township's
    deputies; any other belongs to the congress the roster was sent for.
    """
    below = _terms_below(congress, term)
    kept: dict[int, Target] = {}
    pairs: list[tuple[Reading, Target]] = []
    units: list[NewUnit] = []
    for reading in readings:
        grouped = Column.DELEGATION in reading.layout.columns.values()
        name = reading.sheet.strip()
        if not grouped and name not in below and _names_township(name, congress):
            units.append(NewUnit(name, -len(units) - 1))
            pairs.append((reading, _target_of_new(units[-1], term)))
            continue
        of_term, of_congress = (None if grouped else below.get(name)) or (term, congress)
        if of_term.id not in kept:
            kept[of_term.id] = _target(of_term, of_congress, grouped=grouped)
        pairs.append((reading, kept[of_term.id]))
    return pairs, units


def _names_township(sheet: str, congress: Congress) -> bool:
    return congress.level is Level.COUNTY and re.fullmatch(r"\w{2,12}[镇乡]", sheet) is not None


def _target_of_new(unit: NewUnit, term: Term) -> Target:
    return Target(
        term_id=unit.term_id,
        name=f"{unit.name} {term.name}",
        first_day=term.first_day,
        last_day=term.last_day,
        groups={},
        only=f"{unit.name}代表",
    )


def term_told(data: bytes, congress: Congress) -> Term | None:
    """Return the term in which a roster says its deputies were elected, None when it says nothing.

    Raises Invalid (field ``file``) for a file that cannot be read.
    """
    readings, _unread = read_sheets(data, congress.id, {})
    days = [
        day
        for reading in readings
        for entry in reading.entries
        if (day := entry.get(Column.ELECTED_ON)) is not None
    ]
    return term_on(congress.id, max(days)) if days else None


def preview(
    data: bytes,
    *,
    congress: Congress,
    term: Term,
    path: str,
    layouts: Mapping[str, Any] | None = None,
    apart: frozenset[tuple[str, int]] = frozenset(),
) -> Preview:
    """Return what taking a roster file into a term would do.

    *path* is the subtree in which persons are looked for; *layouts* the meanings chosen for the
    columns by sheet; *apart* the rows whose match with a kept person was refused. Raises Invalid
    (field ``file``) for a file that cannot be read.
    """
    readings, unread = read_sheets(data, congress.id, layouts or {})
    targets, units = _targets(readings, congress, term)
    names = {entry.name for reading in readings for entry in reading.entries}
    known = _known(names, {target.term_id for _r, target in targets}, path)
    comparison = matching.Comparison(known, apart=apart)
    rows = [row for reading, target in targets for row in comparison.rows(reading, target)]
    distinct = {target.term_id: target for _reading, target in targets}
    return Preview(readings, unread, rows, matching.crowded(rows, distinct.values()), units)
