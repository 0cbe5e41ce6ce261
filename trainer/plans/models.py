"""Plans in revisions; what is adopted stays as it was adopted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from trainer.core.database import Model, enum_column
from trainer.people.models import Term
from trainer.plans.rules import Audience, Mode, PlanKind, PlanStatus, TargetKind

Money = sa.Numeric(12, 2)
Days = tuple[date, ...]


class DayList(sa.types.TypeDecorator[Days]):
    """Days in order, kept as ISO dates with a space between; none is an empty text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Days | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else " ".join(day.isoformat() for day in value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Days | None:  # noqa: ARG002
        return None if value is None else tuple(date.fromisoformat(day) for day in value.split())


class Document:
    """What both kinds of plan have: a revision, its state, and how it was adopted."""

    kind: ClassVar[PlanKind]

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(sa.String(120))
    status: Mapped[PlanStatus] = mapped_column(enum_column(PlanStatus), default=PlanStatus.DRAFT)
    meeting: Mapped[str | None] = mapped_column(sa.String(120))
    document_number: Mapped[str | None] = mapped_column(sa.String(60))
    adopted_on: Mapped[date | None]
    returned_because: Mapped[str | None] = mapped_column(sa.String(400))
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr
    def term_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(sa.ForeignKey("term.id"))

    @declared_attr
    def term(cls) -> Mapped[Term]:  # noqa: N805
        return relationship(Term, lazy="raise")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805
        return {"version_id_col": cls.version}


_ADOPTED_WITH_DATE = "status NOT IN ('adopted', 'published') OR adopted_on IS NOT NULL"


class FiveYearPlan(Document, Model):
    """One revision of the five-year overall training plan (五年培训总体计划) of a term."""

    kind = PlanKind.FIVE_YEAR

    __tablename__ = "five_year_plan"
    __table_args__ = (
        sa.UniqueConstraint("term_id", "revision"),
        sa.CheckConstraint(_ADOPTED_WITH_DATE, name="adopted_with_date"),
    )

    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    principles: Mapped[str] = mapped_column(sa.Text, default="")
    themes: Mapped[str] = mapped_column(sa.Text, default="")
    measures: Mapped[str] = mapped_column(sa.Text, default="")
    bodies: Mapped[str] = mapped_column(sa.Text, default="")

    targets: Mapped[list[Target]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Target.id"
    )
    emphases: Mapped[list[Emphasis]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Emphasis.year"
    )
    budgets: Mapped[list[Budget]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Budget.source, Budget.year"
    )


class Emphasis(Model):
    """What one year of a five-year plan is chiefly for (年度重点)."""

    __tablename__ = "emphasis"
    __table_args__ = (sa.UniqueConstraint("plan_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("five_year_plan.id"))
    year: Mapped[int]
    text: Mapped[str] = mapped_column(sa.String(400))


class Budget(Model):
    """What one source gives in one year of a five-year plan, in yuan."""

    __tablename__ = "plan_budget"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "source", "year"),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("five_year_plan.id"))
    year: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(80))
    amount: Mapped[Decimal] = mapped_column(Money)


class PlanAuthor(Model):
    """Somebody who wrote in a revision of a plan: who alone did so does not adopt it."""

    __tablename__ = "plan_author"
    __table_args__ = (
        sa.UniqueConstraint("five_year_plan_id", "user_id"),
        sa.UniqueConstraint("annual_plan_id", "user_id"),
        sa.CheckConstraint(
            "(five_year_plan_id IS NULL) <> (annual_plan_id IS NULL)", name="of_one_plan"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    five_year_plan_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("five_year_plan.id", ondelete="CASCADE")
    )
    annual_plan_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("annual_plan.id", ondelete="CASCADE")
    )
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))


class Target(Model):
    """A figure to reach, in one year or (without year) by the end of the term."""

    __tablename__ = "target"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "kind", "year"),
        sa.Index(
            "uq_target_plan_id_kind_whole_term",
            "plan_id",
            "kind",
            unique=True,
            sqlite_where=sa.text("year IS NULL"),
            postgresql_where=sa.text("year IS NULL"),
        ),
        sa.CheckConstraint("value >= 0", name="value_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("five_year_plan.id"))
    kind: Mapped[TargetKind] = mapped_column(enum_column(TargetKind))
    year: Mapped[int | None]
    value: Mapped[Decimal] = mapped_column(Money)


class AnnualPlan(Document, Model):
    """One revision of the training plan of a year (年度培训计划).

    ``closed_on`` is the day on which the year was closed: nothing of it is amended any more.
    """

    kind = PlanKind.ANNUAL

    __tablename__ = "annual_plan"
    __table_args__ = (
        sa.UniqueConstraint("term_id", "year", "revision"),
        sa.CheckConstraint(_ADOPTED_WITH_DATE, name="adopted_with_date"),
        sa.CheckConstraint(
            "closed_on IS NULL OR status IN ('adopted', 'published')", name="closed_in_force"
        ),
    )

    year: Mapped[int]
    preamble: Mapped[str] = mapped_column(sa.Text, default="")
    closed_on: Mapped[date | None]

    classes: Mapped[list[PlannedClass]] = relationship(
        back_populates="plan",
        lazy="raise",
        cascade="all, delete-orphan",
        order_by="PlannedClass.position, PlannedClass.id",
    )


class PlannedClass(Model):
    """One line (培训班次) of the annual plan's table.

    ``line`` names it through all revisions of the year; ``position`` orders the table. ``persons``
    and ``days`` count for one run, ``budget`` (yuan) for all runs together. ``starts`` are the
    first days of the runs that have a date already, within the months; ``whom`` says for which
    deputies it counts where the words of ``audience`` do not say so.
    """

    __tablename__ = "planned_class"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "line"),
        sa.CheckConstraint("persons > 0", name="persons_positive"),
        sa.CheckConstraint("runs > 0", name="runs_positive"),
        sa.CheckConstraint("days > 0", name="days_positive"),
        sa.CheckConstraint(
            "first_month BETWEEN 1 AND 12 AND last_month BETWEEN first_month AND 12",
            name="months_in_order",
        ),
        sa.CheckConstraint("budget >= 0", name="budget_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("annual_plan.id"))
    line: Mapped[int]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(120))
    audience: Mapped[str] = mapped_column(sa.String(120))
    whom: Mapped[Audience | None] = mapped_column(enum_column(Audience))
    persons: Mapped[int]
    runs: Mapped[int] = mapped_column(default=1)
    first_month: Mapped[int]
    last_month: Mapped[int]
    starts: Mapped[Days] = mapped_column(DayList, default=())
    days: Mapped[Decimal] = mapped_column(sa.Numeric(4, 1))
    place: Mapped[str] = mapped_column(sa.String(120), default="")
    content: Mapped[str] = mapped_column(sa.Text, default="")
    mode: Mapped[Mode] = mapped_column(enum_column(Mode))
    host: Mapped[str] = mapped_column(sa.String(80), default="")
    organiser: Mapped[str] = mapped_column(sa.String(80), default="")
    budget: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    budget_source: Mapped[str] = mapped_column(sa.String(80), default="")
    responsible: Mapped[str] = mapped_column(sa.String(60), default="")
    remark: Mapped[str] = mapped_column(sa.String(200), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (SQLAlchemy's declaration)

    plan: Mapped[AnnualPlan] = relationship(back_populates="classes", lazy="raise")


Plan = FiveYearPlan | AnnualPlan
