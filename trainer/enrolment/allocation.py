"""Who goes on which run of a class: demands, wishes, and what a result is worth. Pure values.

A *demand* holds in every result; when demands contradict each other they are named. What is
wanted beyond them is reached in the order of `Level`, each level as far as the levels before it
allow. `solver` finds such a result, and proves that none is better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from trainer.core.text import Labelled, noop

MOST_OCCUPATIONS = 6  # the largest ones are balanced; smaller ones would only be noise


class Trait(Labelled):
    """What runs may need a minimum of."""

    ANYBODY = "anybody", noop("Participants")
    NEW = "new", noop("Newly elected")
    WOMEN = "women", noop("Women")
    MINORITIES = "minorities", noop("Minorities")


class Level(Labelled):
    """What is wanted, the most important first; a later one never costs anything of an earlier."""

    FILLED = "filled", noop("Places filled")
    MOVED = "moved", noop("People moved")
    UNTRAINED = "untrained", noop("Untrained deputies")
    NEWLY = "newly", noop("Newly elected deputies")
    WISHES = "wishes", noop("Wishes kept")
    BALANCE = "balance", noop("Runs alike")

    @property
    def more_is_better(self) -> bool:
        """Whether a larger figure is the better one."""
        return self not in (Level.MOVED, Level.BALANCE)


@dataclass(frozen=True)
class Run:
    """One run (期) with its places and days; *key* is the class's id."""

    key: int
    places: int
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Candidate:
    """A deputy who may go: to whom, what they are, when they can, which runs they would like.

    *had* is the run they were on in the result before, None when they were on none.
    """

    key: int
    delegation: int
    untrained: bool = True
    newly: bool = False
    woman: bool = False
    minority: bool = False
    occupation: str = ""
    can: frozenset[int] = frozenset()
    wishes: frozenset[int] = frozenset()
    had: int | None = None

    def has(self, trait: Trait) -> bool:
        """Tell whether the deputy counts towards a minimum of *trait*."""
        held = {Trait.NEW: self.newly, Trait.WOMEN: self.woman, Trait.MINORITIES: self.minority}
        return held.get(trait, True)


@dataclass(frozen=True)
class Places:
    """A run has no more than so many places."""

    run: int
    most: int


@dataclass(frozen=True)
class Seats:
    """A delegation has no more than so many seats on a run."""

    delegation: int
    run: int
    most: int


@dataclass(frozen=True)
class Least:
    """A run needs at least so many people with a trait."""

    run: int
    trait: Trait
    least: int


@dataclass(frozen=True)
class Can:
    """A deputy is free on these runs only."""

    person: int
    runs: frozenset[int]


@dataclass(frozen=True)
class Pin:
    """The planner has decided: the deputy goes on one of these runs; on none when it is empty."""

    person: int
    runs: frozenset[int]


@dataclass(frozen=True)
class Apart:
    """At most so many of these people are away on the same day.

    *leaders*: they are the chair and vice-chairs of a township, one of whom must stay.
    """

    people: frozenset[int]
    most: int
    leaders: bool = False


@dataclass(frozen=True)
class Together:
    """These people go on the same run, or all stay."""

    people: frozenset[int]


Demand = Places | Seats | Least | Can | Pin | Apart | Together
Assignment = Mapping[int, int]  # person → run; who stays is not in it


