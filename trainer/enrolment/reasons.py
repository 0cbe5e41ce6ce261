"""Why somebody goes on a run, moves, or stays: reasons that can be read off a result. Pure.

A reason is a sentence of the catalogue with its values; the page translates it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from trainer.core.text import noop
from trainer.enrolment.allocation import Apart, Assignment, Candidate, Pin, Problem, Together

Reason = tuple[str, dict[str, object]]


@dataclass
class Explainer:
    """Reads the reasons off one result; *people* and *runs* are names for sentences."""

    problem: Problem
    chosen: Assignment
    people: Mapping[int, str]
    runs: Mapping[int, str]

    def __post_init__(self) -> None:
        self.bound: defaultdict[int, list[Apart | Together]] = defaultdict(list)
        self.pins = {rule.person: rule for rule in self.problem.rules if isinstance(rule, Pin)}
        for rule in self.problem.rules:
            if isinstance(rule, Apart | Together):
                for key in rule.people:
                    self.bound[key].append(rule)
        self.on = Counter(self.chosen.values())
        self.there = Counter(
            (self.problem.candidates[key].delegation, run) for key, run in self.chosen.items()
        )

    def of(self, person: Candidate) -> list[Reason]:
        """Return the reasons of what was decided about *person*, the weightiest first."""
        run = self.chosen.get(person.key)
        found = self._stays(person) if run is None else self._goes(person, run)
        if person.had is not None and person.had != run:
            found.insert(0, (noop("moved: was on %(run)s before"), {"run": self.runs[person.had]}))
        return found

    def _names(self, keys: frozenset[int], besides: int) -> str:
        return "、".join(self.people[key] for key in sorted(keys - {besides}))

    def _goes(self, person: Candidate, run: int) -> list[Reason]:
        found: list[Reason] = []
        pin = self.pins.get(person.key)
        if pin is not None:
            found.append((noop("the planner has decided so"), {}))
        if person.had == run:
            found.append((noop("was on this run before and stays on it"), {}))
        if person.untrained:
            found.append((noop("not yet trained in this term"), {}))
        if person.newly:
            found.append((noop("newly elected"), {}))
        if run in person.wishes:
            found.append((noop("would like this run"), {}))
        if person.can == {run}:
            found.append((noop("can come on this run only"), {}))
        for rule in self.bound[person.key]:
            found += self._ties(person, run, rule)
        return found or [(noop("a seat of the delegation was free"), {})]

    def _ties(self, person: Candidate, run: int, rule: Apart | Together) -> list[Reason]:
        names: dict[str, object] = {"names": self._names(rule.people, person.key)}
        if isinstance(rule, Together):
            return [(noop("travels with %(names)s"), names)]
        elsewhere = [self.chosen.get(key) for key in rule.people - {person.key}]
        if run in elsewhere:
            return []
        return [(noop("apart from %(names)s, who must not be away at the same time"), names)]

    def _stays(self, person: Candidate) -> list[Reason]:
        pin = self.pins.get(person.key)
        if pin is not None:
            return [(noop("the planner has decided so"), {})]
        able = [run.key for run in self.problem.runs if run.key in person.can]
        if not able:
            return [(noop("can come on none of the runs"), {})]
        seated = [key for key in able if self.problem.seats.get((person.delegation, key), 0)]
        if not seated:
            return [(noop("the delegation has no seats on the runs that suit"), {})]
        found = [reason for key in seated if (reason := self._full(person, key)) is not None]
        if len(found) == len(seated):
            return [*found, *self._after(person)]
        return self._held_back(person)

    def _full(self, person: Candidate, run: int) -> Reason | None:
        seats = self.problem.seats[person.delegation, run]
        if self.there[person.delegation, run] >= seats:
            values: dict[str, object] = {"run": self.runs[run], "seats": seats}
            return noop("%(run)s: all %(seats)s seats of the delegation are taken"), values
        places = next(each.places for each in self.problem.runs if each.key == run)
        if self.on[run] >= places:
            return noop("%(run)s: all %(seats)s places are taken"), {
                "run": self.runs[run],
                "seats": places,
            }
        return None

    def _after(self, person: Candidate) -> list[Reason]:
        """Say who came first, when others of the delegation had more claim."""
        rank = (not person.untrained, not person.newly)
        mates = [
            mate
            for key in self.chosen
            if (mate := self.problem.candidates[key]).delegation == person.delegation
        ]
        before = sum((not mate.untrained, not mate.newly) < rank for mate in mates)
        if before:
            text = noop("%(count)s of the delegation come first: untrained or newly elected")
            return [(text, {"count": before})]
        return [(noop("others with the same claim were chosen; a pin can change that"), {})]

    def _held_back(self, person: Candidate) -> list[Reason]:
        found: list[Reason] = []
        for rule in self.bound[person.key]:
            names: dict[str, object] = {"names": self._names(rule.people, person.key)}
            if isinstance(rule, Together):
                found.append((noop("%(names)s cannot go as well"), names))
            elif any(key in self.chosen for key in rule.people - {person.key}):
                found.append((noop("must stay while %(names)s is away"), names))
        return found or [(noop("others make the runs fuller or more alike"), {})]
