"""The server is killed in the middle of taking a roll: what was acknowledged is there, whole."""

from __future__ import annotations

import random
import re
import signal
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import cycle
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import sqlalchemy as sa

from tests.browser.site import Site
from trainer.core.clock import today
from trainer.core.database import db
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus

ROUNDS = 4
SEEN = re.compile(r'name="seen-(\d+)" value="(\w*)"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HALF = re.compile(r'name="half" value="([^"]+)"')


@dataclass
class Clerk:
    """Somebody who saves the roll of one half-day over and over, all present, then all late."""

    site: Site
    class_id: int
    browser: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor()))
    acknowledged: str = ""
    under_way: str = ""

    def read(self, path: str) -> str:
        with self.browser.open(self.site.url + path, timeout=20) as answer:
            return str(answer.read().decode())

    def send(self, path: str, values: dict[str, str]) -> str:
        data = urlencode(values).encode()
        with self.browser.open(self.site.url + path, data, timeout=20) as answer:
            return str(answer.read().decode())

    def sign_in(self) -> None:
        token = TOKEN.search(self.read("/sign-in"))
        assert token is not None
        password = self.site.example.passwords["planner"]
        values = {"csrf_token": token[1], "login": "planner", "password": password}
        self.send("/sign-in", values)

    def marks(self) -> dict[str, str]:
        return dict(SEEN.findall(self.read(f"/classes/{self.class_id}/roll")))

    def save_until_the_server_dies(self) -> None:
        page = self.read(f"/classes/{self.class_id}/roll")
        for mark in cycle(["present", "late"]):
            found = TOKEN.search(page), HALF.search(page)
            assert found[0] is not None
            assert found[1] is not None
            seen = dict(SEEN.findall(page))
            values = {"csrf_token": found[0][1], "half": found[1][1]}
            values |= {f"seen-{number}": before for number, before in seen.items()}
            values |= {f"mark-{number}": mark for number in seen}
            self.under_way = mark
            try:
                page = self.send(f"/classes/{self.class_id}/roll", values)
            except (URLError, HTTPException, OSError):
                return
            self.acknowledged = mark


def _running(site: Site) -> int:
    with site.app().app_context():
        number = db.session.scalar(
            sa.select(TrainingClass.id).where(
                TrainingClass.status.in_((ClassStatus.PUBLISHED, ClassStatus.RUNNING)),
                TrainingClass.first_day <= today(),
                TrainingClass.last_day >= today(),
            )
        )
        assert number is not None
        return number


def test_a_kill_in_the_middle_of_a_roll_loses_and_halves_nothing(own_site: Site) -> None:
    chance = random.Random(2017)
    clerk = Clerk(own_site, _running(own_site))
    clerk.sign_in()
    for _round in range(ROUNDS):
        before = clerk.acknowledged
        thread = threading.Thread(target=clerk.save_until_the_server_dies)
        thread.start()
        while clerk.acknowledged == before:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.4))
        own_site.stop(signal.SIGKILL)
        thread.join()
        own_site.start()
        marks = clerk.marks()
        assert len(marks) > 10
        assert len(set(marks.values())) == 1, "a roll is saved as a whole"
        assert set(marks.values()) <= {clerk.acknowledged, clerk.under_way}
        clerk.acknowledged = next(iter(marks.values()))
