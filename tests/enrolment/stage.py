"""A county with two townships, a class, seats for delegations: what these tests play on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tests import factories
from trainer.accounts.audit import Actor, actor_of
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.enrolment.models import Enrolment, EnrolmentStep, SeatQuota
from trainer.people.models import Congress, Delegation, Person, Seat, Term

PLANNER = Actor(None, "规划员", Role.PLANNER, "test")
OFFICER = Actor(None, "乡镇干部", Role.TOWNSHIP_OFFICER, "test")


@dataclass
class Stage:
    """The county, its term, a class, and two delegations with their townships' officers."""

    county: Congress
    term: Term
    training_class: TrainingClass
    weiyuan: Delegation
    danma: Delegation
    planner: User
    officer: User  # of 威远
    neighbour: User  # of 丹麻

    def seat(self, of: Delegation | None = None, name: str = "", **values: Any) -> Seat:
        """A deputy of 威远, if no other delegation is given."""
        return self.second_seat(of or self.weiyuan, factories.person(name), **values)

    def second_seat(self, of: Delegation, who: Person, **values: Any) -> Seat:
        """A seat of somebody who may have one already, with the person loaded."""
        row = factories.seat(of, who, **values)
        row.person = who
        db.session.flush()
        return row


def build(*, seats: int | None = 3, capacity: int = 50, **values: Any) -> Stage:
    """Make the stage; *seats* for 威远 on the class, one for 丹麻, none at all when None."""
    county = factories.congress(short_name="互助县")
    towns = [factories.congress(f"63022300{n}", parent=county) for n in (1, 2)]
    term = factories.term(county)
    weiyuan = factories.delegation(term, "威远镇代表团", unit=towns[0])
    danma = factories.delegation(term, "丹麻镇代表团", unit=towns[1])
    training_class = factories.training_class(term, capacity=capacity, **values)
    if seats is not None:
        factories.quota(training_class, weiyuan, seats=seats)
        factories.quota(training_class, danma, seats=1)
    return Stage(
        county,
        term,
        training_class,
        weiyuan,
        danma,
        factories.user(Role.PLANNER, scope=county),
        factories.user(Role.TOWNSHIP_OFFICER, scope=towns[0]),
        factories.user(Role.TOWNSHIP_OFFICER, scope=towns[1]),
    )


def actor(user: User) -> Actor:
    """Return the account acting."""
    return actor_of(user, "test")


def counters(training_class: TrainingClass) -> tuple[int, dict[str, int]]:
    """Return the places taken of a class and the seats taken per delegation, as stored."""
    taken = db.session.scalar(
        sa.select(TrainingClass.taken).where(TrainingClass.id == training_class.id)
    )
    rows = db.session.execute(
        sa.select(Delegation.name, SeatQuota.taken)
        .join(SeatQuota, SeatQuota.delegation_id == Delegation.id)
        .where(SeatQuota.class_id == training_class.id)
    )
    return taken or 0, {name: count for name, count in rows}  # noqa: C416


def rows(training_class: TrainingClass) -> list[Enrolment]:
    """Return the enrolments of a class with their persons, the oldest first."""
    query = (
        sa.select(Enrolment)
        .where(Enrolment.class_id == training_class.id)
        .options(joinedload(Enrolment.person))
        .order_by(Enrolment.id)
    )
    return list(db.session.scalars(query))


def states(training_class: TrainingClass) -> dict[str, str]:
    """Return the state of everybody on a class by name."""
    return {row.person.name: row.status.value for row in rows(training_class)}


def steps(enrolment: Enrolment) -> list[tuple[str, str, str]]:
    """Return the history of an enrolment: state, by whom, reason."""
    rows = db.session.scalars(
        sa.select(EnrolmentStep)
        .where(EnrolmentStep.enrolment_id == enrolment.id)
        .order_by(EnrolmentStep.id)
    )
    return [(row.status.value, row.by_name, row.reason) for row in rows]
