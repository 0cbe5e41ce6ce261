"""Verbs on rosters: keep what was sent, choose columns, take in, undo. One transaction each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from trainer.accounts.audit import Actor, audit
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.core.text import noop
from trainer.people.import_models import ImportStatus, RosterImport, RosterShape
from trainer.people.importing import FACTS, SEAT, NewUnit, Preview
from trainer.people.matching import Row, Verdict
from trainer.people.models import Congress, Delegation, FixedIncome, Person, Seat, Term
from trainer.people.roster import Column, Layout
from trainer.people.rules import Level


@dataclass
class _Work:
    """The rows an import made, and the values it replaced, as the undoing needs them."""

    delegations: dict[tuple[int, str], Delegation] = field(default_factory=dict)
    congresses: list[Congress] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    made_delegations: list[Delegation] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    incomes: list[FixedIncome] = field(default_factory=list)
    replaced: list[dict[str, Any]] = field(default_factory=list)


def keep(*, name: str, data: bytes, congress: Congress, term: Term, by: Actor) -> RosterImport:
    """Keep a roster file that was sent, to be looked at before it is taken in."""
    kept = RosterImport(
        congress_id=congress.id,
        term_id=term.id,
        name=name[:160],
        data=data,
        status=ImportStatus.READ,
        sent_by=by.name,
    )
    db.session.add(kept)
    audit("roster.send", kept, by=by, after={"name": kept.name, "bytes": len(data)})
    return kept


def choose_columns(
    kept: RosterImport, sheet: str, layout: Layout, columns: Mapping[int, Column], *, by: Actor
) -> None:
    """Say what the columns of a sheet mean, also for the next file of this shape.

    Raises Refused when the roster has been taken in already.
    """
    _require(kept, ImportStatus.READ)
    told = {str(index): column.value for index, column in columns.items()}
    kept.layouts = {**kept.layouts, sheet: told}
    shape = db.session.scalar(
        sa.select(RosterShape).where(
            RosterShape.congress_id == kept.congress_id, RosterShape.shape == layout.shape
        )
    )
    if shape is None:
        shape = RosterShape(congress_id=kept.congress_id, shape=layout.shape, columns=told)
        db.session.add(shape)
    shape.columns = told
    audit("roster.columns", kept, by=by, after={"sheet": sheet, "columns": told})


def keep_apart(kept: RosterImport, rows: set[tuple[str, int]], *, by: Actor) -> None:
    """Say which rows are somebody else than the person they were taken for."""
    _require(kept, ImportStatus.READ)
    kept.apart = [list(row) for row in sorted(rows)]
    audit("roster.apart", kept, by=by, after={"rows": kept.apart})


def _require(kept: RosterImport, status: ImportStatus) -> None:
    if kept.status is not status:
        raise Refused(noop("This roster has been taken in or undone already."))


def apply(kept: RosterImport, preview: Preview, *, by: Actor) -> dict[Verdict, int]:
    """Take in what is good of a roster: new persons, seats and changed values, all or nothing.

    Raises Refused when the roster was taken in already.
    """
    _require(kept, ImportStatus.READ)
    work = _take(kept, preview)
    counts = preview.counts
    kept.status, kept.applied_at = ImportStatus.APPLIED, clock.now()
    kept.counts = {verdict.value: number for verdict, number in counts.items()}
    kept.done = _done(work)
    audit("roster.apply", kept, by=by, before={}, after=kept.counts)
    return counts


def _take(kept: RosterImport, preview: Preview) -> _Work:
    work = _Work()
    made = _make_units(kept, preview.units, work)
    wanted = [
        replace(row, term_id=made.get(row.term_id or 0, row.term_id))
        for row in preview.rows
        if row.verdict in (Verdict.NEW, Verdict.CHANGED)
    ]
    _ready_delegations(wanted, work)
    ids = {row.person_id for row in wanted if row.person_id is not None}
    persons = {person.id: person for person in _load(Person, ids)}
    seats = {seat.id: seat for seat in _load(Seat, {row.seat_id for row in wanted if row.seat_id})}
    for row in wanted:
        person = persons.get(row.person_id or 0)
        if row.verdict is Verdict.NEW:
            _seat(row, person, work)
        elif person is not None:
            _replace(row, person, seats[row.seat_id or 0], work)
    db.session.add_all([*work.persons, *work.seats, *work.incomes])
    db.session.flush()
    return work


def _make_units(kept: RosterImport, units: Sequence[NewUnit], work: _Work) -> dict[int, int]:
    """Make the townships that sheets are named after, each with a term like the county's.

    Returns the ids of the terms by the numbers that stood for them.
    """
    if not units:
        return {}
    congress = db.session.get_one(Congress, kept.congress_id)
    like = db.session.get_one(Term, kept.term_id)
    codes = db.session.scalars(sa.select(Congress.code).where(Congress.parent_id == congress.id))
    last = max((int(code[-3:]) for code in codes if code[-3:].isdecimal()), default=0)
    terms: dict[int, Term] = {}
    for number, unit in enumerate(units, start=last + 1):
        code = f"{congress.code}{number:03d}"
        township = Congress(
            parent_id=congress.id,
            level=Level.TOWNSHIP,
            code=code,
            name=f"{unit.name}人民代表大会",
            short_name=unit.name,
            path=f"{congress.path}{code}/",
        )
        terms[unit.term_id] = Term(
            congress=township, name=like.name, first_day=like.first_day, last_day=like.last_day
        )
        work.congresses.append(township)
        work.terms.append(terms[unit.term_id])
    db.session.add_all(work.terms)
    db.session.flush()
    return {number: term.id for number, term in terms.items()}


def _load(kind: Any, ids: set[Any]) -> list[Any]:
    ordered = sorted(ids)
    found: list[Any] = []
    for start in range(0, len(ordered), 5_000):
        chunk = ordered[start : start + 5_000]
        found += db.session.scalars(sa.select(kind).where(kind.id.in_(chunk))).all()
    return found


def _ready_delegations(rows: Sequence[Row], work: _Work) -> None:
    """Load the delegations that the rows name; in a new term the roster itself makes them."""
    named = Counter((row.term_id, row.delegation) for row in rows if row.term_id)
    terms = {term_id for term_id, _name in named if term_id is not None}
    for group in db.session.scalars(sa.select(Delegation).where(Delegation.term_id.in_(terms))):
        work.delegations[group.term_id, group.name] = group
    units = _units(terms)
    for position, ((term_id, name), seats) in enumerate(named.items()):
        if (term_id, name) in work.delegations:
            continue
        assert term_id is not None
        group = Delegation(
            term_id=term_id,
            name=name,
            seats=seats,
            position=position,
            unit_id=_unit_of(name, units.get(term_id, {})),
        )
        db.session.add(group)
        work.delegations[term_id, name] = group
        work.made_delegations.append(group)
    db.session.flush()


def _units(terms: set[int]) -> dict[int, dict[str, int]]:
    """Return, by term, the congresses that can be the home of a delegation, by short name."""
    township = aliased(Congress)
    rows = db.session.execute(
        sa.select(Term.id, township.short_name, township.id)
        .join(Congress, Term.congress_id == Congress.id)
        .join(township, sa.or_(township.parent_id == Congress.id, township.id == Congress.id))
        .where(Term.id.in_(terms), township.level == Level.TOWNSHIP)
    )
    found: dict[int, dict[str, int]] = {}
    for term_id, name, congress_id in rows:
        found.setdefault(term_id, {})[name] = congress_id
    return found


def _unit_of(name: str, units: Mapping[str, int]) -> int | None:
    fitting = [unit for unit in units if name.startswith(unit)]
    return units[max(fitting, key=len)] if fitting else None


def _seat(row: Row, person: Person | None, work: _Work) -> None:
    """Make the seat of a new row, and the person when nobody who is kept fits."""
    since: date = row.seat[Column.ELECTED_ON]
    if person is None:
        person = Person(name=row.name, **{FACTS[c]: value for c, value in row.facts.items()})
        work.persons.append(person)
        if row.fixed_income is not None:
            person.incomes = [FixedIncome(from_day=since, fixed=row.fixed_income)]
            work.incomes += person.incomes
    else:
        _replace(row, person, None, work)
    values = {SEAT[column]: value for column, value in row.seat.items()}
    delegation = work.delegations[row.term_id or 0, row.delegation]
    work.seats.append(Seat(person=person, delegation=delegation, **values))


def _replace(row: Row, person: Person, seat: Seat | None, work: _Work) -> None:
    """Put the changed values in place, and note the old ones."""
    for change in row.changes:
        if change.column is Column.FIXED_INCOME:
            _income(person, fixed=bool(change.new), work=work)
            continue
        subject: Person | Seat | None = person if change.column in FACTS else seat
        key = FACTS.get(change.column) or SEAT[change.column]
        if subject is None:
            continue
        setattr(subject, key, change.new)
        work.replaced.append(
            {
                "table": subject.__tablename__,
                "id": subject.id,
                "key": key,
                "old": _plain(change.old),
                "new": _plain(change.new),
            }
        )


def _income(person: Person, *, fixed: bool, work: _Work) -> None:
    today = clock.today()
    entry = db.session.scalar(
        sa.select(FixedIncome).where(
            FixedIncome.person_id == person.id, FixedIncome.from_day == today
        )
    )
    if entry is not None:
        entry.fixed = fixed
        return
    work.incomes.append(FixedIncome(person_id=person.id, from_day=today, fixed=fixed))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _done(work: _Work) -> dict[str, Any]:
    return {
        "congress": [row.id for row in work.congresses],
        "term": [row.id for row in work.terms],
        "delegation": [row.id for row in work.made_delegations],
        "person": [row.id for row in work.persons],
        "seat": [row.id for row in work.seats],
        "fixed_income": [row.id for row in work.incomes],
        "replaced": work.replaced,
    }


def discard(kept: RosterImport, *, by: Actor) -> None:
    """Throw away a roster that was not taken in."""
    _require(kept, ImportStatus.READ)
    audit("roster.discard", kept, by=by, before={"name": kept.name}, after={})
    db.session.delete(kept)
    db.session.flush()


def undo(kept: RosterImport, *, by: Actor) -> None:
    """Take back all that an import did: what it made is removed, what it replaced put back.

    Raises Refused when something was built on it since: an enrolment, a personal link, a change.
    """
    _require(kept, ImportStatus.APPLIED)
    try:
        with db.session.begin_nested():
            _put_back(kept.done["replaced"])
            _remove(kept.done)
    except IntegrityError as error:
        raise _built_on() from error
    kept.status, kept.undone_at = ImportStatus.UNDONE, clock.now()
    audit("roster.undo", kept, by=by)


def _built_on() -> Refused:
    return Refused(
        noop("Something was built on this roster since; it cannot be undone as a whole any more.")
    )


def _put_back(replaced: Sequence[Mapping[str, Any]]) -> None:
    kinds: dict[str, Any] = {"person": Person, "seat": Seat}
    for entry in reversed(replaced):
        subject = db.session.get(kinds[entry["table"]], entry["id"])
        if subject is None or _plain(getattr(subject, entry["key"])) != entry["new"]:
            raise _built_on()
        setattr(subject, entry["key"], _typed(kinds[entry["table"]], entry["key"], entry["old"]))
    db.session.flush()


def _typed(kind: Any, key: str, value: Any) -> Any:
    """Return a value that went through JSON as its column keeps it."""
    column = kind.__table__.c[key].type
    if value is None:
        return None
    if isinstance(column, sa.Date):
        return date.fromisoformat(value)
    if isinstance(column, sa.Enum) and column.enum_class is not None:
        return column.enum_class(value)
    return value


def _remove(done: Mapping[str, Any]) -> None:
    persons, seats = _load(Person, set(done["person"])), _load(Seat, set(done["seat"]))
    touched = [p for p in persons if p.version > 1 or p.user_id is not None]
    touched += [s for s in seats if s.ended_on is not None]
    if touched or len(persons) < len(done["person"]) or len(seats) < len(done["seat"]):
        raise _built_on()
    for table, kind in (
        ("fixed_income", FixedIncome),
        ("seat", Seat),
        ("person", Person),
        ("delegation", Delegation),
        ("term", Term),
        ("congress", Congress),
    ):
        ids = done[table]
        for start in range(0, len(ids), 5_000):
            chunk = ids[start : start + 5_000]
            db.session.execute(sa.delete(kind).where(kind.id.in_(chunk)))
