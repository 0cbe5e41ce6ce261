"""What coming classes can still change: whom planned places reach, and which targets they miss.

Pure: people are counted by the audiences that take them, places by the audience they are for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import Enum
from functools import partial

from trainer.plans.rules import Audience, TargetKind

HOURS_A_DAY = Decimal(8)  # 4 class hours a half-day


class Group(Enum):
    """What makes somebody belong to an audience; who has two seats belongs to two groups."""

    OWN_NEW = "own_new"
    OWN_OTHER = "own_other"
    BELOW_NEW = "below_new"
    BELOW_OTHER = "below_other"


TAKES: dict[Audience, frozenset[Group]] = {
    Audience.OWN_NEW: frozenset({Group.OWN_NEW}),
    Audience.OWN: frozenset({Group.OWN_NEW, Group.OWN_OTHER}),
    Audience.BELOW_NEW: frozenset({Group.BELOW_NEW}),
    Audience.BELOW: frozenset({Group.BELOW_NEW, Group.BELOW_OTHER}),
    Audience.EVERYBODY: frozenset(Group),
    Audience.PART: frozenset(),  # nobody can be counted on to be among them
}
Groups = frozenset[Group]
_NEW = frozenset({Group.OWN_NEW, Group.BELOW_NEW})


def groups_of(*, own: bool, own_new: bool, below: bool, below_new: bool) -> Groups:
    """Return the groups of somebody by the seats held, and whether newly elected to them."""
    found = set()
    if own:
        found.add(Group.OWN_NEW if own_new else Group.OWN_OTHER)
    if below:
        found.add(Group.BELOW_NEW if below_new else Group.BELOW_OTHER)
    return frozenset(found)


class _Flow:
    """People given to places, so that a place can be taken back and given to somebody else."""

    def __init__(self, places: Mapping[Audience, int]) -> None:
        self.free = dict(places)
        self.given: dict[tuple[Groups, Audience], int] = {}

    def give(self, who: Groups, amount: int, seen: set[Audience]) -> int:
        """Find room for up to *amount* of *who*; return for how many it was found."""
        for what, free in self.free.items():
            if what in seen or not TAKES[what] & who:
                continue
            seen.add(what)
            moved = min(amount, free) or self._taken_back(what, amount, seen)
            if moved:
                self.free[what] -= moved
                self.given[who, what] = self.given.get((who, what), 0) + moved
                return moved
        return 0

    def _taken_back(self, what: Audience, amount: int, seen: set[Audience]) -> int:
        """Free up to *amount* places of a full audience by giving others theirs elsewhere."""
        for (other, where), count in list(self.given.items()):
            moved = self.give(other, min(amount, count), seen) if where is what and count else 0
            if moved:
                self.given[other, what] -= moved
                self.free[what] += moved
                return moved
        return 0


def reached(people: Mapping[Groups, int], places: Mapping[Audience, int]) -> int:
    """Return how many of *people* the *places* can train at most, each of them once.

    A maximum flow from people to places by augmenting paths (Ford and Fulkerson 1956); there are
    at most nine kinds of people and six of places.
    """
    flow, total = _Flow(places), 0
    for who, count in people.items():
        left = count
        while left and (moved := flow.give(who, left, set())):
            left -= moved
        total += count - left
    return total


@dataclass(frozen=True)
class Standing:
    """Where a term stands before the classes looked at: deputies in office, and who is trained.

    *untrained* are those in office not yet trained, by group; *hours* those earned in the year.
    """

    in_office: int
    new: int
    trained: int
    new_trained: int
    untrained: Mapping[Groups, int]
    people: int = 0
    person_times: int = 0
    classes: int = 0
    hours: Decimal = Decimal(0)


@dataclass(frozen=True)
class Coming:
    """One planned class as far as it is still to come: places of all its runs together."""

    audience: Audience
    runs: int
    persons: int
    days: Decimal

    @property
    def places(self) -> int:
        """Person-times."""
        return self.runs * self.persons


def places_by_audience(coming: Iterable[Coming]) -> dict[Audience, int]:
    """Return the places of planned classes by the deputies they are for."""
    found: dict[Audience, int] = {}
    for one in coming:
        found[one.audience] = found.get(one.audience, 0) + one.places
    return found


@dataclass(frozen=True)
class Reach:
    """A target of a year and the most that can be reached of it; *missing* is what would help.

    *missing* counts places for rates and people, runs for classes, person-times, hours of class
    for each deputy, and for the cost the yuan by which it is passed.
    """

    kind: TargetKind
    target: Decimal
    most: Decimal
    missing: Decimal

    @property
    def ok(self) -> bool:
        """Whether the target can be reached."""
        return not self.missing


def reaches(
    standing: Standing,
    coming: Sequence[Coming],
    targets: Mapping[TargetKind, Decimal],
    budget: Decimal,
) -> list[Reach]:
    """Return what *coming* classes can reach at most of each of the year's *targets*."""
    places = places_by_audience(coming)
    every = reached(standing.untrained, places)
    newcomers = {who: n for who, n in standing.untrained.items() if who & _NEW}
    new = reached(newcomers, places)
    times = sum(one.places for one in coming)
    runs = sum(one.runs for one in coming)
    people = max(standing.people, min(standing.people + times, standing.in_office))
    found: dict[TargetKind, Callable[[Decimal], tuple[Decimal, Decimal]]] = {
        TargetKind.COVERAGE: partial(_rate, standing.trained + every, standing.in_office),
        TargetKind.NEW_COVERAGE: partial(_rate, standing.new_trained + new, standing.new),
        TargetKind.CLASSES: partial(_count, standing.classes + runs),
        TargetKind.PERSON_TIMES: partial(_count, standing.person_times + times),
        TargetKind.PEOPLE: partial(_count, people),
        TargetKind.HOURS: partial(_hours, standing, coming),
        TargetKind.COST: lambda target: (budget, max(Decimal(0), budget - target)),
    }
    return [
        Reach(kind, targets[kind], *found[kind](targets[kind]))
        for kind in TargetKind
        if kind in targets and kind in found
    ]


def _rate(part: int, whole: int, target: Decimal) -> tuple[Decimal, Decimal]:
    if not whole:
        return Decimal(0), Decimal(0)
    needed = (target * whole / 100).to_integral_value(ROUND_CEILING)
    return Decimal(100 * part) / whole, max(Decimal(0), needed - part)


def _count(most: int, target: Decimal) -> tuple[Decimal, Decimal]:
    return Decimal(most), max(Decimal(0), target - most)


def _hours(
    standing: Standing, coming: Sequence[Coming], target: Decimal
) -> tuple[Decimal, Decimal]:
    if not standing.in_office:
        return Decimal(0), Decimal(0)
    planned = sum((one.places * one.days * HOURS_A_DAY for one in coming), Decimal(0))
    most = (standing.hours + planned) / standing.in_office
    return most, max(Decimal(0), target - most)
