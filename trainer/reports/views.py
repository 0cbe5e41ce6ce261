"""Pages of reports: coverage of a term, and the people and classes behind each figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access
from trainer.core.spreadsheet import download
from trainer.reports import coverage as reckoning
from trainer.reports import queries, sheets
from trainer.reports.asking import READERS, Asked, arranged, asked_for, asked_or_404, bp, paged
from trainer.reports.rules import Kind, Level, Period, Scope

__all__ = ["bp"]


@bp.get("/")
@access(*READERS)
def coverage() -> ResponseReturnValue:
    """Show coverage of a term against its plan on a day."""
    asked = asked_for()
    if asked is None:
        return render_template("reports/empty.html")
    return render_template(
        "reports/coverage.html",
        asked=asked,
        report=reckoning.report(asked.viewer, asked.term, asked.day),
        levels=Level,
        kinds=Kind,
    )


@bp.get("/coverage.xlsx")
@access(*READERS)
def coverage_file() -> Response:
    """Give the figures by delegation and township as an Excel file."""
    asked = asked_or_404()
    report = reckoning.report(asked.viewer, asked.term, asked.day)
    return download(
        _("Coverage %(term)s as of %(day)s", term=asked.term.name, day=asked.day),
        sheets.coverage_header(),
        sheets.coverage_lines(report),
    )


@bp.get("/years.xlsx")
@access(*READERS)
def years_file() -> Response:
    """Give planned and actual figures by year as an Excel file."""
    asked = asked_or_404()
    report = reckoning.report(asked.viewer, asked.term, asked.day)
    return download(
        _("Plan and actual %(term)s as of %(day)s", term=asked.term.name, day=asked.day),
        sheets.years_header(),
        sheets.years_lines(report),
    )


@dataclass(frozen=True)
class Behind:
    """Which figure a list stands behind."""

    asked: Asked
    facts: queries.Facts
    kind: Kind
    key: str
    scope: Scope
    year: int | None
    period: Period

    @property
    def where(self) -> str:
        """The name of the group, None for everybody or a level."""
        return self.facts.groups[self.key].name if self.key in self.facts.groups else ""


def _behind() -> Behind:
    asked = asked_or_404()
    try:
        kind = Kind(request.args.get("kind", Kind.IN_OFFICE.value))
    except ValueError:
        abort(404)
    key = request.args.get("delegation", "")
    facts = queries.facts(asked.viewer, asked.term, asked.day)
    scope = reckoning.scope_of(facts, key) or abort(404)
    year = request.args.get("year", type=int)
    if year is not None and not asked.term.first_day.year <= year <= asked.day.year:
        abort(404)
    period = reckoning.year_period(year, asked.day) if year else Period(asked.day)
    return Behind(asked, facts, kind, key, scope, year, period)


_PEOPLE: dict[str, Callable[[Any], Any]] = {
    "delegation": lambda _row: 0,  # the order of the report
    "name": lambda row: row.sort_name,
    "completed": lambda row: row.completed,
    "hours": lambda row: row.hours,
}
_TIMES: dict[str, Callable[[Any], Any]] = {
    "class": lambda _row: 0,  # by date
    "name": lambda row: row.sort_name,
    "hours": lambda row: row.hours,
}


@bp.get("/people")
@access(*READERS)
def people() -> ResponseReturnValue:
    """List the people behind a figure; for person-times a line for each class attended."""
    behind = _behind()
    if behind.kind is Kind.PERSON_TIMES:
        times = reckoning.person_times(behind.scope, behind.period)
        sort, rows = arranged(times, _TIMES, "class")
        page = paged(rows)
        return render_template("reports/person_times.html", behind=behind, page=page, sort=sort)
    lines = reckoning.people(behind.scope, behind.kind, behind.period)
    sort, found = arranged(lines, _PEOPLE, "delegation")
    return render_template(
        "reports/people.html", behind=behind, page=paged(found), sort=sort, kinds=list(Kind)
    )


@bp.get("/people.xlsx")
@access(*READERS)
def people_file() -> Response:
    """Give the people behind a figure as an Excel file."""
    behind = _behind()
    title = sheets.people_title(behind.kind, behind.where, behind.period)
    if behind.kind is Kind.PERSON_TIMES:
        times = reckoning.person_times(behind.scope, behind.period)
        rows = arranged(times, _TIMES, "class")[1]
        return download(title, sheets.times_header(), sheets.times_lines(rows))
    lines = reckoning.people(behind.scope, behind.kind, behind.period)
    found = arranged(lines, _PEOPLE, "delegation")[1]
    return download(title, sheets.people_header(), sheets.people_lines(found))


@bp.get("/classes")
@access(*READERS)
def classes() -> ResponseReturnValue:
    """List the classes held, with person-times and how many completed."""
    behind = _behind()
    held = [each for each in behind.facts.classes if behind.period.holds(each.last_day)]
    times = behind.scope.person_times(behind.period)
    return render_template(
        "reports/classes.html",
        behind=behind,
        rows=held,
        came={c.id: sum(t.class_id == c.id for t in times) for c in held},
        completed={c.id: sum(t.class_id == c.id and t.completed for t in times) for c in held},
    )
