"""Seats of a class per delegation, who holds them, and how that came about."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.core.database import Model, enum_column
from trainer.courses.models import TrainingClass
from trainer.enrolment.rules import EnrolmentStatus
from trainer.people.models import Delegation, Person, Seat


class SeatQuota(Model):
    """The seats (名额) of a delegation on a class; the database keeps ``taken`` within them."""

    __tablename__ = "seat_quota"
    __table_args__ = (
        sa.UniqueConstraint("class_id", "delegation_id"),
        sa.CheckConstraint("taken BETWEEN 0 AND seats", name="taken_within_seats"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(sa.ForeignKey("training_class.id"))
    delegation_id: Mapped[int] = mapped_column(sa.ForeignKey("delegation.id"), index=True)
    seats: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)

    delegation: Mapped[Delegation] = relationship(lazy="raise")


class Enrolment(Model):
    """A deputy on a class, under one seat; one row a person, whatever became of it."""

    __tablename__ = "enrolment"
    __table_args__ = (
        sa.UniqueConstraint("class_id", "person_id"),
        sa.ForeignKeyConstraint(
            ["class_id", "delegation_id"], ["seat_quota.class_id", "seat_quota.delegation_id"]
        ),
        sa.CheckConstraint(
            "(status = 'replaced') = (replaced_by_id IS NOT NULL)", name="replaced_by_somebody"
        ),
        sa.Index(None, "person_id", "status"),
        sa.Index(None, "class_id", "status"),
        sa.Index(None, "delegation_id", "class_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(sa.ForeignKey("training_class.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("seat.id"))
    delegation_id: Mapped[int] = mapped_column(sa.ForeignKey("delegation.id"))
    status: Mapped[EnrolmentStatus] = mapped_column(enum_column(EnrolmentStatus))
    changed_at: Mapped[datetime]
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enrolment.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's declaration)

    training_class: Mapped[TrainingClass] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    seat: Mapped[Seat] = relationship(lazy="raise")
    delegation: Mapped[Delegation] = relationship(lazy="raise", foreign_keys=[delegation_id])

    @property
    def name(self) -> str:
        """The person's name for the audit trail, empty when the person is not loaded."""
        person = self.__dict__.get("person")
        return person.name if isinstance(person, Person) else ""


class EnrolmentStep(Model):
    """One step in the history of an enrolment; never changed or deleted.

    ``seat_id`` is the seat under which it was; ``other_id`` the enrolment that took its place, or
    whose place it took.
    """

    __tablename__ = "enrolment_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), index=True)
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(sa.String(60))
    status: Mapped[EnrolmentStatus] = mapped_column(enum_column(EnrolmentStatus))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("seat.id"))
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enrolment.id"))
