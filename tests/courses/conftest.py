"""Fixtures of the tests of classes."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.courses.scene import Scene, make_scene


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A county with a plan, its planner and a neighbour."""
    return make_scene()
