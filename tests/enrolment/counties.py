"""Made-up allocations, and a check of results that shares no code with the solver."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from random import Random

from trainer.enrolment.allocation import (
    Apart,
    Assignment,
    Can,
    Candidate,
    Demand,
    Least,
    Pin,
    Places,
    Problem,
    Run,
    Seats,
    Together,
    Trait,
)

TRADES = ("农民", "村干部", "公务员", "教师", "医务人员", "新型农业经营主体", "企业")


def runs(count: int, places: int, *, overlap: bool = False) -> tuple[Run, ...]:
    """Runs of five days, one a week; with *overlap* each two of them at the same time."""
    days = [date(2017, 3, 6) + timedelta(weeks=n // 2 if overlap else n) for n in range(count)]
    return tuple(Run(101 + n, places, day, day + timedelta(days=4)) for n, day in enumerate(days))


def county(people: int, count: int, places: int, delegations: int, *, seed: int = 1) -> Problem:
    """A county in which some cannot always come, some have wishes, and leaders must not all go."""
    random = Random(seed)
    every = runs(count, places)
    keys = [run.key for run in every]
    persons = []
    for number in range(1, people + 1):
        busy = random.random() < 0.15
        can = frozenset(key for key in keys if not busy or random.random() > 0.1)
        liked = frozenset(random.sample(keys, 1)) if random.random() < 0.1 else frozenset()
        persons.append(
            Candidate(
                number,
                number % delegations,
                untrained=random.random() < 0.7,
                newly=random.random() < 0.6,
                woman=random.random() < 0.3,
                minority=random.random() < 0.4,
                occupation=random.choice(TRADES),
                can=can,
                wishes=liked,
            )
        )
    sizes = [sum(p.delegation == of for p in persons) for of in range(delegations)]
    seats = {
        (of, key): -(-places * size // people) for of, size in enumerate(sizes) for key in keys
    }
    rules: list[Demand] = [Least(key, Trait.WOMEN, places // 8) for key in keys]
    for of in range(delegations):
        leaders = [p.key for p in persons if p.delegation == of][:2]
        rules.append(Apart(frozenset(leaders), 1, leaders=True))
    pairs = [frozenset(random.sample(range(1, people + 1), 2)) for _ in range(3 * people // 60 + 3)]
    rules += [Apart(pair, 1) for pair in pairs[::3]] + [Together(pair) for pair in pairs[1::3]]
    return Problem(every, tuple(persons), seats, tuple(rules), tuple(pairs[2::3]))


def broken(problem: Problem, chosen: Assignment) -> list[Demand]:
    """Return the demands that *chosen* does not meet, each looked at on its own."""
    return [demand for demand in problem.demands() if not meets(problem, chosen, demand)]


def meets(problem: Problem, chosen: Assignment, demand: Demand) -> bool:
    """Tell whether *chosen* meets *demand*: counted person by person and day by day."""
    people = {person.key: person for person in problem.people}
    if isinstance(demand, Places | Seats | Least):
        there = [people[key] for key, run in chosen.items() if run == demand.run]
        return _count_fits(there, demand)
    if isinstance(demand, Can):
        return demand.person not in chosen or chosen[demand.person] in demand.runs
    if isinstance(demand, Pin):
        run = chosen.get(demand.person)
        return run in demand.runs if demand.runs else run is None
    if isinstance(demand, Together):
        return len({chosen.get(key) for key in demand.people}) == 1
    return _most_away(problem, chosen, demand) <= demand.most


def _count_fits(there: list[Candidate], demand: Places | Seats | Least) -> bool:
    if isinstance(demand, Places):
        return len(there) <= demand.most
    if isinstance(demand, Seats):
        return sum(person.delegation == demand.delegation for person in there) <= demand.most
    flags = {Trait.NEW: "newly", Trait.WOMEN: "woman", Trait.MINORITIES: "minority"}
    flag = flags.get(demand.trait)
    return sum(flag is None or bool(getattr(person, flag)) for person in there) >= demand.least


def _most_away(problem: Problem, chosen: Assignment, demand: Apart) -> int:
    days = {run.key: (run.first_day, run.last_day) for run in problem.runs}
    spans = [days[chosen[key]] for key in demand.people if key in chosen]
    every = {
        first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)
    }
    return max((sum(a <= day <= b for a, b in spans) for day in every), default=0)


def all_results(problem: Problem) -> list[dict[int, int]]:
    """Return every assignment that meets all demands; for very small problems."""
    keys = [person.key for person in problem.people]
    options = [[None, *(run.key for run in problem.runs)] for _ in keys]
    every = (
        {key: run for key, run in zip(keys, choice, strict=True) if run is not None}
        for choice in product(*options)
    )
    return [chosen for chosen in every if not broken(problem, chosen)]


def possible(problem: Problem, demands: list[Demand]) -> bool:
    """Tell by trying all whether some assignment meets *demands*; for very small problems."""
    keys = [person.key for person in problem.people]
    for choice in product(*[[None, *(run.key for run in problem.runs)] for _ in keys]):
        chosen = {key: run for key, run in zip(keys, choice, strict=True) if run is not None}
        if all(meets(problem, chosen, demand) for demand in demands):
            return True
    return False
