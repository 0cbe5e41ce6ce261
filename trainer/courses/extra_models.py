"""What planners keep beside the timetable: absences, fee ceilings, templates, materials."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.core import clock
from trainer.core.database import Model, enum_column
from trainer.courses.models import ClassSession, Lecturer, TrainingClass
from trainer.courses.rules import Half, Rank


class Absence(Model):
    """Days, or one half of each of them, on which a lecturer cannot teach."""

    __tablename__ = "lecturer_absence"
    __table_args__ = (
        sa.CheckConstraint("first_day <= last_day", name="days_in_order"),
        sa.Index(None, "lecturer_id", "first_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lecturer_id: Mapped[int] = mapped_column(sa.ForeignKey("lecturer.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    half: Mapped[Half | None] = mapped_column(enum_column(Half))
    note: Mapped[str] = mapped_column(sa.String(120), default="")

    lecturer: Mapped[Lecturer] = relationship(lazy="raise")


class FeeCeiling(Model):
    """The most a congress pays a lecturer of a rank, from a day on: yuan a class hour after tax."""

    __tablename__ = "fee_ceiling"
    __table_args__ = (
        sa.UniqueConstraint("congress_id", "rank", "from_day"),
        sa.CheckConstraint("yuan >= 0", name="yuan_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"))
    rank: Mapped[Rank] = mapped_column(enum_column(Rank))
    from_day: Mapped[date]
    yuan: Mapped[Decimal] = mapped_column(sa.Numeric(8, 2))


class TimetableTemplate(Model):
    """A timetable that a planner saved to be used again.

    ``lines`` holds what `schedule.Pattern` says, a mapping each; days count from 0.
    """

    __tablename__ = "timetable_template"
    __table_args__ = (
        sa.UniqueConstraint("congress_id", "name"),
        sa.CheckConstraint("days > 0", name="days_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    days: Mapped[int]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)


class Material(Model):
    """A file handed out in a class, or for one of its sessions.

    It lies in the database: with it, it is backed up and seen by every process. The bytes are
    loaded only when somebody downloads them.
    """

    __tablename__ = "material"
    __table_args__ = (
        sa.UniqueConstraint("class_id", "digest"),
        sa.CheckConstraint("size > 0", name="size_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(sa.ForeignKey("training_class.id"))
    session_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("class_session.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(120))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True, deferred_raiseload=True)
    by_name: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    training_class: Mapped[TrainingClass] = relationship(lazy="raise")
    session: Mapped[ClassSession | None] = relationship(lazy="raise")


class Acceptance(Model):
    """A conflict that somebody answers for by name and reason; `key` tells which one it is."""

    __tablename__ = "conflict_acceptance"
    __table_args__ = (
        sa.UniqueConstraint("class_id", "key"),
        sa.CheckConstraint("reason <> ''", name="with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(sa.ForeignKey("training_class.id"))
    key: Mapped[str] = mapped_column(sa.String(60))
    reason: Mapped[str] = mapped_column(sa.String(400))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    by_name: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[datetime] = mapped_column(default=clock.now)
