"""Congresses, terms, delegations and deputies of the example county."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from trainer.cli.demo import county
from trainer.cli.demo.persons import Human, People
from trainer.core.database import db
from trainer.people.models import Congress, Delegation, FixedIncome, Person, Seat, Term
from trainer.people.rules import Election, EndReason, Level

NEW_SHARE = 0.62
SEED = 2016


@dataclass
class TermRows:
    """The rows of one term of the county and its townships."""

    county: Term
    townships: list[Term] = field(default_factory=list)
    delegations: list[Delegation] = field(default_factory=list)  # of the county congress
    seats: list[Seat] = field(default_factory=list)  # in the county congress
    humans: list[tuple[Person, str | None]] = field(default_factory=list)  # with their unit


def congresses() -> tuple[Congress, list[Congress]]:
    """Make the county congress and those of its townships."""
    root = Congress(
        level=Level.COUNTY,
        code=county.COUNTY_CODE,
        name=county.COUNTY_NAME,
        short_name=county.COUNTY_SHORT,
        path=f"{county.COUNTY_CODE}/",
    )
    db.session.add(root)
    db.session.flush()
    townships = [
        Congress(
            parent_id=root.id,
            level=Level.TOWNSHIP,
            code=f"{county.COUNTY_CODE}{number:03d}",
            name=f"{unit.name}人民代表大会",
            short_name=unit.name,
            path=f"{root.path}{county.COUNTY_CODE}{number:03d}/",
        )
        for number, unit in enumerate(county.UNITS, start=1)
    ]
    db.session.add_all(townships)
    db.session.flush()
    return root, townships


def _person(human: Human, since: date) -> Person:
    person = Person(
        name=human.name,
        sex=human.sex,
        ethnicity=human.ethnicity,
        birth=human.birth,
        party=human.party,
        education=human.education,
        occupation=human.work.occupation,
        post=human.work.post,
        phone=human.phone,
        incomes=[FixedIncome(from_day=since, fixed=human.work.fixed)],
    )
    db.session.add(person)
    return person


class GeneralElection:
    """One general election: fills the seats of the county and of every township."""

    def __init__(self, people: People, first_day: date, veterans: list[tuple[Person, str | None]]):
        self.people, self.first_day = people, first_day
        self.random = Random(SEED + first_day.year)  # noqa: S311  (an example, not a secret)
        self.veterans: dict[str | None, list[Person]] = {}
        for person, unit in veterans:
            if int((person.birth or "0")[:4]) >= first_day.year - 64:
                self.veterans.setdefault(unit, []).append(person)

    def deputy(self, unit: str | None, *, chair: bool = False) -> tuple[Person, bool]:
        """Return a person for a seat of *unit*, and whether newly elected."""
        newly = self.random.random() < NEW_SHARE
        known = self.veterans.get(unit)
        if not newly and not chair and known:
            return known.pop(), newly
        human = self.people.human(unit, year=self.first_day.year, chair=chair)
        return _person(human, self.first_day), newly

    def seat(self, person: Person, delegation: Delegation, *, newly: bool, number: int) -> Seat:
        """Seat *person* in *delegation*."""
        return Seat(
            person=person,
            delegation=delegation,
            district=f"第{number}选区",
            elected_on=self.first_day,
            election=Election.GENERAL,
            newly_elected=newly,
        )


def _terms(root: Congress, townships: list[Congress], first: date) -> tuple[Term, list[Term]]:
    last = date(first.year + 5, first.month, first.day) - date.resolution
    name = f"本届({first.year}–{first.year + 5}年)"
    made = [
        Term(congress=congress, name=name, first_day=first, last_day=last)
        for congress in (root, *townships)
    ]
    db.session.add_all(made)
    return made[0], made[1:]


def elect(
    root: Congress,
    townships: list[Congress],
    people: People,
    first: date,
    veterans: list[tuple[Person, str | None]],
) -> TermRows:
    """Hold the general election of the term that begins on *first*."""
    county_term, township_terms = _terms(root, townships, first)
    rows = TermRows(county=county_term, townships=township_terms)
    election = GeneralElection(people, first, veterans)
    for position, (unit, congress, term) in enumerate(
        zip(county.UNITS, townships, township_terms, strict=True)
    ):
        group = Delegation(
            term=county_term,
            unit=congress,
            name=f"{unit.name}代表团",
            seats=unit.county_seats,
            position=position,
        )
        own = Delegation(
            term=term, unit=congress, name=f"{unit.name}代表", seats=unit.township_seats
        )
        rows.delegations.append(group)
        chair, newly = election.deputy(unit.name, chair=True)
        rows.humans.append((chair, unit.name))
        in_county = [(chair, newly)]
        in_township = [(chair, newly)]
        in_county += [election.deputy(unit.name) for _ in range(unit.county_seats - 1)]
        in_township += [election.deputy(unit.name) for _ in range(unit.township_seats - 1)]
        for seats, delegation in ((in_county, group), (in_township, own)):
            for number, (person, new) in enumerate(seats):
                seat = election.seat(person, delegation, newly=new, number=number // 3 + 1)
                seat.chair = delegation is own and number == 0
                db.session.add(seat)
                if delegation is group:
                    rows.seats.append(seat)
                rows.humans.append((person, unit.name))
    _county_units(rows, election)
    db.session.flush()
    return rows


def _county_units(rows: TermRows, election: GeneralElection) -> None:
    group = Delegation(
        term=rows.county,
        name=county.COUNTY_UNITS,
        seats=county.COUNTY_UNITS_SEATS,
        position=len(county.UNITS),
    )
    rows.delegations.append(group)
    for number in range(county.COUNTY_UNITS_SEATS):
        person, newly = election.deputy(None)
        seat = election.seat(person, group, newly=newly, number=number // 3 + 1)
        db.session.add(seat)
        rows.seats.append(seat)
        rows.humans.append((person, None))


def vacate_and_fill(rows: TermRows, people: People, ended: date, elected: date) -> None:
    """End two county seats on *ended* and fill them by by-election on *elected*."""
    for seat, reason in zip(
        rows.seats[5:60:30], (EndReason.MOVED, EndReason.RESIGNED), strict=True
    ):
        seat.ended_on, seat.end_reason = ended, reason
        human = people.human(None, year=elected.year)
        new = Seat(
            person=_person(human, elected),
            delegation=seat.delegation,
            district=seat.district,
            elected_on=elected,
            election=Election.BY_ELECTION,
            newly_elected=True,
        )
        db.session.add(new)
        rows.seats.append(new)
    db.session.flush()
