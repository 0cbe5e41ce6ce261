"""Rate limits per address, for what may be guessed or flooded."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, default_limits=["600 per minute"])


def init_app(app: Flask) -> None:
    """Attach the limits; several processes share them through Redis."""
    limiter.init_app(app)
