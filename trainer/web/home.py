"""The home page of each role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.courses.rules import ClassStatus
from trainer.people.queries import viewer_of
from trainer.reports import dashboard

TONES = {
    ClassStatus.DRAFT: "still",
    ClassStatus.PUBLISHED: "note",
    ClassStatus.RUNNING: "accent",
    ClassStatus.FINISHED: "good",
    ClassStatus.CLOSED: "good",
    ClassStatus.POSTPONED: "still",
}


def _planner() -> ResponseReturnValue:
    found = dashboard.home(viewer_of(current_user), clock.today())
    year = found.today.year
    names = [str(format_date(date(year, month, 1), "LLL")) for month in range(1, 13)]
    return render_template(
        "web/home.html",
        home=found,
        months=_months(found, names),
        month_names=names,
        rows=[_row(lane, found.today) for lane in found.lanes],
    )


def _months(home: dashboard.Home, names: list[str]) -> list[dict[str, Any]]:
    """Return the twelve months as the year strip draws them."""
    return [
        {
            "label": names[month.number - 1],
            "short": str(month.number),
            "planned": month.planned,
            "done": month.held,
            "now": month.number == home.today.month,
        }
        for month in (home.year.months if home.year else ())
    ]


def _row(lane: dashboard.Lane, today: date) -> dict[str, Any]:
    """Return a class as the lanes of the year draw it."""
    held = lane.training_class
    first, last = held.first_day, held.last_day
    run = " " + _("run %(run)s", run=held.run) if held.planned_class_id else ""
    when = f"{first.month}.{first.day}"
    return {
        "label": held.name + run,
        "url": url_for("courses.show", class_id=held.id),
        "start": lane.start,
        "end": lane.end,
        "when": when if first == last else f"{when}–{last.month}.{last.day}",
        "tone": TONES[held.status_on(today)],
    }


def _officer() -> ResponseReturnValue:
    found = dashboard.officer_home(viewer_of(current_user), clock.today())
    return render_template("web/home_officer.html", home=found)


def _administrator() -> ResponseReturnValue:
    return render_template("web/home_administrator.html")


def _deputy() -> ResponseReturnValue:
    return redirect(url_for("web.me"), 303)


PAGES: dict[Role, Callable[[], ResponseReturnValue]] = {
    Role.PLANNER: _planner,
    Role.AUDITOR: _planner,
    Role.TOWNSHIP_OFFICER: _officer,
    Role.ADMINISTRATOR: _administrator,
    Role.DEPUTY: _deputy,
}


def page() -> ResponseReturnValue:
    """Return the home page of whoever is signed in."""
    return PAGES[current_user.role]()
