"""Comparing a roster with what is kept: row by row new, changed, the same or refused. Pure.

Nothing is merged silently: whom a row is taken for is part of its verdict, and can be refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from trainer.core.text import Labelled, noop
from trainer.people.roster import Column, Entry, Reading
from trainer.people.rules import ELECTION_BEFORE_TERM, Election

FACTS = (
    Column.SEX,
    Column.ETHNICITY,
    Column.BIRTH,
    Column.PARTY,
    Column.EDUCATION,
    Column.POST,
    Column.OCCUPATION,
    Column.PHONE,
)
SEAT_COLUMNS = (
    Column.CERTIFICATE,
    Column.DISTRICT,
    Column.NEWLY,
    Column.ELECTION,
    Column.ELECTED_ON,
)


class Verdict(Labelled):
    """What an import will do with a row."""

    NEW = "new", noop("New")
    CHANGED = "changed", noop("Changed")
    SAME = "same", noop("The same")
    REFUSED = "refused", noop("Cannot be taken")


@dataclass(frozen=True)
class KnownSeat:
    """A seat that is kept, in the term that the roster is for."""

    id: int
    delegation: str
    ended: bool
    values: Mapping[Column, Any]


@dataclass(frozen=True)
class Known:
    """A person that is kept, with the facts that rosters tell."""

    id: int
    name: str
    facts: Mapping[Column, Any]
    fixed_income: bool | None = None
    seats: Mapping[int, KnownSeat] = field(default_factory=dict)  # by term


@dataclass(frozen=True)
class Group:
    """A delegation of the term: its seats, and how many are filled."""

    seats: int
    filled: int


@dataclass(frozen=True)
class Target:
    """The term that the rows of a sheet belong to.

    ``previous`` is who sat in the congress's term before (None when none is kept): who was not
    among them is newly elected, whatever a column says. ``groups`` is empty in a new term: then
    the roster itself makes the delegations. ``only`` is the delegation of a sheet without column.
    """

    term_id: int
    name: str
    first_day: date
    last_day: date
    groups: Mapping[str, Group]
    previous: frozenset[int] | None = None
    only: str | None = None


@dataclass(frozen=True)
class Change:
    """A value that an import replaces."""

    column: Column
    old: Any
    new: Any


@dataclass(frozen=True)
class Row:
    """The verdict on one row: whom it is taken for, and what it brings or why it is refused."""

    sheet: str
    row: int
    name: str
    verdict: Verdict
    term_id: int | None = None
    delegation: str = ""
    person_id: int | None = None
    seat_id: int | None = None
    facts: Mapping[Column, Any] = field(default_factory=dict)
    seat: Mapping[Column, Any] = field(default_factory=dict)
    fixed_income: bool | None = None
    changes: tuple[Change, ...] = ()
    column: str = ""
    value: str = ""
    reason: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def recognised(self) -> bool:
        """Whether a new seat goes to a person who is kept already."""
        return self.verdict is Verdict.NEW and self.person_id is not None


class _Refusal(Exception):
    """Why a row cannot be taken: the column, its value, the sentence."""

    def __init__(self, column: Column, value: object, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason, self.params = column, value, reason, params


class Comparison:
    """Compares sheets with what is kept; *apart* names rows whose match the user refused."""

    def __init__(
        self, known: Iterable[Known], *, apart: frozenset[tuple[str, int]] = frozenset()
    ) -> None:
        self._by_phone: defaultdict[tuple[str, str], list[Known]] = defaultdict(list)
        self._by_birth: defaultdict[tuple[str, str], list[Known]] = defaultdict(list)
        self._apart = apart
        self._taken: dict[tuple[int, object], int] = {}  # (term, person) → row
        for person in known:
            phone, birth = person.facts.get(Column.PHONE), person.facts.get(Column.BIRTH)
            if phone:
                self._by_phone[person.name, phone].append(person)
            if birth:
                self._by_birth[person.name, birth[:7]].append(person)

    def rows(self, reading: Reading, target: Target) -> list[Row]:
        """Return the verdict on every row of a sheet, in the order of the sheet."""
        made = [self._entry(reading, entry, target) for entry in reading.entries]
        made += [
            Row(
                reading.sheet,
                fault.row,
                "",
                Verdict.REFUSED,
                column=fault.column,
                value=fault.value,
                reason=fault.reason,
                params=fault.params,
            )
            for fault in reading.faults
        ]
        return sorted(made, key=lambda row: row.row)

    def _entry(self, reading: Reading, entry: Entry, target: Target) -> Row:
        try:
            return self._judge(reading.sheet, entry, target)
        except _Refusal as refusal:
            return Row(
                reading.sheet,
                entry.row,
                entry.name,
                Verdict.REFUSED,
                column=reading.layout.header(refusal.column),
                value=str(refusal.value or ""),
                reason=refusal.reason,
                params=refusal.params,
            )

    def _judge(self, sheet: str, entry: Entry, target: Target) -> Row:
        delegation = _delegation(entry, target)
        person = None if (sheet, entry.row) in self._apart else self._match(entry, target)
        self._once(entry, target, person)
        known_seat = person.seats.get(target.term_id) if person else None
        if known_seat and (known_seat.ended or known_seat.delegation != delegation):
            raise _Refusal(
                Column.DELEGATION,
                delegation,
                noop("%(name)s is kept with %(other)s; open that person to change the seat."),
                name=entry.name,
                other=known_seat.delegation,
            )
        seat = _seat_values(entry, target, person, known_seat)
        changes = (*_changed_facts(entry, person), *_changed_seat(seat, known_seat))
        income = entry.get(Column.FIXED_INCOME)
        if person and income is not None and income != person.fixed_income:
            changes = (*changes, Change(Column.FIXED_INCOME, person.fixed_income, income))
        verdict = Verdict.CHANGED if changes else Verdict.SAME
        return Row(
            sheet,
            entry.row,
            entry.name,
            Verdict.NEW if known_seat is None else verdict,
            term_id=target.term_id,
            delegation=delegation,
            person_id=person.id if person else None,
            seat_id=known_seat.id if known_seat else None,
            facts={column: entry.given[column] for column in FACTS if column in entry.given},
            seat=seat,
            fixed_income=income,
            changes=changes,
        )

    def _match(self, entry: Entry, target: Target) -> Known | None:
        """Return who the row is about: same name and phone, else same name and month of birth.

        With another phone number the month of birth suffices only for who sits in this congress.
        """
        phone, birth = entry.get(Column.PHONE), entry.get(Column.BIRTH)
        found = self._by_phone.get((entry.name, phone), []) if phone else []
        if not found and birth:
            found = [
                person
                for person in self._by_birth.get((entry.name, birth[:7]), [])
                if target.term_id in person.seats or not (phone and person.facts.get(Column.PHONE))
            ]
        if len(found) > 1:
            found = [p for p in found if target.term_id in p.seats] or found
        if len(found) > 1:
            raise _Refusal(
                Column.NAME,
                entry.name,
                noop("%(count)s persons who are kept fit this row; add a phone number."),
                count=len(found),
            )
        return found[0] if found else None

    def _once(self, entry: Entry, target: Target, person: Known | None) -> None:
        """Refuse the second row about one person in one congress."""
        told = (entry.name, entry.get(Column.BIRTH), entry.get(Column.PHONE))
        key = (target.term_id, person.id if person else told)
        if key in self._taken:
            raise _Refusal(
                Column.NAME,
                entry.name,
                noop("This person stands in row %(row)s already."),
                row=self._taken[key],
            )
        self._taken[key] = entry.row


def _delegation(entry: Entry, target: Target) -> str:
    named = entry.get(Column.DELEGATION) or target.only
    if not named:
        raise _Refusal(Column.DELEGATION, "", noop("The delegation is missing."))
    if target.groups and named not in target.groups:
        raise _Refusal(
            Column.DELEGATION,
            named,
            noop("There is no delegation of this name in %(term)s."),
            term=target.name,
        )
    return str(named)


def _seat_values(
    entry: Entry, target: Target, person: Known | None, known: KnownSeat | None
) -> dict[Column, Any]:
    """Return what the roster says of the seat, and for a new one what follows from the term."""
    told = {column: entry.given[column] for column in SEAT_COLUMNS if column in entry.given}
    if target.previous is not None:
        told[Column.NEWLY] = person is None or person.id not in target.previous
    if known is not None:
        return told
    told.setdefault(Column.NEWLY, True)
    told.setdefault(Column.ELECTION, Election.GENERAL)
    if Column.ELECTED_ON not in told:
        if told[Column.ELECTION] is Election.BY_ELECTION:
            raise _Refusal(
                Column.ELECTED_ON, "", noop("A by-election needs the day of the election.")
            )
        told[Column.ELECTED_ON] = target.first_day
    if not target.first_day - ELECTION_BEFORE_TERM <= told[Column.ELECTED_ON] <= target.last_day:
        raise _Refusal(
            Column.ELECTED_ON,
            told[Column.ELECTED_ON],
            noop("This term runs from %(first)s to %(last)s; the election does not belong to it."),
            first=target.first_day,
            last=target.last_day,
        )
    return told


def _changed_facts(entry: Entry, person: Known | None) -> list[Change]:
    if person is None:
        return []
    changes = []
    for column in FACTS:
        old, new = person.facts.get(column), entry.get(column)
        known_closer = column is Column.BIRTH and old and new and str(old).startswith(new)
        if new is not None and new != old and not known_closer:
            changes.append(Change(column, old, new))
    return changes


def _changed_seat(told: Mapping[Column, Any], known: KnownSeat | None) -> list[Change]:
    if known is None:
        return []
    return [
        Change(column, known.values.get(column), new)
        for column, new in told.items()
        if new != known.values.get(column)
    ]


@dataclass(frozen=True)
class Crowd:
    """A delegation that would have more deputies than seats: to be looked at, not refused."""

    delegation: str
    seats: int
    deputies: int


def crowded(rows: Sequence[Row], targets: Iterable[Target]) -> list[Crowd]:
    """Return the delegations to which the new rows bring more deputies than they have seats."""
    coming = Counter((row.term_id, row.delegation) for row in rows if row.verdict is Verdict.NEW)
    return [
        Crowd(name, group.seats, group.filled + new)
        for target in targets
        for name, group in target.groups.items()
        if (new := coming[target.term_id, name]) and group.filled + new > group.seats
    ]


def counted(rows: Sequence[Row]) -> dict[Verdict, int]:
    """Return how many rows have each verdict; a row with two faults counts once."""
    refused = {(row.sheet, row.row) for row in rows if row.verdict is Verdict.REFUSED}
    counts: Counter[Verdict] = Counter(
        row.verdict for row in rows if row.verdict is not Verdict.REFUSED
    )
    return {**{v: counts[v] for v in Verdict}, Verdict.REFUSED: len(refused)}
