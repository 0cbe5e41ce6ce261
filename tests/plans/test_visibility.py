"""Who sees which plans, and what queries give; another county is there and must not appear."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest
from flask import Flask

from tests import factories
from tests.plans import stage
from tests.plans.stage import County
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people.models import Term
from trainer.people.queries import Viewer, viewer_of
from trainer.plans import queries
from trainer.plans.models import AnnualPlan, FiveYearPlan
from trainer.plans.rules import PlanStatus

D, S, A, P = PlanStatus.DRAFT, PlanStatus.SUBMITTED, PlanStatus.ADOPTED, PlanStatus.PUBLISHED
DAY = date(2017, 2, 20)


@dataclass
class World:
    """Plans of each state here, and the same ones next door."""

    here: County
    there: County
    annual: dict[PlanStatus, AnnualPlan]
    five_year: dict[PlanStatus, FiveYearPlan]


def _plans(of: County) -> tuple[dict[PlanStatus, AnnualPlan], dict[PlanStatus, FiveYearPlan]]:
    annual, five_year = {}, {}
    for number, status in enumerate(PlanStatus, start=1):
        annual[status] = stage.draft(of, 2016 + number, status=status, adopted_on=DAY)
        stage.add_line(annual[status], 1)
        five_year[status] = factories.five_year_plan(
            of.term, revision=number, status=status, adopted_on=DAY
        )
    return annual, five_year


@pytest.fixture
def world(app: Flask) -> World:
    """Two counties alike."""
    there = stage.county("630222")
    _plans(there)
    here = stage.county()
    return World(here, there, *_plans(here))


def _deputy(of: Term) -> User:
    person = factories.person()
    factories.seat(factories.delegation(of, f"代表团{person.id}"), person)
    return factories.deputy_user(person)


def _users(here: County) -> dict[str, User]:
    return {
        "planner": here.planner,
        "auditor": factories.user(Role.AUDITOR, scope=here.congress),
        "officer": factories.user(Role.TOWNSHIP_OFFICER, scope=here.township),
        "deputy": _deputy(here.term),
        "township deputy": _deputy(factories.term(here.township)),
        "township planner": factories.user(Role.PLANNER, scope=here.township),
        "administrator": factories.user(Role.ADMINISTRATOR, scope=here.congress),
        "nobody's officer": factories.user(Role.TOWNSHIP_OFFICER),
        "nobody's deputy": factories.user(Role.DEPUTY),
    }


SEEN = {
    "planner": {D, S, A, P},
    "auditor": {D, S, A, P},
    "officer": {P},
    "deputy": {P},
    "township deputy": {P},
    "township planner": set(),
    "administrator": set(),
    "nobody's officer": set(),
    "nobody's deputy": set(),
}


@pytest.mark.parametrize("who", SEEN)
def test_each_role_sees_its_states_of_its_county(world: World, who: str) -> None:
    viewer = viewer_of(_users(world.here)[who])
    assert {s for s, p in world.annual.items() if queries.annual_plan(viewer, p.id)} == SEEN[who]
    assert {s for s, p in world.five_year.items() if queries.five_year_plan(viewer, p.id)} == SEEN[
        who
    ]
    assert {
        s
        for s, p in world.annual.items()
        if queries.planned_class(viewer, _first_class(p)) is not None
    } == SEEN[who]
    plans = queries.plans_of(viewer, world.here.term)
    assert {p.status for revisions in plans.years.values() for p in revisions.rows} == SEEN[who]
    assert {p.status for p in plans.five_year.rows} == SEEN[who]
    there = queries.plans_of(viewer, world.there.term)
    assert (there.five_year.rows, there.figures) == ((), {})


def _first_class(plan: AnnualPlan) -> int:
    loaded = queries.annual_plan(_everything(), plan.id)
    assert loaded is not None
    return loaded.classes[0].id


def _everything() -> Viewer:
    return Viewer(0, Role.AUDITOR, None, "")


def _term_ids(user: User) -> list[int]:
    return [term.id for term in queries.offered_terms(viewer_of(user))]


def test_terms_to_choose_from(world: World) -> None:
    here = world.here
    users = _users(here)
    earlier = factories.term(here.congress, 2011)
    township = viewer_of(users["township planner"]).congress_id
    own = db.session.query(Term).filter_by(congress_id=township).one()
    both = [here.term.id, earlier.id]
    assert {who: _term_ids(user) for who, user in users.items()} == {
        "planner": both,
        "auditor": both,
        "officer": [*both, own.id],
        "deputy": both,
        "township deputy": [*both, own.id],
        "township planner": [own.id],
        "administrator": [],
        "nobody's officer": [],
        "nobody's deputy": [],
    }
    factories.annual_plan(own, status=PlanStatus.DRAFT)
    assert _term_ids(here.planner) == [*both, own.id]


@pytest.mark.parametrize(
    ("who", "day", "expected"),
    [
        ("planner", date(2018, 5, 1), "present"),
        ("planner", date(2022, 5, 1), "next"),
        ("planner", date(2040, 5, 1), "next"),
        ("officer", date(2018, 5, 1), "present"),
        ("officer", date(2022, 5, 1), "present"),  # the next term has nothing to read yet
        ("deputy", date(2022, 5, 1), "present"),
    ],
)
def test_the_term_to_begin_with(world: World, who: str, day: date, expected: str) -> None:
    later = factories.term(world.here.congress, 2021)
    stage.draft(replace(world.here, term=later), 2022)
    viewer = viewer_of(_users(world.here)[who])
    term = queries.default_term(viewer, queries.offered_terms(viewer), day)
    assert term is not None
    assert term.id == {"present": world.here.term.id, "next": later.id}[expected]


def test_without_terms_there_is_none_to_begin_with(app: Flask) -> None:
    viewer = viewer_of(factories.user(Role.PLANNER, scope=factories.congress()))
    assert queries.offered_terms(viewer) == []
    assert queries.default_term(viewer, [], date(2018, 5, 1)) is None
