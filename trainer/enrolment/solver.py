"""Finding the best allocation with CP-SAT, and the smallest contradiction when there is none.

People who are alike in everything that counts are one variable a run (how many of them go), which
makes 1,235 deputies on 24 runs a matter of seconds. The levels are reached one after another:
each is proved best before the next begins, and is kept from then on (lexicographic optimum).
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ortools.sat.python import cp_model

from trainer.enrolment.allocation import (
    Apart,
    Assignment,
    Can,
    Candidate,
    Demand,
    Least,
    Level,
    Pin,
    Places,
    Problem,
    Result,
    Seats,
    Standing,
    Together,
    Trait,
)

Terms = list[cp_model.IntVar]
Worth = Any  # a linear expression, as CP-SAT has several kinds of them
Tell = Callable[[Level, int, Assignment | None], bool]  # level, figure, the best so far; go on?
FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)
LARGE = 2_000  # variables from which the solver's strongest relaxation costs more than it gains
PATIENCE = 60.0  # seconds for one search of a contradiction


def _go_on(_level: Level, _figure: int, _best: Assignment | None) -> bool:
    return True


@dataclass
class _Group:
    """People who are alike in everything that counts, and how many of them go on each run."""

    people: list[int]
    pattern: Candidate
    on: dict[int, cp_model.IntVar] = field(default_factory=dict)


class _Model:
    """The demands of a problem as a CP-SAT model, each under its own switch when *switched*."""

    def __init__(self, problem: Problem, *, fine: bool = True, switched: bool = False) -> None:
        self.problem = problem
        self.fine = fine
        self.model = cp_model.CpModel()
        self.switches: dict[Demand, cp_model.IntVar] = {}
        self.switched = switched
        self.runs = [run.key for run in problem.runs]
        self.groups = [self._add_group(*found) for found in self._alike().items()]
        self.of = {key: group for group in self.groups for key in group.people}
        for demand in problem.demands():
            self._add(demand)

    def _alike(self) -> dict[tuple[Candidate, int], list[int]]:
        named = {key for group in self.problem.liking for key in group}
        for rule in self.problem.rules:
            named |= {rule.person} if isinstance(rule, Pin) else getattr(rule, "people", set())
        kinds = self.problem.kinds
        needed = {rule.trait for rule in self.problem.rules if isinstance(rule, Least)}
        women, minorities = (self.fine or t in needed for t in (Trait.WOMEN, Trait.MINORITIES))
        found: defaultdict[tuple[Candidate, int], list[int]] = defaultdict(list)
        every = frozenset(self.runs)
        for person in self.problem.people:
            free = person.can & every
            single = person.key in named or (self.switched and free != every)
            kept = person.occupation if f"occupation {person.occupation}" in kinds else ""
            pattern = replace(
                person,
                key=0,
                can=free,
                occupation=kept if self.fine else "",
                woman=person.woman and women,
                minority=person.minority and minorities,
            )
            found[pattern, person.key if single else 0].append(person.key)
        return found

    def _add_group(self, alike: tuple[Candidate, int], people: list[int]) -> _Group:
        group = _Group(sorted(people), alike[0])
        for run in self.runs:
            seated = self.problem.seats.get((group.pattern.delegation, run), 0) > 0
            if self.switched or (run in group.pattern.can and seated):
                group.on[run] = self.model.new_int_var(0, len(people), "")
        if len(group.on) > 1:
            self.model.add(sum(group.on.values()) <= len(people))
        return group

    def _on(self, run: int, people: Iterable[int] | None = None) -> Terms:
        """Return the variables whose sum is how many (of *people*, who are named) go on *run*."""
        groups = self.groups if people is None else [self.of[key] for key in sorted(set(people))]
        return [group.on[run] for group in groups if run in group.on]

    def _require(self, demand: Demand, what: Any) -> None:
        """Let *what* hold under the demand's switch; sums without variables are plain bools."""
        if what is True:
            return
        constraint = self.model.add(self.model.new_constant(0) >= 1 if what is False else what)
        if self.switched:
            if demand not in self.switches:
                self.switches[demand] = self.model.new_bool_var("")
            constraint.only_enforce_if(self.switches[demand])

    def _add(self, demand: Demand) -> None:
        match demand:
            case Places(run, most):
                self._require(demand, sum(self._on(run)) <= most)
            case Seats(delegation, run, most):
                theirs = [g for g in self.groups if g.pattern.delegation == delegation]
                self._require(demand, sum(g.on[run] for g in theirs if run in g.on) <= most)
            case Least(run, trait, least):
                have = [g.on[run] for g in self.groups if run in g.on and g.pattern.has(trait)]
                self._require(demand, sum(have) >= least)
            case _:
                self._add_choice(demand)

    def _add_choice(self, demand: Demand) -> None:
        match demand:
            case Can(person, runs):
                on = self.of[person].on
                for run in on.keys() - runs if self.switched else ():
                    self._require(demand, on[run] == 0)
            case Pin(person, runs):
                on = self.of[person].on
                self._require(demand, sum(on[run] for run in on.keys() & runs) == bool(runs))
                for run in on.keys() - runs:
                    self._require(demand, on[run] == 0)
            case Apart(people, most):
                for moment in self.problem.moments:
                    away = [one for run in sorted(moment) for one in self._on(run, people)]
                    self._require(demand, sum(away) <= most)
            case Together(people):
                self._tie(demand, people)

    def _tie(self, demand: Demand, people: frozenset[int]) -> None:
        first, *others = sorted(people)
        for run in self.runs:
            one = self.of[first].on.get(run, 0)
            for other in others:
                self._require(demand, one == self.of[other].on.get(run, 0))

    def _wish(self, people: frozenset[int]) -> cp_model.IntVar:
        """Return a variable that is 1 only if *people* go together."""
        kept = self.model.new_bool_var("")
        where = []
        for run in self.runs:
            on = self._on(run, people)
            if len(on) == len(people):
                here = self.model.new_bool_var("")
                self.model.add_bool_and(on).only_enforce_if(here)
                where.append(here)
        self.model.add(sum(where) == kept)
        return kept

    def _spread(self, kind: str) -> cp_model.LinearExpr:
        """Return how far the runs differ in the number of *kind*, from what is expected."""
        keys, many = self.problem.kinds[kind], len(self.problem.people)
        high, low = (self.model.new_int_var(-many, many, "") for _ in range(2))
        for run in self.problem.runs:
            on = [g.on[run.key] for g in self.groups if run.key in g.on and g.people[0] in keys]
            gap = sum(on) - self.problem.expected(kind, run)
            self.model.add(gap <= high)
            self.model.add(gap >= low)
        return high - low

    def worth(self, level: Level) -> Worth | None:
        """Return the expression of a level's figure, None when it is the same in every result."""
        groups = self.groups
        if level is Level.FILLED:
            return sum(one for g in groups for one in g.on.values())
        if level is Level.MOVED:
            had = [g for g in groups if g.pattern.had is not None]
            stays = [g.on[g.pattern.had] for g in had if g.pattern.had in g.on]
            return sum(len(g.people) for g in had) - sum(stays) if stays else None
        if level in (Level.UNTRAINED, Level.NEWLY):
            return sum(v for g in groups if getattr(g.pattern, level) for v in g.on.values())
        if level is Level.WISHES:
            kept = [g.on[run] for g in groups for run in sorted(g.pattern.wishes) if run in g.on]
            kept += [self._wish(people) for people in self.problem.liking]
            return sum(kept) if kept else None
        if not self.problem.balanced or len(self.runs) < 2:
            return None
        return sum(self._spread(kind) for kind in self.problem.kinds)

    def read(self, value: Callable[[cp_model.IntVar], int]) -> Assignment:
        """Return who goes where, out of the numbers of each group."""
        chosen: dict[int, int] = {}
        for group in self.groups:
            left = list(group.people)
            for run, variable in group.on.items():
                count = value(variable)
                chosen |= dict.fromkeys(left[:count], run)
                del left[:count]
        return chosen

    def begin_with(self, chosen: Assignment) -> None:
        """Begin the next search with what was found before."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for group in self.groups:
            for run, variable in group.on.items():
                self.model.add_hint(variable, sum(chosen.get(key) == run for key in group.people))

    def keep_level(self, level: Level, figure: int, worth: Worth | None = None) -> None:
        """Let no later result be worse than *figure* at *level*."""
        worth = self.worth(level) if worth is None else worth
        assert worth is not None  # only levels that have been searched are kept
        self.model.add(worth >= figure if level.more_is_better else worth <= figure)


class _Watch(cp_model.CpSolverSolutionCallback):
    """Tells of each better result, and stops the search when told to."""

    def __init__(self, model: _Model, level: Level, tell: Tell) -> None:
        super().__init__()
        self.model, self.level, self.tell = model, level, tell

    def on_solution_callback(self) -> None:
        """Take notice of a better result."""
        if not self.tell(self.level, round(self.objective_value), self.model.read(self.value)):
            self.stop_search()


def _solver(seconds: float, *, large: bool, workers: int = 1) -> cp_model.CpSolver:
    """Return a solver that proves fast: the whole linear relaxation first, and no cuts."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 2017
    solver.parameters.root_lp_iterations = 200_000
    solver.parameters.cut_level = 0
    solver.parameters.linearization_level = 1 if large else 2
    return solver


