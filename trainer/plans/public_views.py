"""Published plans for the county's portal: addresses that stay, readable without an account."""

from __future__ import annotations

from typing import TypeVar

from flask import Response, abort, make_response, render_template
from flask.typing import ResponseReturnValue

from trainer.accounts.access import public
from trainer.core.word import send
from trainer.plans import documents, published, rules, table, wording
from trainer.plans.blueprint import bp
from trainer.plans.models import AnnualPlan, Plan
from trainer.plans.rules import TargetKind

MINUTES = 5
Found = TypeVar("Found")


def _kept(page: str) -> Response:
    """Return an answer that portals and phones may keep for a few minutes."""
    answer = make_response(page)
    answer.cache_control.public = True
    answer.cache_control.max_age = MINUTES * 60
    return answer


def _or_404(found: Found | None) -> Found:
    return found if found is not None else abort(404)


@bp.get("/public/<code>/")
@public
def public_list(code: str) -> ResponseReturnValue:
    """List the published plans of a congress."""
    congress = _or_404(published.congress(code))
    five_year, annual = published.listed(code)
    page = render_template(
        "plans/public_list.html", congress=congress, five_year=five_year, annual=annual
    )
    return _kept(page)


@bp.get("/public/<code>/<int:year>")
@public
def public_annual(code: str, year: int) -> ResponseReturnValue:
    """Show the published plan of a year."""
    plan = _or_404(published.annual(code, year))
    rows = table.rows(plan)
    return _kept(
        render_template(
            "plans/public_annual.html",
            plan=plan,
            rows=rows,
            total=wording.sums(table.sums(rows)),
            heads=wording.headings(),
            issuer=documents.issuer(plan),
        )
    )


@bp.get("/public/<code>/five-year/<int:year>")
@public
def public_five_year(code: str, year: int) -> ResponseReturnValue:
    """Show the published five-year plan of the term that began in a year."""
    plan = _or_404(published.five_year(code, year))
    return _kept(
        render_template(
            "plans/public_five_year.html",
            plan=plan,
            kinds=list(TargetKind),
            years=rules.plan_years(plan.term.first_day, plan.term.last_day),
            values={rules.target_field(t.kind, t.year): t.value for t in plan.targets},
            target_field=rules.target_field,
            issuer=documents.issuer(plan),
        )
    )


@bp.get("/public/<code>/<int:year>/word")
@public
def public_annual_word(code: str, year: int) -> Response:
    """Give the published plan of a year as a Word file."""
    return word_of(_or_404(published.annual(code, year)))


@bp.get("/public/<code>/five-year/<int:year>/word")
@public
def public_five_year_word(code: str, year: int) -> Response:
    """Give the published five-year plan of a term as a Word file."""
    return word_of(_or_404(published.five_year(code, year)))


def word_of(plan: Plan) -> Response:
    """Return the answer that gives a plan, with all its parts loaded, as a Word file."""
    if isinstance(plan, AnnualPlan):
        rows = table.rows(plan)
        return send(plan.title, documents.annual(plan, table.word(rows), table.header()))
    return send(plan.title, documents.five_year(plan))
