"""Coverage (覆盖率) reckoned from seats and classes attended: pure counting.

A deputy is *trained* who completed at least one class under a seat of the term in question.
Rates are computed on deputies in office on a day; person-times (人次) count each class attended,
distinct people (人数) each person once: the two are never added or compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from trainer.core.text import Labelled, noop
from trainer.people.rules import Span, in_office


class Level(StrEnum):
    """Whose deputies, seen from the congress that reports."""

    OWN = "own"
    BELOW = "below"
    ABOVE = "above"


class Kind(Labelled):
    """The list of people behind a figure."""

    IN_OFFICE = "in_office", noop("In office")
    NEW = "new", noop("Newly elected")
    TRAINED = "trained", noop("Trained")
    UNTRAINED = "untrained", noop("Not yet trained")
    NEW_TRAINED = "new_trained", noop("Newly elected and trained")
    NEW_UNTRAINED = "new_untrained", noop("Newly elected, not yet trained")
    PEOPLE = "people", noop("Distinct people")
    PERSON_TIMES = "person_times", noop("Person-times")


@dataclass(frozen=True)
class Mandate:
    """A seat as coverage sees it; *group* is the delegation or township it is reported under."""

    seat_id: int
    person_id: int
    term_id: int
    level: Level
    group: str
    delegation: str
    newly_elected: bool
    elected_on: date
    ended_on: date | None
    suspensions: tuple[Span, ...] = ()

    def in_office(self, day: date) -> bool:
        """Tell whether the seat counts as in office on *day*."""
        return in_office(
            day,
            elected_on=self.elected_on,
            ended_on=self.ended_on,
            suspensions=self.suspensions,
        )


@dataclass(frozen=True)
class Attended:
    """A finished class in which a deputy came at least once, under one seat."""

    mandate: Mandate
    class_id: int
    class_name: str
    first_day: date
    last_day: date
    hours: Decimal
    completed: bool


@dataclass(frozen=True)
class Period:
    """From *first* (None: the beginning) to *last*; a class belongs to the day it ended on."""

    last: date
    first: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether *day* lies within."""
        return day <= self.last and (self.first is None or day >= self.first)


@dataclass(frozen=True)
class Figures:
    """What is reported of a scope; hours are those of the deputies in office, in sum."""

    in_office: int = 0
    new: int = 0
    trained: int = 0
    new_trained: int = 0
    people: int = 0
    person_times: int = 0
    hours: Decimal = Decimal(0)

    @property
    def average_hours(self) -> Decimal:
        """Class hours per deputy in office."""
        return self.hours / self.in_office if self.in_office else Decimal(0)

    @property
    def coverage(self) -> Decimal:
        """Share of the deputies in office who are trained, in per cent."""
        return _rate(self.trained, self.in_office)

    @property
    def new_coverage(self) -> Decimal:
        """Share of the newly elected in office who are trained, in per cent."""
        return _rate(self.new_trained, self.new)


def _rate(part: int, whole: int) -> Decimal:
    return Decimal(100 * part) / whole if whole else Decimal(0)


class Scope:
    """Seats reported together, and what was attended under seats of their terms."""

    def __init__(self, mandates: Iterable[Mandate], attended: Iterable[Attended]) -> None:
        self.mandates = list(mandates)
        terms = {each.term_id for each in self.mandates}
        seats = {each.seat_id for each in self.mandates}
        of_terms = [each for each in attended if each.mandate.term_id in terms]
        self._by_person: defaultdict[int, list[Attended]] = defaultdict(list)
        for each in of_terms:
            self._by_person[each.mandate.person_id].append(each)
        self._own = [each for each in of_terms if each.mandate.seat_id in seats]

    def in_office(self, day: date) -> set[int]:
        """Return the persons in office on *day*."""
        return {each.person_id for each in self.mandates if each.in_office(day)}

    def newly_elected(self, day: date) -> set[int]:
        """Return the persons in office on *day* under a seat they were newly elected to."""
        return {
            each.person_id for each in self.mandates if each.newly_elected and each.in_office(day)
        }

    def trained(self, by: date) -> set[int]:
        """Return the persons who completed a class that ended by the day."""
        return {
            person
            for person, classes in self._by_person.items()
            if any(each.completed and each.last_day <= by for each in classes)
        }

    def person_times(self, period: Period) -> list[Attended]:
        """Return the classes attended in *period*, one entry for each person and class."""
        return [each for each in self._own if period.holds(each.last_day)]

    def hours(self, person_id: int, period: Period) -> Decimal:
        """Return the class hours of a person in *period*."""
        classes = self._by_person.get(person_id, ())
        return sum((c.hours for c in classes if period.holds(c.last_day)), Decimal(0))

    def completed(self, person_id: int, period: Period) -> int:
        """Return how many classes of *period* a person completed."""
        classes = self._by_person.get(person_id, ())
        return sum(c.completed and period.holds(c.last_day) for c in classes)

    def people(self, kind: Kind, period: Period) -> set[int]:
        """Return the persons behind a figure, as of the last day of *period*."""
        day = period.last
        if kind in (Kind.PEOPLE, Kind.PERSON_TIMES):
            return {each.mandate.person_id for each in self.person_times(period)}
        new = kind in (Kind.NEW, Kind.NEW_TRAINED, Kind.NEW_UNTRAINED)
        base = self.newly_elected(day) if new else self.in_office(day)
        if kind in (Kind.TRAINED, Kind.NEW_TRAINED):
            return base & self.trained(day)
        if kind in (Kind.UNTRAINED, Kind.NEW_UNTRAINED):
            return base - self.trained(day)
        return base

    def figures(self, period: Period) -> Figures:
        """Return the figures as of the last day of *period*; classes count within it.

        Whether somebody is trained looks back to the beginning of the term.
        """
        day = period.last
        office, new, trained = self.in_office(day), self.newly_elected(day), self.trained(day)
        times = self.person_times(period)
        return Figures(
            in_office=len(office),
            new=len(new),
            trained=len(office & trained),
            new_trained=len(new & trained),
            people=len({each.mandate.person_id for each in times}),
            person_times=len(times),
            hours=sum((self.hours(person, period) for person in office), Decimal(0)),
        )


def groups(mandates: Sequence[Mandate], level: Level) -> dict[str, list[Mandate]]:
    """Return the mandates of a level by the group they are reported under, in order."""
    found: dict[str, list[Mandate]] = {}
    for each in mandates:
        if each.level is level:
            found.setdefault(each.group, []).append(each)
    return found
