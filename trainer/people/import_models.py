"""Rosters that were sent, how they were read, and what taking them did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainer.core import clock
from trainer.core.database import Model, enum_column
from trainer.core.text import Labelled, noop
from trainer.people.models import Congress, Term


class ImportStatus(Labelled):
    """The life of a roster that was sent."""

    READ = "read", noop("Waiting for confirmation")
    APPLIED = "applied", noop("Taken in")
    UNDONE = "undone", noop("Undone")


class RosterImport(Model):
    """A roster file (代表名册) that was sent, with the columns as they were understood.

    ``layouts`` is by sheet ``{"first_row", "columns": {index: meaning}, "headers"}``; ``apart`` the
    rows whose match was refused; ``done`` what taking it in made and changed, for the undoing.
    """

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"), index=True)
    term_id: Mapped[int] = mapped_column(sa.ForeignKey("term.id"))
    name: Mapped[str] = mapped_column(sa.String(160))
    data: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    status: Mapped[ImportStatus] = mapped_column(enum_column(ImportStatus))
    layouts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    apart: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    done: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict, deferred=True)
    sent_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_by: Mapped[str] = mapped_column(sa.String(60))
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's declaration)

    congress: Mapped[Congress] = relationship(lazy="raise")
    term: Mapped[Term] = relationship(lazy="raise")


class RosterShape(Model):
    """The meanings that a planner gave the columns of a file of this shape, for the next one."""

    __tablename__ = "roster_shape"
    __table_args__ = (sa.UniqueConstraint("congress_id", "shape"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(sa.ForeignKey("congress.id"))
    shape: Mapped[str] = mapped_column(sa.Text)
    columns: Mapped[dict[str, str]] = mapped_column(sa.JSON)
