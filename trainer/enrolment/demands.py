"""Demands of an allocation in words: a sentence of the catalogue with its values. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trainer.core.text import noop
from trainer.enrolment.allocation import (
    Apart,
    Can,
    Demand,
    Least,
    Pin,
    Places,
    Seats,
    Together,
    Trait,
)

_LEAST = {
    Trait.ANYBODY: noop("%(run)s needs at least %(least)s participants"),
    Trait.NEW: noop("%(run)s needs at least %(least)s newly elected deputies"),
    Trait.WOMEN: noop("%(run)s needs at least %(least)s women"),
    Trait.MINORITIES: noop("%(run)s needs at least %(least)s members of minorities"),
}

_BOUND: dict[tuple[type[Can | Pin], bool], str] = {
    (Can, True): noop("%(name)s can come on %(runs)s only"),
    (Can, False): noop("%(name)s can come on none of the runs"),
    (Pin, True): noop("%(name)s goes on %(runs)s: the planner has decided so"),
    (Pin, False): noop("%(name)s stays: the planner has decided so"),
}


def words(
    demand: Demand,
    people: Mapping[int, str],
    runs: Mapping[int, str],
    delegations: Mapping[int, str],
) -> tuple[str, dict[str, object]]:
    """Return the sentence that says *demand*, and its values."""

    def several(keys: Iterable[int], names: Mapping[int, str]) -> str:
        return "、".join(names[key] for key in sorted(keys))

    if isinstance(demand, Places):
        return noop("%(run)s has %(most)s places"), {"run": runs[demand.run], "most": demand.most}
    if isinstance(demand, Seats):
        name, run = delegations[demand.delegation], runs[demand.run]
        values = {"name": name, "run": run, "most": demand.most}
        return noop("%(name)s has %(most)s seats on %(run)s"), values
    if isinstance(demand, Least):
        return _LEAST[demand.trait], {"run": runs[demand.run], "least": demand.least}
    if isinstance(demand, Can | Pin):
        text = _BOUND[type(demand), bool(demand.runs)]
        return text, {"name": people[demand.person], "runs": several(demand.runs, runs)}
    return _tied(demand, several(demand.people, people))


def _tied(demand: Apart | Together, names: str) -> tuple[str, dict[str, object]]:
    values: dict[str, object] = {"names": names}
    if isinstance(demand, Together):
        return noop("%(names)s must travel together"), values
    if demand.leaders:
        return noop("of the chair and vice-chairs %(names)s one must stay in the township"), values
    return noop("%(names)s must not be away together"), values
