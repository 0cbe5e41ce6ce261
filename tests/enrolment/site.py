"""The stage seen from outside: signed-in browsers, ids, and reads in a session of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from tests import factories
from tests.enrolment import stage
from trainer.accounts.models import User
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.courses.models import TrainingClass


@dataclass
class Site:
    """A class with deputies; requests and reads never share a session."""

    app: Flask
    class_id: int
    clients: dict[str, FlaskClient]
    identities: dict[str, str]
    weiyuan: int
    danma: int
    seats: dict[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address of the participants."""
        return f"/classes/{self.class_id}/participants"

    def browser(self, who: str) -> FlaskClient:
        """One more browser of the account *who*, for requests at the same time."""
        return _sign_in(self.app, self.identities[who])

    def state(self) -> dict[str, str]:
        """Who is on the class in which state."""
        with self.app.app_context():
            return stage.states(db.session.get_one(TrainingClass, self.class_id))

    def taken(self) -> tuple[int, dict[str, int]]:
        """The counters of the class and its delegations."""
        with self.app.app_context():
            return stage.counters(db.session.get_one(TrainingClass, self.class_id))

    def nominate(
        self, who: str, *names: str, wait: bool = False, delegation: int | None = None
    ) -> Any:
        """Send the tick list as the account *who* with the deputies *names* ticked."""
        return self.clients[who].post(
            f"{self.url}/add", data=self.ticks(*names, wait=wait, delegation=delegation)
        )

    def ticks(
        self, *names: str, wait: bool = False, delegation: int | None = None
    ) -> dict[str, Any]:
        """The tick list as a browser sends it."""
        data: dict[str, Any] = {"seat": [self.seats[name] for name in names]}
        data |= {"wait": "1"} if wait else {}
        return data if delegation is None else {**data, "delegation": delegation}

    def enrolment(self, name: str) -> int:
        """The id of somebody's enrolment."""
        with self.app.app_context():
            rows = stage.rows(db.session.get_one(TrainingClass, self.class_id))
            return next(row.id for row in rows if row.person.name == name)


def _sign_in(app: Flask, identity: str) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = identity, True
    return client


def build(app: Flask, weiyuan: list[str], danma: list[str] | None = None, **values: Any) -> Site:
    """Make the stage with these deputies in 威远 and 丹麻 and sign everybody in."""
    made = stage.build(**values)
    seats = {name: made.seat(name=name).id for name in weiyuan}
    seats |= {name: made.seat(made.danma, name).id for name in danma or []}
    users: dict[str, User] = {
        "planner": made.planner,
        "officer": made.officer,
        "neighbour": made.neighbour,
        "auditor": factories.user(Role.AUDITOR, scope=made.county),
        "administrator": factories.user(Role.ADMINISTRATOR),
        "deputy": factories.deputy_user(factories.person("周代表")),
        "stranger": factories.user(Role.PLANNER, scope=factories.congress("630224")),
    }
    db.session.commit()
    numbers = made.training_class.id, made.weiyuan.id, made.danma.id
    identities = {name: user.get_id() for name, user in users.items()}
    db.session.remove()
    clients = {name: _sign_in(app, identity) for name, identity in identities.items()}
    return Site(app, numbers[0], clients, identities, numbers[1], numbers[2], seats)


def texts(answer: Any, path: str) -> list[str]:
    """Return the texts of the elements at an XPath of a page, spaces folded."""
    tree = html.fromstring(answer.get_data(as_text=True))
    return [" ".join(each.text_content().split()) for each in tree.xpath(path)]


def refusals(answer: Any) -> list[str]:
    """Return the sentences at the top of a refused page."""
    return texts(answer, "//div[@class='error-summary']//li")


def flashes(answer: Any, client: FlaskClient) -> list[str]:
    """Follow a redirect and return the messages of the page."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return texts(
        client.get(answer.location), "//*[contains(@class, 'flash')]//*[@class='callout-body']"
    )
