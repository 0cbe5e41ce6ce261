"""Days and spans that staff entered for a congress."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.almanac.rules import DayKind
from trainer.core.database import Model, enum_column
from trainer.people.models import Congress


class AlmanacEntry(Model):
    """A span of days with a meaning for planning, entered for a congress."""

    __tablename__ = "almanac_entry"
    __table_args__ = (
        sa.UniqueConstraint("congress_id", "kind", "first_day", "name"),
        sa.CheckConstraint("first_day <= last_day", name="days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"))
    kind: Mapped[DayKind] = mapped_column(enum_column(DayKind))
    name: Mapped[str] = mapped_column(sa.String(80))
    first_day: Mapped[date]
    last_day: Mapped[date]

    congress: Mapped[Congress] = relationship(lazy="raise")


class AlmanacRule(Model):
    """What comes back every year: days of it, or a day by which a session has to be held.

    ``below`` makes it hold for each congress right below instead of for the congress itself.
    """

    __tablename__ = "almanac_rule"
    __table_args__ = (
        sa.UniqueConstraint("congress_id", "kind", "name"),
        sa.CheckConstraint("first_month BETWEEN 1 AND 12", name="first_month_of_year"),
        sa.CheckConstraint("last_month BETWEEN 1 AND 12", name="last_month_of_year"),
        sa.CheckConstraint("first_day BETWEEN 1 AND 31", name="first_day_of_month"),
        sa.CheckConstraint("last_day BETWEEN 1 AND 31", name="last_day_of_month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"))
    kind: Mapped[DayKind] = mapped_column(enum_column(DayKind))
    name: Mapped[str] = mapped_column(sa.String(80))
    first_month: Mapped[int]
    first_day: Mapped[int]
    last_month: Mapped[int]
    last_day: Mapped[int]
    deadline: Mapped[bool] = mapped_column(default=False)
    below: Mapped[bool] = mapped_column(default=False)

    congress: Mapped[Congress] = relationship(lazy="raise")
