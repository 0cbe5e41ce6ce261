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
