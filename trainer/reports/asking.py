"""What the addresses of reports ask for: a term, a day, a sort, a search, a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, abort, request
from flask_login import current_user

from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.listing import PAGE_SIZE, Page, Sort, requested_sort
from trainer.core.requests import day_argument
from trainer.people.models import Term
from trainer.people.queries import Viewer, viewer_of
from trainer.reports import queries

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


def asked_for() -> Asked | None:
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


def asked_or_404() -> Asked:
    return asked_for() or abort(404)


def arranged(
    rows: list[Row], keys: dict[str, Callable[[Any], Any]], default: str
) -> tuple[Sort, list[Row]]:
    """Return the rows as the address sorts and filters (q: part of name or pinyin) them."""
    sort = requested_sort(keys, default)
    word = request.args.get("q", "").strip().lower().replace(" ", "")
    found = [row for row in rows if not word or word in _names_of(row)]
    if sort.key == default:
        return sort, found[::-1] if sort.descending else found
    return sort, sorted(found, key=keys[sort.key], reverse=sort.descending)


def paged(rows: list[Row]) -> Page[Row]:
    """Return the page of *rows* that the address asks for."""
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return Page(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(rows))


def _names_of(row: Any) -> str:
    return f"{row.name} {row.sort_name.replace(' ', '')}"