class _Search:
    """The levels one after another; what was reached is kept, whatever stops the search."""

    def __init__(self, problem: Problem, seconds: float, tell: Tell) -> None:
        self.problem, self.tell = problem, tell
        self.end = time.monotonic() + seconds
        self.chosen: Assignment | None = None
        self.best: dict[Level, int] = {}
        self.proved: set[Level] = set()
        self.impossible = False

    def run(self) -> None:
        """Search level after level, the last one with people told apart in all that they are."""
        coarse = _Model(self.problem, fine=False)
        if all(self._reach(coarse, level) for level in Level if level is not Level.BALANCE):
            self._reach(self._fine(), Level.BALANCE)

    def _fine(self) -> _Model:
        fine = _Model(self.problem)
        for level, figure in self.best.items():
            fine.keep_level(level, figure)
        return fine

    def _reach(self, model: _Model, level: Level) -> bool:
        """Reach the best figure of *level*; tell whether it is proved and the search goes on."""
        worth = model.worth(level)
        if worth is None or isinstance(worth, int):
            self.proved.add(level)
            return True
        left = self.end - time.monotonic()
        if not self.tell(level, 0, None) or left <= 0:
            return False
        if self.chosen is not None:
            model.begin_with(self.chosen)
        (model.model.maximize if level.more_is_better else model.model.minimize)(worth)
        large = len(model.groups) * len(model.runs) > LARGE
        workers = 2 if large and level is Level.BALANCE else 1
        solver = _solver(left, large=large, workers=workers)
        status = solver.solve(model.model, _Watch(model, level, self.tell))
        self.impossible = status == cp_model.INFEASIBLE
        if status not in FOUND:
            return False
        self.chosen = model.read(solver.value)
        if status != cp_model.OPTIMAL:
            return False
        self.proved.add(level)
        self.best[level] = round(solver.objective_value)
        model.keep_level(level, self.best[level], worth)
        return True


