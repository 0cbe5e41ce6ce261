"""Pages that hold a term against its plans: every target, and who is not yet trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.access import access
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.language import label
from trainer.core.spreadsheet import download
from trainer.people.queries import viewer_of
from trainer.plans.queries import annual_plan
from trainer.plans.wording import month_options, time, yuan
from trainer.reports import coverage as reckoning
from trainer.reports import queries, sheets, views
from trainer.reports.asking import READERS, Asked, arranged, asked_for, asked_or_404, bp, paged
from trainer.reports.rules import Level
from trainer.reports.targets import matrix
from trainer.reports.untrained import Line, Outlook, Prospect, outlook
from trainer.reports.year_view import year_view

__all__ = ["bp", "views"]


@bp.get("/targets")
@access(*READERS)
def targets() -> ResponseReturnValue:
    """Show every target of the five-year plan against what came of it on a day."""
    asked = asked_for()
    if asked is None:
        return render_template("reports/empty.html")
    report = reckoning.report(asked.viewer, asked.term, asked.day)
    return render_template(
        "reports/targets.html",
        asked=asked,
        report=report,
        rows=matrix(report),
        plan=queries.five_year_plan(asked.term, asked.day),
    )


@bp.get("/targets.xlsx")
@access(*READERS)
def targets_file() -> Response:
    """Give planned against actual as an Excel file."""
    asked = asked_or_404()
    report = reckoning.report(asked.viewer, asked.term, asked.day)
    return download(
        _("Planned and actual %(term)s as of %(day)s", term=asked.term.name, day=asked.day),
        sheets.targets_header(report),
        sheets.targets_lines(matrix(report)),
    )


@dataclass(frozen=True)
class Wanted:
    """Which of those not yet trained the address asks for."""

    sex: str
    people: str
    occupation: str
    new: str
    prospect: str

    @property
    def any(self) -> bool:
        """Whether somebody may be left out."""
        return any(vars(self).values())

    def fits(self, line: Line) -> bool:
        """Tell whether *line* is among those asked for."""
        return all(
            not wanted or wanted == has
            for wanted, has in (
                (self.sex, line.sex.value if line.sex else ""),
                (self.people, line.people),
                (self.occupation, line.occupation),
                (self.new, str(int(line.new))),
                (self.prospect, line.prospect.value),
            )
        )


def _wanted() -> Wanted:
    names = ("sex", "people", "occupation", "new", "prospect")
    return Wanted(**{name: request.args.get(name, "") for name in names})


def _options(lines: Sequence[Line]) -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen: what those listed have."""
    return {
        "sex": [(sex.value, label(sex)) for sex in {r.sex: 1 for r in lines if r.sex}],
        "people": [(one, one) for one in sorted({r.people for r in lines if r.people})],
        "occupation": [(one, one) for one in sorted({r.occupation for r in lines if r.occupation})],
        "prospect": [(one.value, label(one)) for one in Prospect],
    }


_SORTS: dict[str, Callable[[Any], Any]] = {
    "delegation": lambda _row: 0,  # the order of the report
    "name": lambda row: row.sort_name,
    "prospect": lambda row: list(Prospect).index(row.prospect),
}


def _looked_at(asked: Asked) -> tuple[queries.Facts, Outlook]:
    facts = queries.facts(asked.viewer, asked.term, asked.day)
    key = request.args.get("delegation") or (
        Level.OWN.value if any(m.level is Level.OWN for m in facts.mandates) else ""
    )
    scope = reckoning.scope_of(facts, key) or abort(404)
    return facts, outlook(facts, scope)


@bp.get("/untrained")
@access(*READERS)
def untrained() -> ResponseReturnValue:
    """List who in office has not completed a class yet, and what coming classes would change."""
    asked = asked_for()
    if asked is None:
        return render_template("reports/empty.html")
    facts, found = _looked_at(asked)
    wanted = _wanted()
    sort, rows = arranged([r for r in found.lines if wanted.fits(r)], _SORTS, "delegation")
    return render_template(
        "reports/untrained.html",
        asked=asked,
        outlook=found,
        wanted=wanted,
        options=_options(found.lines),
        groups=[
            *((k.value, sheets.level_name(facts, k)) for k in Level if k in facts.congress_levels),
            *((group.key, group.name) for group in facts.groups.values()),
        ],
        sort=sort,
        page=paged(rows),
    )


@bp.get("/untrained.xlsx")
@access(*READERS)
def untrained_file() -> Response:
    """Give the list of those not yet trained as an Excel file."""
    asked = asked_or_404()
    found, wanted = _looked_at(asked)[1], _wanted()
    rows = arranged([r for r in found.lines if wanted.fits(r)], _SORTS, "delegation")[1]
    return download(
        _("Not yet trained %(term)s as of %(day)s", term=asked.term.name, day=asked.day),
        sheets.untrained_header(),
        sheets.untrained_lines(rows),
    )


@bp.get("/plan/<int:plan_id>")
@access(*READERS)
def plan_year(plan_id: int) -> ResponseReturnValue:
    """Show the plan of a year over its months, what speaks against it, and what it can reach."""
    viewer = viewer_of(current_user)
    plan = annual_plan(viewer, plan_id) or abort(404)
    return render_template(
        "reports/plan_year.html",
        view=year_view(viewer, plan, clock.today()),
        plan=plan,
        planner=viewer.role is Role.PLANNER,
        months=month_options(),
        time=time,
        yuan=yuan,
    )
