"""Allocation: demands always hold, nothing better exists, contradictions are named minimally."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from tests.enrolment import counties
from tests.enrolment.counties import all_results, broken, county, meets, possible, runs
from trainer.enrolment.allocation import (
    Apart,
    Assignment,
    Candidate,
    Demand,
    Least,
    Level,
    Pin,
    Problem,
    Standing,
    Together,
    Trait,
    figures,
)
from trainer.enrolment.solver import conflict, solve

EXAMPLES = 1500 if os.environ.get("TRAINER_TEST_FULL") else 60
BOTH = frozenset({101, 102})


def test_205_deputies_on_two_runs_are_proved_best() -> None:
    problem = county(205, 2, 50, 22)
    result = solve(problem)
    assert result.standing is Standing.OPTIMAL
    assert result.proved == set(Level)
    assert broken(problem, result.chosen) == []
    assert figures(problem, result.chosen).filled == 100


def test_the_same_county_gets_the_same_result_twice() -> None:
    problem = county(60, 2, 14, 6)
    assert solve(problem).chosen == solve(problem).chosen


def _people(draw: Any, count: int) -> tuple[Candidate, ...]:
    flags = st.booleans()
    subsets = st.frozensets(st.sampled_from(sorted(BOTH)))
    return tuple(
        Candidate(
            key,
            draw(st.integers(0, 1)),
            untrained=draw(flags),
            newly=draw(flags),
            woman=draw(flags),
            minority=draw(flags),
            occupation=draw(st.sampled_from(["农民", "教师"])),
            can=draw(st.sampled_from([BOTH, BOTH, frozenset({101}), frozenset()])),
            wishes=draw(subsets),
            had=draw(st.sampled_from([None, None, 101, 102])),
        )
        for key in range(1, count + 1)
    )


@st.composite
def small_counties(draw: Any) -> Problem:
    """Counties of at most six people, small enough to try everything."""
    count = draw(st.integers(2, 6))
    keys = st.integers(1, count)
    groups = st.frozensets(keys, min_size=2, max_size=3)
    rule = st.one_of(
        st.builds(Apart, groups, st.just(1)),
        st.builds(Together, groups),
        st.builds(Pin, keys, st.sampled_from([BOTH, frozenset({101}), frozenset()])),
        st.builds(Least, st.sampled_from([101, 102]), st.sampled_from(Trait), st.integers(1, 2)),
    )
    seats = {(of, run): draw(st.integers(0, 3)) for of in (0, 1) for run in BOTH}
    return Problem(
        runs(2, draw(st.integers(1, 4)), overlap=draw(st.booleans())),
        _people(draw, count),
        seats,
        tuple(dict.fromkeys(draw(st.lists(rule, max_size=4)))),
        tuple(draw(st.lists(groups, max_size=1))),
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(small_counties())
def test_nothing_better_exists_and_contradictions_are_minimal(problem: Problem) -> None:
    result = solve(problem)
    every = all_results(problem)
    if not every:
        assert result.standing is Standing.IMPOSSIBLE
        _is_minimal(problem, list(result.conflict))
        return
    assert result.standing is Standing.OPTIMAL
    assert broken(problem, result.chosen) == []
    best = max(figures(problem, chosen).key() for chosen in every)
    assert figures(problem, result.chosen).key() == best


def _is_minimal(problem: Problem, named: list[Demand]) -> None:
    """The demands named contradict each other, and without any one of them they do not."""
    assert set(named) <= set(problem.demands())
    assert not possible(problem, named)
    for demand in named:
        assert possible(problem, [other for other in named if other != demand]), demand


@settings(max_examples=8 if EXAMPLES < 100 else 100, deadline=None)
@given(st.integers(1, 10**6), st.integers(20, 90), st.integers(2, 4))
def test_no_result_violates_a_demand(seed: int, people: int, count: int) -> None:
    problem = county(people, count, people // (count + 1), 5, seed=seed)
    result = solve(problem, seconds=3)
    if result.standing is Standing.IMPOSSIBLE:
        assert conflict(problem) == result.conflict != ()
    else:
        assert broken(problem, result.chosen) == []


def test_the_contradiction_of_two_pins_and_a_township_is_named_alone() -> None:
    problem = county(40, 2, 10, 4)
    chair, deputy = sorted(next(r for r in problem.rules if isinstance(r, Apart)).people)
    first = frozenset({101})
    pins = (Pin(chair, first), Pin(deputy, first))
    able = [replace(p, can=BOTH) for p in problem.people]
    torn = replace(problem, people=tuple(able), rules=(*problem.rules, *pins))
    leaders = Apart(frozenset({chair, deputy}), 1, leaders=True)
    result = solve(torn)
    assert (result.standing, set(result.conflict)) == (Standing.IMPOSSIBLE, {leaders, *pins})


def test_after_a_change_as_few_as_possible_move() -> None:
    before = county(60, 2, 14, 6)
    old = solve(before).chosen
    gone = next(iter(old))
    people = tuple(
        replace(p, had=old.get(p.key), can=frozenset() if p.key == gone else p.can)
        for p in before.people
    )
    after = replace(before, people=people)
    new = solve(after).chosen
    assert figures(after, new).moved == 1  # the one who cannot come
    assert figures(after, new).filled == len(old)
    stayed = {key: run for key, run in old.items() if key != gone}
    assert {key: new.get(key) for key in stayed} == stayed


def test_it_stops_when_told_and_gives_the_best_so_far() -> None:
    problem = county(205, 2, 50, 22)
    heard: list[tuple[Level, int]] = []

    def tell(level: Level, figure: int, best: Assignment | None) -> bool:
        heard.append((level, figure))
        return level is Level.FILLED or best is None

    result = solve(problem, tell=tell)
    assert result.standing is Standing.BEST_SO_FAR
    assert Level.FILLED in result.proved
    assert broken(problem, result.chosen) == []
    assert heard[0][0] is Level.FILLED


def test_runs_at_the_same_time_count_together_for_people_kept_apart() -> None:
    two = tuple(Candidate(key, 0, can=BOTH) for key in (1, 2))
    apart = (Apart(frozenset({1, 2}), 1),)
    seats = {(0, 101): 1, (0, 102): 1}
    for overlap, going in ((True, 1), (False, 2)):
        result = solve(Problem(runs(2, 1, overlap=overlap), two, seats, apart))
        assert len(result.chosen) == going
    assert not meets(Problem(runs(2, 1, overlap=True), two, seats), {1: 101, 2: 102}, apart[0])
    assert counties.broken(Problem(runs(2, 1), two, seats, apart), {1: 101, 2: 102}) == []