def solve(problem: Problem, *, seconds: float = 60.0, tell: Tell = _go_on) -> Result:
    """Return the best allocation, proved if the time suffices.

    *tell* hears of every level that begins (with None) and of every better result; when it returns
    False the search stops, and the best so far is returned.
    """
    begun = time.monotonic()
    search = _Search(problem, seconds, tell)
    search.run()
    if search.chosen is None and search.impossible:
        found = conflict(problem)
        return Result(Standing.IMPOSSIBLE, conflict=found, seconds=time.monotonic() - begun)
    standing = Standing.OPTIMAL if len(search.proved) == len(Level) else Standing.BEST_SO_FAR
    if search.chosen is None:
        standing = Standing.UNKNOWN
    taken = time.monotonic() - begun
    return Result(standing, search.chosen or {}, frozenset(search.proved), seconds=taken)


def conflict(problem: Problem) -> tuple[Demand, ...]:
    """Return demands that contradict each other, none of which could be left out (minimal core).

    CP-SAT names demands that suffice; each is then left out in turn, and stays out whenever the
    others still contradict each other (deletion filter). Empty when there is no contradiction.
    """
    model = _Model(problem, switched=True)
    model.model.add_assumptions(list(model.switches.values()))
    solver = _solver(PATIENCE, large=False)
    if solver.solve(model.model) != cp_model.INFEASIBLE:
        return ()
    named = set(solver.sufficient_assumptions_for_infeasibility())
    core = [d for d, switch in model.switches.items() if switch.index in named]
    if not core:
        core = list(model.switches)
    for demand in list(core):
        without = [other for other in core if other != demand]
        if not _possible(model, without):
            core = without
    return tuple(core)


def _possible(model: _Model, demands: Iterable[Demand]) -> bool:
    """Tell whether there is a result that meets just these *demands*."""
    model.model.clear_assumptions()
    on = {model.switches[demand].index for demand in demands}
    trial = model.model.clone()
    for switch in model.switches.values():
        trial.add(trial.get_bool_var_from_proto_index(switch.index) == (switch.index in on))
    return _solver(PATIENCE, large=False).solve(trial) != cp_model.INFEASIBLE
