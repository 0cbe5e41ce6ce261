"""The tests of this folder live on 10 May 2017, in the first year of a term."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from tests.people.stage import Stage, build

NOW = datetime(2017, 5, 10, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def may_2017() -> Iterator[time_machine.Traveller]:
    """Keep the clock at ten in the morning, China's time; `.shift` lets time pass."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def stage(app: Flask) -> Stage:
    """A county with two townships, and somebody in every delegation."""
    return build()