@dataclass(frozen=True)
class Problem:
    """Everything that an allocation has to go by.

    *seats* maps (delegation, run) to a number; a pair that is missing has none. *rules* are the
    demands beside places, seats and availability. *liking* are groups that want to travel together.
    """

    runs: tuple[Run, ...]
    people: tuple[Candidate, ...]
    seats: Mapping[tuple[int, int], int]
    rules: tuple[Demand, ...] = ()
    liking: tuple[frozenset[int], ...] = ()
    balanced: bool = True

    @cached_property
    def candidates(self) -> dict[int, Candidate]:
        """The deputies by key."""
        return {person.key: person for person in self.people}

    def demands(self) -> Iterator[Demand]:
        """Yield all demands."""
        every = frozenset(run.key for run in self.runs)
        yield from (Places(run.key, run.places) for run in self.runs)
        for whose in sorted({person.delegation for person in self.people}):
            for run in self.runs:
                yield Seats(whose, run.key, self.seats.get((whose, run.key), 0))
        yield from (Can(p.key, p.can & every) for p in self.people if not every <= p.can)
        yield from self.rules

    @cached_property
    def moments(self) -> tuple[frozenset[int], ...]:
        """Sets of runs that are held on a common day, none within another."""
        found = {
            frozenset(r.key for r in self.runs if r.first_day <= run.first_day <= r.last_day)
            for run in self.runs
        }
        largest = [one for one in found if not any(one < other for other in found)]
        return tuple(sorted(largest, key=sorted))

    @cached_property
    def kinds(self) -> dict[str, frozenset[int]]:
        """Whom the runs should have alike: everybody, women, minorities, each large occupation."""
        people = self.people
        found = {
            "": frozenset(p.key for p in people),
            Trait.WOMEN.value: frozenset(p.key for p in people if p.woman),
            Trait.MINORITIES.value: frozenset(p.key for p in people if p.minority),
        }
        common = Counter(p.occupation for p in people if p.occupation).most_common()
        for name, count in sorted(common, key=lambda item: (-item[1], item[0]))[:MOST_OCCUPATIONS]:
            if count >= len(self.runs):
                found[f"occupation {name}"] = frozenset(
                    p.key for p in people if p.occupation == name
                )
        return {name: keys for name, keys in found.items() if keys}

    def expected(self, kind: str, run: Run) -> int:
        """Return how many of *kind* a run has when they are spread like its places."""
        places = sum(each.places for each in self.runs)
        going = min(places, len(self.people))
        return round(len(self.kinds[kind]) * going * run.places / (len(self.people) * places))


@dataclass(frozen=True)
class Figures:
    """What an assignment is worth, level by level."""

    filled: int
    moved: int
    untrained: int
    newly: int
    wishes: int
    balance: int

    def at(self, level: Level) -> int:
        """Return the figure of *level*."""
        return int(getattr(self, level.value))

    def key(self) -> tuple[int, ...]:
        """Return what a better assignment has a larger one of."""
        return tuple(self.at(level) if level.more_is_better else -self.at(level) for level in Level)


def figures(problem: Problem, chosen: Assignment) -> Figures:
    """Return what *chosen* is worth."""
    going = [problem.candidates[key] for key in chosen]
    balance = 0
    for kind, keys in problem.kinds.items() if problem.balanced else ():
        here = Counter(run for key, run in chosen.items() if key in keys)
        gaps = [here[run.key] - problem.expected(kind, run) for run in problem.runs]
        balance += max(gaps) - min(gaps)
    liked = sum(
        len({chosen.get(key) for key in group}) == 1 and group <= chosen.keys()
        for group in problem.liking
    )
    return Figures(
        filled=len(chosen),
        untrained=sum(p.untrained for p in going),
        newly=sum(p.newly for p in going),
        moved=sum(p.had is not None and chosen.get(p.key) != p.had for p in problem.people),
        wishes=sum(chosen[p.key] in p.wishes for p in going) + liked,
        balance=balance,
    )


class Standing(Labelled):
    """How sure a result is."""

    OPTIMAL = "optimal", noop("Proved: there is no better one")
    BEST_SO_FAR = "best", noop("The best found so far")
    IMPOSSIBLE = "impossible", noop("Impossible: the demands contradict each other")
    UNKNOWN = "unknown", noop("Nothing was found in the time")


@dataclass(frozen=True)
class Result:
    """What became of an allocation: the assignment, or the demands that contradict each other.

    *proved* are the levels at which nothing better exists, given the levels before.
    """

    standing: Standing
    chosen: Assignment = field(default_factory=dict)
    proved: frozenset[Level] = frozenset()
    conflict: tuple[Demand, ...] = ()
    seconds: float = 0.0
