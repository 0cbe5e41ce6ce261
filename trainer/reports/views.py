"""Pages of reports: coverage of a term, and the people and classes behind each figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.access import access
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.listing import PAGE_SIZE, Page, Sort, requested_sort
from trainer.core.requests import day_argument
from trainer.core.spreadsheet import download
from trainer.people.models import Term
from trainer.people.queries import Viewer, viewer_of
from trainer.reports import coverage as reckoning
from trainer.reports import queries, sheets
from trainer.reports.rules import Kind, Level, Period, Scope

bp = Blueprint("reports", __name__, url_prefix="/reports")
READERS = (Role.PLANNER, Role.TOWNSHIP_OFFICER, Role.AUDITOR)
Row = TypeVar("Row")


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a term of the own congress and a day within it."""

    viewer: Viewer
    terms: list[Term]
    term: Term
    day: date
    moved: bool


def _asked() -> Asked | None:
    """Return what is asked for, None while the congress has no term that has begun.

    A day outside the term, or still to come, is moved to the nearest that can be reported.
    """
    viewer = viewer_of(current_user)
    today = clock.today()
    terms = [term for term in queries.own_terms(viewer) if term.first_day <= today]
    if not terms:
        return None
    wanted = request.args.get("term", type=int)
    term = next((each for each in terms if each.id == wanted), terms[0])
    asked = day_argument("day")
    day = max(term.first_day, min(asked or today, today, term.last_day))
    return Asked(viewer, terms, term, day, asked is not None and asked != day)


def _asked_or_404() -> Asked:
    return _asked() or abort(404)


@bp.get("/")
@access(*READERS)
def coverage() -> ResponseReturnValue:
    """Show coverage of a term against its plan on a day."""
    asked = _asked()
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
    asked = _asked_or_404()
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
    asked = _asked_or_404()
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
    asked = _asked_or_404()
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


def _arranged(
    rows: list[Row], keys: dict[str, Callable[[Any], Any]], default: str
) -> tuple[Sort, list[Row]]:
    """Return the rows as the address sorts and filters (q: part of name or pinyin) them."""
    sort = requested_sort(keys, default)
    word = request.args.get("q", "").strip().lower().replace(" ", "")
    found = [row for row in rows if not word or word in _names_of(row)]
    if sort.key == default:
        return sort, found[::-1] if sort.descending else found
    return sort, sorted(found, key=keys[sort.key], reverse=sort.descending)


def _page(rows: list[Row]) -> Page[Row]:
    """Return the page of *rows* that the address asks for."""
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return Page(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(rows))


def _names_of(row: Any) -> str:
    return f"{row.name} {row.sort_name.replace(' ', '')}"


@bp.get("/people")
@access(*READERS)
def people() -> ResponseReturnValue:
    """List the people behind a figure; for person-times a line for each class attended."""
    behind = _behind()
    if behind.kind is Kind.PERSON_TIMES:
        times = reckoning.person_times(behind.scope, behind.period)
        sort, rows = _arranged(times, _TIMES, "class")
        page = _page(rows)
        return render_template("reports/person_times.html", behind=behind, page=page, sort=sort)
    lines = reckoning.people(behind.scope, behind.kind, behind.period)
    sort, found = _arranged(lines, _PEOPLE, "delegation")
    return render_template(
        "reports/people.html", behind=behind, page=_page(found), sort=sort, kinds=list(Kind)
    )


@bp.get("/people.xlsx")
@access(*READERS)
def people_file() -> Response:
    """Give the people behind a figure as an Excel file."""
    behind = _behind()
    title = sheets.people_title(behind.kind, behind.where, behind.period)
    if behind.kind is Kind.PERSON_TIMES:
        times = reckoning.person_times(behind.scope, behind.period)
        rows = _arranged(times, _TIMES, "class")[1]
        return download(title, sheets.times_header(), sheets.times_lines(rows))
    lines = reckoning.people(behind.scope, behind.kind, behind.period)
    found = _arranged(lines, _PEOPLE, "delegation")[1]
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
