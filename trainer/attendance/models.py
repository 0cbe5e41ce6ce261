"""The roll: one row per session and enrolment, and the hours rule of a congress."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainer.attendance.rules import Mark, Source
from trainer.core.database import Model, enum_column


class Attendance(Model):
    """What the roll says of an enrolment in a session, who recorded it, when and how."""

    __tablename__ = "attendance"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "enrolment_id"),
        sa.Index(None, "enrolment_id", "session_id", "mark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("class_session.id"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"))
    mark: Mapped[Mark] = mapped_column(enum_column(Mark))
    source: Mapped[Source] = mapped_column(enum_column(Source))
    by_name: Mapped[str] = mapped_column(sa.String(60))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]


class HoursRule(Model):
    """How a congress counts class hours from a day on, until the next entry."""

    __tablename__ = "hours_rule"
    __table_args__ = (
        sa.UniqueConstraint("congress_id", "from_day"),
        sa.CheckConstraint("most_a_half_day > 0", name="most_a_half_day_positive"),
        sa.CheckConstraint("leave_divisor > 0", name="leave_divisor_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"))
    from_day: Mapped[date]
    most_a_half_day: Mapped[Decimal] = mapped_column(sa.Numeric(4, 1))
    leave_divisor: Mapped[int]  # leave of more than 1/divisor of the hours: no completion
