"""A county with a plan, its staff and a neighbour, for the tests of classes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests import factories
from trainer.accounts.audit import Actor, actor_of
from trainer.accounts.models import AuditEvent, User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.courses.models import ClassSession, TrainingClass
from trainer.courses.rules import ClassStatus
from trainer.people.models import Congress, Term
from trainer.people.queries import Viewer, viewer_of
from trainer.plans.models import AnnualPlan, PlannedClass

FIRST, LAST = date(2017, 6, 5), date(2017, 6, 10)


@dataclass
class Scene:
    """The county 630223 with one township, an adopted plan of two runs, and another county."""

    county: Congress
    township: Congress
    elsewhere: Congress
    term: Term
    plan: AnnualPlan
    planned: PlannedClass
    planner: User

    @property
    def by(self) -> Actor:
        """The planner acting."""
        return actor_of(self.planner, "127.0.0.1")

    @property
    def viewer(self) -> Viewer:
        """The planner asking."""
        return viewer_of(self.planner)

    def user(self, role: Role, *, scope: Congress | None = None) -> User:
        """An account of *role*, in the county unless told otherwise."""
        return factories.user(role, scope=scope or self.county)

    def run(self, number: int = 1, **values: Any) -> TrainingClass:
        """A published run of the planned class."""
        return factories.training_class(self.term, self.planned, run=number, **values)

    def draft(self, number: int = 1, **values: Any) -> TrainingClass:
        """A run in draft."""
        return self.run(number, **{"status": ClassStatus.DRAFT, **values})


def make_scene() -> Scene:
    """Build the scene, the neighbour's class included, which must never appear."""
    county = factories.congress()
    township = factories.congress("630223001", parent=county)
    elsewhere = factories.congress("630222")
    term = factories.term(county)
    plan = factories.annual_plan(term)
    other_term = factories.term(elsewhere)
    factories.class_session(factories.training_class(other_term, name="邻县培训班"))
    return Scene(
        county=county,
        township=township,
        elsewhere=elsewhere,
        term=term,
        plan=plan,
        planned=factories.planned_class(plan),
        planner=factories.user(Role.PLANNER, scope=county),
    )


def sequences(*sessions: ClassSession) -> list[int]:
    """Return the sequences of *sessions* as the database has them."""
    db.session.flush()
    return [
        db.session.get_one(ClassSession, s.id, populate_existing=True).sequence for s in sessions
    ]


def verbs() -> list[str]:
    """Return the verbs of the audit trail in order."""
    return [event.verb for event in db.session.query(AuditEvent).order_by(AuditEvent.id)]
