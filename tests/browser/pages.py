"""Every page there is, per visitor: the routes of the application filled from the example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.browser.site import Site
from trainer.accounts.access import PUBLIC, declared_access
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.clock import today
from trainer.core.database import Model, db
from trainer.courses.models import ClassSession, TrainingClass
from trainer.people.models import Person, Seat
from trainer.plans.models import AnnualPlan, FiveYearPlan

# Who looks at the pages: an account of the example, the deputy of the link, or nobody.
VISITORS = {
    "planner": Role.PLANNER,
    "officer01": Role.TOWNSHIP_OFFICER,
    "auditor": Role.AUDITOR,
    "admin": Role.ADMINISTRATOR,
    "deputy": Role.DEPUTY,
    "nobody": None,
}
# The files of the site, a session to download, and the page of an empty site, which has a test
# of its own.
ELSEWHERE = ("static", "web.first_run", "calendars.session_file")


@dataclass(frozen=True)
class Pages:
    """The addresses of the HTML pages per visitor, and what is wrong with the walk itself."""

    of: Mapping[str, Sequence[str]]
    problems: Sequence[str]


def client_of(app: Flask, site: Site, visitor: str) -> FlaskClient:
    """Return a client without a browser that is signed in as *visitor*."""
    client = app.test_client()
    if visitor == "nobody":
        return client
    wanted = User.login == visitor
    if visitor == "deputy":
        wanted = User.id == int(site.example.link.split("/")[-1].split("-")[0])
    with app.app_context():
        user = db.session.scalars(sa.select(User).where(wanted)).one()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = user.get_id(), True
    return client


def _values(site: Site) -> dict[str, list[Any]]:
    """Return what to fill into the arguments of routes, by argument or endpoint.argument."""
    ids = db.session.scalars
    deputy = int(site.example.link.split("/")[-1].split("-")[0])
    classes = sa.select(TrainingClass.id).order_by(TrainingClass.first_day)
    shown = list(ids(classes))
    held, running, coming = shown[0], shown[-2], shown[-1]
    two_seats = sa.select(Seat.person_id).group_by(Seat.person_id).having(sa.func.count() > 1)
    first = {
        f"{table.name}_id": list(ids(sa.select(table.c.id).order_by(table.c.id).limit(1)))
        for table in Model.metadata.sorted_tables
        if "id" in table.c
    }
    return {
        **first,
        "class_id": [held, running, coming],
        "session_id": list(
            ids(sa.select(ClassSession.id).where(ClassSession.class_id == coming).limit(2))
        ),
        "person_id": [
            *ids(two_seats.order_by(Seat.person_id).limit(1)),
            *ids(sa.select(Person.id).where(Person.user_id == deputy)),
        ],
        "five_year.plan_id": list(ids(sa.select(FiveYearPlan.id))),
        "annual.plan_id": list(ids(sa.select(AnnualPlan.id))),
        "entry_id": first["almanac_entry_id"],
        "yearly_id": first["almanac_rule_id"],
        "plan_id": list(ids(sa.select(AnnualPlan.id).limit(1))),
        "planned_id": first["planned_class_id"],
        "absence_id": first["lecturer_absence_id"],
        "template_id": first["timetable_template_id"],
        "key": ["lunch:gone"],
        "year": [2017, today().year, today().year + 1],
        "user_id": [*ids(sa.select(User.id).order_by(User.id).limit(1)), deputy],
        "prove.token": [site.example.link.split("/")[-1]],
        "code": ["630223"],
        "public_five_year.year": [2016],
        "public_five_year_word.year": [2016],
        "step_id": first["seat_step_id"],
        "number": [],  # the example has no roster waiting
        "token": [],  # feeds and other addresses that are no pages
    }


def _filled(rule: Rule, values: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    view = rule.endpoint.split(".")[-1]
    names = sorted(rule.arguments - set(rule.defaults or ()))
    choices = [values.get(f"{view}.{name}", values.get(name)) for name in names]
    unknown = [name for name, choice in zip(names, choices, strict=True) if choice is None]
    if unknown:
        raise LookupError(f"{rule.endpoint}: no example value for {', '.join(unknown)}")
    for combination in product(*(choice or () for choice in choices)):
        yield dict(zip(names, combination, strict=True))


def walk(site: Site) -> Pages:
    """Ask every route with GET as every visitor who may, and keep what answers as a page."""
    app = site.app()
    found: dict[str, list[str]] = {visitor: [] for visitor in VISITORS}
    problems: list[str] = []
    with app.app_context():
        values = _values(site)
    clients = {visitor: client_of(app, site, visitor) for visitor in VISITORS}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ELSEWHERE or "GET" not in (rule.methods or ()):
            continue
        try:
            filled = list(_filled(rule, values))
        except LookupError as error:
            problems.append(str(error))
            continue
        for visitor in _visitors(declared_access(app, rule.endpoint)):
            urls, wrong = _pages(app, clients[visitor], rule, filled)
            found[visitor] += urls
            problems += [f"{visitor}: {line}" for line in wrong]
    return Pages(found, problems)


def _visitors(declared: frozenset[Role] | None) -> list[str]:
    if declared is None:
        return []
    if declared == PUBLIC:
        return ["nobody"]
    return [visitor for visitor, role in VISITORS.items() if role in declared]


def _pages(
    app: Flask, client: FlaskClient, rule: Rule, filled: Sequence[Mapping[str, Any]]
) -> tuple[list[str], list[str]]:
    """Return the addresses of *rule* that are pages, and what is wrong with its answers."""
    urls, answers = [], []
    for arguments in filled:
        with app.test_request_context():
            url = app.url_for(rule.endpoint, **arguments)
        answer = client.get(url)
        answers.append(answer.status_code)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            urls.append(url)
    broken = [f"{rule.rule} answers {status}" for status in answers if status >= 500]
    if answers and all(status >= 400 for status in answers):
        broken.append(f"{rule.rule} has nothing to show: {answers}")
    return urls, broken
