"""Who sees whom: planners and auditors their subtree, officers their township."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from tests import factories
from tests.people.stage import Stage, end
from trainer.accounts.rules import Role
from trainer.core.clock import today
from trainer.core.database import db
from trainer.people import queries
from trainer.people.models import Congress, Delegation, Person
from trainer.people.queries import Viewer


def _noise() -> None:
    """Another county with a township, a delegation and a deputy, which nobody here may see."""
    other = factories.congress("630999")
    town = factories.congress("630999001", parent=other)
    elsewhere = factories.delegation(factories.term(other), "别县代表团", unit=town)
    factories.seat(elsewhere, factories.person("外人"))
    factories.person("无席位")


def _viewer(role: Role, scope: Congress | None = None) -> Viewer:
    return queries.viewer_of(factories.user(role, scope=scope))


def _persons(condition: sa.ColumnElement[bool]) -> list[str]:
    return list(db.session.scalars(sa.select(Person.name).where(condition).order_by(Person.id)))


ALL = ["单小军", "李生梅", "曾国强", "仇文海", "尉迟玉", "才让·卓玛"]
OF_A = ["单小军", "李生梅", "尉迟玉"]


def test_persons_by_role(stage: Stage) -> None:
    _noise()
    deputy = queries.viewer_of(factories.deputy_user(stage.chair))
    seen = {
        "planner": _viewer(Role.PLANNER, stage.county),
        "planner of a township": _viewer(Role.PLANNER, stage.b),
        "planner without scope": _viewer(Role.PLANNER),
        "auditor": _viewer(Role.AUDITOR, stage.county),
        "officer": _viewer(Role.TOWNSHIP_OFFICER, stage.a),
        "officer without scope": _viewer(Role.TOWNSHIP_OFFICER),
        "administrator": _viewer(Role.ADMINISTRATOR, stage.county),
        "deputy": deputy,
        "deputy without person": _viewer(Role.DEPUTY),
    }
    assert {who: _persons(queries.visible_persons(viewer)) for who, viewer in seen.items()} == {
        "planner": ALL,
        "planner of a township": ["才让·卓玛"],
        "planner without scope": [],
        "auditor": ALL,
        "officer": OF_A,
        "officer without scope": [],
        "administrator": [],
        "deputy": ["单小军"],
        "deputy without person": [],
    }


def test_looked_after_by_role(stage: Stage) -> None:
    """Phone numbers and links are for planners and for the officer of a present seat."""
    _noise()
    end(stage.seat_ca, date(2017, 4, 1))
    roles: dict[str, Viewer] = {
        "planner": _viewer(Role.PLANNER, stage.county),
        "officer": _viewer(Role.TOWNSHIP_OFFICER, stage.a),
        "auditor": _viewer(Role.AUDITOR, stage.county),
        "administrator": _viewer(Role.ADMINISTRATOR),
        "deputy": queries.viewer_of(factories.deputy_user(stage.chair)),
    }
    condition: Callable[[Viewer], list[str]] = lambda viewer: _persons(  # noqa: E731
        queries.looked_after(viewer, today())
    )
    assert {who: condition(viewer) for who, viewer in roles.items()} == {
        "planner": ALL,
        "officer": ["单小军", "尉迟玉"],
        "auditor": [],
        "administrator": [],
        "deputy": [],
    }


def test_officers_stop_looking_after_people_when_the_term_is_over(stage: Stage) -> None:
    officer = _viewer(Role.TOWNSHIP_OFFICER, stage.a)
    days = (date(2021, 9, 30), date(2021, 10, 1))
    assert [_persons(queries.looked_after(officer, day)) for day in days] == [OF_A, []]


def test_seats_of_a_person_who_moved_between_townships(stage: Stage) -> None:
    """Each officer sees the own seat alone; only the present one looks after the person."""
    end(stage.seat_ta, date(2017, 3, 1))
    mover = stage.seat_ta.person_id
    new = factories.seat(
        stage.own_b, db.session.get_one(Person, mover), elected_on=date(2017, 4, 1)
    )
    of_a, of_b = (_viewer(Role.TOWNSHIP_OFFICER, each) for each in (stage.a, stage.b))
    planner = _viewer(Role.PLANNER, stage.county)
    assert [
        [seat.id for seat in queries.seats_of(viewer, mover)] for viewer in (of_a, of_b, planner)
    ] == [[stage.seat_ta.id], [new.id], [new.id, stage.seat_ta.id]]
    assert [queries.looked_after_among(viewer, [mover], today()) for viewer in (of_a, of_b)] == [
        set(),
        {mover},
    ]


def test_delegations_and_terms_by_role(stage: Stage) -> None:
    _noise()

    def delegations(viewer: Viewer) -> list[str]:
        found = sa.select(Delegation.name).where(queries.visible_delegations(viewer))
        return list(db.session.scalars(found.order_by(Delegation.id)))

    def terms(viewer: Viewer) -> list[str]:
        found = db.session.scalars(queries.listed_terms(viewer))
        return [f"{term.congress.short_name} {term.name}" for term in found]

    planner = _viewer(Role.PLANNER, stage.county)
    officer = _viewer(Role.TOWNSHIP_OFFICER, stage.a)
    assert (delegations(planner), delegations(officer)) == (
        ["甲镇代表团", "乙镇代表团", "县直代表团", "甲镇代表", "乙镇代表"],
        ["甲镇代表团", "甲镇代表"],
    )
    assert (terms(planner), terms(officer)) == (
        ["互助县 2016–2021", "互助县 2011–2016", "甲镇 2016–2021", "乙镇 2016–2021"],
        ["互助县 2016–2021", "甲镇 2016–2021"],
    )
