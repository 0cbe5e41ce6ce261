"""The tests of this folder live on 10 May 2017, before their class begins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

NOW = datetime(2017, 5, 10, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def may_2017() -> Iterator[time_machine.Traveller]:
    """Keep the clock at ten in the morning, China's time; `.move_to` lets days pass."""
    with time_machine.travel(NOW) as traveller:
        yield traveller
