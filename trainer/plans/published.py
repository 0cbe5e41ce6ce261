"""Published plans as anybody may read them, signed in or not (Deputies Law 2025, art. 43)."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, selectinload

from trainer.core.database import db
from trainer.people.models import Congress, Term
from trainer.plans.models import AnnualPlan, FiveYearPlan
from trainer.plans.rules import PlanStatus


def congress(code: str) -> Congress | None:
    """Return the congress with *code*."""
    return db.session.scalar(sa.select(Congress).where(Congress.code == code))


def annual(code: str, year: int) -> AnnualPlan | None:
    """Return the newest published revision of a congress's plan of a year, with its classes."""
    return db.session.scalar(
        sa.select(AnnualPlan)
        .join(AnnualPlan.term)
        .join(Term.congress)
        .where(
            Congress.code == code,
            AnnualPlan.year == year,
            AnnualPlan.status == PlanStatus.PUBLISHED,
        )
        .options(
            contains_eager(AnnualPlan.term).contains_eager(Term.congress),
            selectinload(AnnualPlan.classes),
        )
        .order_by(Term.first_day.desc(), AnnualPlan.revision.desc())
        .limit(1)
    )


def five_year(code: str, first_year: int) -> FiveYearPlan | None:
    """Return the newest published revision of the five-year plan of a term by its first year."""
    rows = db.session.scalars(
        sa.select(FiveYearPlan)
        .join(FiveYearPlan.term)
        .join(Term.congress)
        .where(Congress.code == code, FiveYearPlan.status == PlanStatus.PUBLISHED)
        .options(
            contains_eager(FiveYearPlan.term).contains_eager(Term.congress),
            selectinload(FiveYearPlan.targets),
            selectinload(FiveYearPlan.emphases),
            selectinload(FiveYearPlan.budgets),
        )
        .order_by(FiveYearPlan.revision.desc())
    )
    return next((row for row in rows if row.term.first_day.year == first_year), None)


def listed(code: str) -> tuple[Sequence[FiveYearPlan], Sequence[AnnualPlan]]:
    """Return the newest published revision of every plan of a congress, the latest first."""
    five_year = db.session.scalars(
        sa.select(FiveYearPlan)
        .join(FiveYearPlan.term)
        .join(Term.congress)
        .where(Congress.code == code, FiveYearPlan.status == PlanStatus.PUBLISHED)
        .options(contains_eager(FiveYearPlan.term))
        .order_by(Term.first_day.desc(), FiveYearPlan.revision)
    )
    annual = db.session.scalars(
        sa.select(AnnualPlan)
        .join(AnnualPlan.term)
        .join(Term.congress)
        .where(Congress.code == code, AnnualPlan.status == PlanStatus.PUBLISHED)
        .order_by(AnnualPlan.year.desc(), Term.first_day, AnnualPlan.revision)
    )
    terms = {row.term_id: row for row in five_year}  # the newest revision comes last and stays
    years = {row.year: row for row in annual}
    return list(terms.values()), list(years.values())
