"""Demands of the planner on who goes on which run, and the allocations that were reckoned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.core import clock
from trainer.core.database import Model, enum_column
from trainer.courses.models import TrainingClass
from trainer.enrolment.allocation import Trait
from trainer.enrolment.rules import AllocationState, RuleKind
from trainer.people.models import Person


class AllocationRule(Model):
    """One demand or wish for the runs of a planned class; *class_id* is the run it is about."""

    __tablename__ = "allocation_rule"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'least') = (trait IS NOT NULL)", name="least_of_a_trait"),
        sa.CheckConstraint("(kind = 'least') = (number IS NOT NULL)", name="least_has_a_number"),
        sa.CheckConstraint(
            "kind NOT IN ('least', 'cannot', 'wish', 'pin') OR class_id IS NOT NULL",
            name="about_a_run",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    planned_class_id: Mapped[int] = mapped_column(sa.ForeignKey("planned_class.id"), index=True)
    kind: Mapped[RuleKind] = mapped_column(enum_column(RuleKind))
    class_id: Mapped[int | None] = mapped_column(sa.ForeignKey("training_class.id"))
    trait: Mapped[Trait | None] = mapped_column(enum_column(Trait))
    number: Mapped[int | None]
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    by_name: Mapped[str] = mapped_column(sa.String(60), default="")

    training_class: Mapped[TrainingClass | None] = relationship(lazy="raise")
    people: Mapped[list[Person]] = relationship(
        secondary="allocation_rule_person", lazy="raise", order_by="Person.sort_name"
    )


class AllocationRulePerson(Model):
    """Whom a rule is about."""

    __tablename__ = "allocation_rule_person"

    rule_id: Mapped[int] = mapped_column(
        sa.ForeignKey("allocation_rule.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)


class Allocation(Model):
    """One reckoning: asked for, reckoned by a job, then carried out or not; kept for ever.

    ``chosen`` is who was to go where (person → class), ``reasons`` why; ``before`` is who stood
    where when it was carried out, so that it can be undone. ``seen_at`` is when the job last said
    that it is alive.
    """

    __tablename__ = "allocation"
    __table_args__ = (sa.CheckConstraint("seconds > 0", name="seconds_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    planned_class_id: Mapped[int] = mapped_column(sa.ForeignKey("planned_class.id"), index=True)
    state: Mapped[AllocationState] = mapped_column(enum_column(AllocationState), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    by_name: Mapped[str] = mapped_column(sa.String(60))
    seconds: Mapped[int] = mapped_column(default=60)
    seen_at: Mapped[datetime | None]
    stop: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    chosen: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    had: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    reasons: Mapped[dict[str, list[list[Any]]]] = mapped_column(sa.JSON, default=dict)
    conflict: Mapped[list[list[Any]]] = mapped_column(sa.JSON, default=list)
    figures: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    before: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's declaration)
