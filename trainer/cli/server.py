"""`trainer serve`: the web server."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from granian import Granian
from granian.constants import Interfaces
from sqlalchemy.engine import make_url

from trainer.cli.demo import load
from trainer.cli.example import site_url
from trainer.core import settings
from trainer.core.database import db


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=int)
@click.option("--workers", envvar="WORKERS", default=1, show_default=True, type=int)
@with_appcontext
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site; one process with threads on SQLite, as many as asked on PostgreSQL."""
    site = site_url(host, port)
    click.echo(f"Serving {site}")
    if load.is_empty():
        click.echo(f"The database is empty: open {site} to make the first account.")
    elif settings.get(load.EXAMPLE):
        click.echo("The example's passwords were shown when it was loaded; for a new one:")
        click.echo("  trainer user password planner   (or officer01, auditor, admin)")
    db.session.remove()
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        workers = 1
    Granian(
        "trainer:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        log_access=False,
    ).serve()
