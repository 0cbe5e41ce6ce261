"""Every feed of the example county, made and listed by the command line, stands the byte check.

With TRAINER_TEST_FULL=1 all of them, each read by two parsers; else some of each kind.
"""

from __future__ import annotations

import json
import os
from collections import Counter

import pytest
from flask import Flask

from tests.calendars.bytecheck import check, check_raw
from trainer.calendars.rules import FeedKind
from trainer.cli.demo import load
from trainer.core.database import db


def _listed(app: Flask) -> list[dict[str, str]]:
    done = app.test_cli_runner().invoke(args=["feed", "list", "--json"])
    assert done.exit_code == 0, done.output
    found: list[dict[str, str]] = json.loads(done.output)
    return found


@pytest.mark.xdist_group("example")
def test_every_feed_of_the_example_county(app: Flask) -> None:
    load.load()
    db.session.commit()
    listed = _listed(app)
    assert _listed(app) == listed  # made once
    assert {line["kind"] for line in listed} == {*(kind.value for kind in FeedKind), "year"}
    client = app.test_client()
    events, read = 0, Counter[str]()
    full = bool(os.environ.get("TRAINER_TEST_FULL"))
    for line in listed:
        read[line["kind"]] += 1
        if read[line["kind"]] > 15 and not full:
            continue
        answer = client.get(line["url"].removeprefix("http://localhost"))
        assert answer.status_code == 200, line["kind"]
        parsed = full or read[line["kind"]] <= 2
        events += len(check(answer.data) if parsed else check_raw(answer.data))
        tag = {"If-None-Match": answer.headers["ETag"]}
        again = client.get(line["url"].removeprefix("http://localhost"), headers=tag)
        assert again.status_code == 304
    assert len(listed) > 150
    assert events > 300
