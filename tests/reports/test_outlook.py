"""What coming places reach, against trying every way of giving them; which targets they miss."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.plans.rules import Audience, TargetKind
from trainer.reports.outlook import (
    TAKES,
    Coming,
    Group,
    Groups,
    Reach,
    Standing,
    groups_of,
    reached,
    reaches,
)

KINDS = [
    groups_of(own=own, own_new=own_new, below=below, below_new=below_new)
    for own, own_new, below, below_new in (
        (True, True, False, False),
        (True, False, False, False),
        (False, False, True, True),
        (False, False, True, False),
        (True, True, True, False),
        (True, False, True, True),
    )
]


def slowly(people: Mapping[Groups, int], places: Mapping[Audience, int]) -> int:
    """Give every place to each who may have it in turn, and keep the best outcome."""
    heads = tuple(who for who, count in people.items() for _ in range(count))
    what = tuple(places)

    @cache
    def best(index: int, left: tuple[int, ...]) -> int:
        if index == len(heads):
            return 0
        tried = [best(index + 1, left)]
        for n, audience in enumerate(what):
            if left[n] and TAKES[audience] & heads[index]:
                rest = (*left[:n], left[n] - 1, *left[n + 1 :])
                tried.append(1 + best(index + 1, rest))
        return max(tried)

    return best(0, tuple(places.values()))


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(KINDS), st.integers(0, 3), max_size=4),
    st.dictionaries(st.sampled_from(Audience), st.integers(0, 3), max_size=4),
)
def test_places_reach_as_many_as_the_best_way_of_giving_them(
    people: dict[Groups, int], places: dict[Audience, int]
) -> None:
    assert reached(people, places) == slowly(people, places)


NEW = frozenset({Group.OWN_NEW})
OLD = frozenset({Group.OWN_OTHER})
STANDING = Standing(
    in_office=100,
    new=40,
    trained=30,
    new_trained=10,
    untrained={NEW: 30, OLD: 40},
    people=5,
    person_times=6,
    classes=1,
    hours=Decimal(100),
)


def test_what_a_plan_misses_and_what_would_reach_it() -> None:
    coming = [Coming(Audience.OWN_NEW, 1, 20, Decimal(2)), Coming(Audience.PART, 1, 9, Decimal(1))]
    targets = {
        TargetKind.NEW_COVERAGE: Decimal(90),
        TargetKind.COVERAGE: Decimal(50),
        TargetKind.HOURS: Decimal(8),
        TargetKind.CLASSES: Decimal(3),
        TargetKind.PERSON_TIMES: Decimal(40),
        TargetKind.PEOPLE: Decimal(30),
        TargetKind.SATISFACTION: Decimal(95),
        TargetKind.COST: Decimal(1000),
    }
    assert reaches(STANDING, coming, targets, Decimal(1200)) == [
        Reach(TargetKind.NEW_COVERAGE, Decimal(90), Decimal(75), Decimal(6)),
        Reach(TargetKind.COVERAGE, Decimal(50), Decimal(50), Decimal(0)),
        Reach(TargetKind.HOURS, Decimal(8), Decimal("4.92"), Decimal("3.08")),
        Reach(TargetKind.CLASSES, Decimal(3), Decimal(3), Decimal(0)),
        Reach(TargetKind.PERSON_TIMES, Decimal(40), Decimal(35), Decimal(5)),
        Reach(TargetKind.PEOPLE, Decimal(30), Decimal(34), Decimal(0)),
        Reach(TargetKind.COST, Decimal(1000), Decimal(1200), Decimal(200)),
    ]


def test_the_missing_places_reach_the_target_and_one_less_does_not() -> None:
    targets = {TargetKind.COVERAGE: Decimal(67)}
    none = reaches(STANDING, [], targets, Decimal(0))[0]
    assert none == Reach(TargetKind.COVERAGE, Decimal(67), Decimal(30), Decimal(37))
    for places, ok in ((37, True), (36, False)):
        coming = [Coming(Audience.EVERYBODY, 1, places, Decimal(1))]
        assert reaches(STANDING, coming, targets, Decimal(0))[0].ok is ok


def test_nobody_in_office_misses_no_rate() -> None:
    nobody = Standing(0, 0, 0, 0, {})
    targets = {kind: Decimal(90) for kind in (TargetKind.COVERAGE, TargetKind.HOURS)}
    assert [one.ok for one in reaches(nobody, [], targets, Decimal(0))] == [True, True]
