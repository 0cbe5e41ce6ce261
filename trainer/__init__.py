"""Training planner and tracker for newly elected People's Congress deputies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from trainer import web
from trainer.accounts import access
from trainer.calendars import gate
from trainer.cli import register_commands
from trainer.core import database, forms, jobs, language, limits, requests

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Return the application, configured from the environment and then by *overrides*."""
    app = Flask(__name__, template_folder=str(TEMPLATES))
    app.config.from_mapping(config.load())
    app.config.from_mapping(overrides or {})
    if app.config["PROXIES"]:
        proxies = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, proxies, proxies)  # type: ignore[method-assign]
    database.init_app(app)
    requests.init_app(app)
    language.init_app(app)
    limits.init_app(app)
    forms.csrf.init_app(app)
    access.init_app(app)
    web.init_app(app)
    gate.init_app(app)
    jobs.init_app(app)
    register_commands(app)
    return app
