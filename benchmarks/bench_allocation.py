"""How much better an allocation is than a plain greedy one, and how long its proof takes."""

from __future__ import annotations

import time

from tests.enrolment.counties import broken, county
from trainer.enrolment.allocation import Apart, Candidate, Level, Problem, Together, figures
from trainer.enrolment.solver import solve

CASES = ((205, 2, 50, 22, 1.0), (1235, 24, 48, 20, 30.0))


def greedy(problem: Problem) -> dict[int, int]:
    """Give the next best deputy the run they like, else the emptiest one that is possible.

    What a careful clerk does by hand: who is on the list once stays. Minimums may be missed.
    """
    chosen: dict[int, int] = {}
    left = {run.key: run.places for run in problem.runs}
    seats = dict(problem.seats)
    bound = {key: rule for rule in problem.rules for key in _people(rule)}

    def fits(person: Candidate, run: int) -> bool:
        rule = bound.get(person.key)
        free = run in person.can and left[run] and seats.get((person.delegation, run), 0)
        others = [key for key in _people(rule) if key != person.key]
        if isinstance(rule, Together):  # a pair is left for the end of the list by hand
            return False
        return bool(free) and not any(chosen.get(key) == run for key in others)

    order = sorted(problem.people, key=lambda p: (not p.untrained, not p.newly, p.key))
    for person in order:
        able = [run for run in left if fits(person, run)]
        if able:
            run = max(able, key=lambda key: (key in person.wishes, left[key]))
            chosen[person.key] = run
            left[run] -= 1
            seats[person.delegation, run] -= 1
    return chosen


def _people(rule: object) -> frozenset[int]:
    return rule.people if isinstance(rule, Apart | Together) else frozenset()


def main() -> None:
    """Print both results level by level."""
    for people, runs, places, delegations, limit in CASES:
        problem = county(people, runs, places, delegations)
        begun = time.perf_counter()
        plain = greedy(problem)
        by_hand = time.perf_counter() - begun
        result = solve(problem, seconds=limit)
        assert broken(problem, result.chosen) == []
        ours, theirs = figures(problem, result.chosen), figures(problem, plain)
        print(f"{people} deputies on {runs} runs: {result.seconds:.2f} s (limit {limit:g} s)")
        print(
            f"  demands broken: solver 0, greedy {len(broken(problem, plain))} in {by_hand:.2f} s"
        )
        for level in Level:
            state = "proved best" if level in result.proved else "best so far"
            print(f"  {level:10} solver {ours.at(level):5}  greedy {theirs.at(level):5}  {state}")


if __name__ == "__main__":
    main()
