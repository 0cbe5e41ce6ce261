"""`trainer serve`: the web server; `trainer work`: jobs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import with_appcontext
from granian import Granian
from granian.constants import Interfaces
from sqlalchemy.engine import make_url

from trainer.cli.demo import load
from trainer.cli.example import site_url
from trainer.core import jobs, settings
from trainer.core.database import db


@click.command()
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 32))
@click.option("--with-parent", is_flag=True, hidden=True)
@with_appcontext
def work(threads: int, *, with_parent: bool) -> None:
    """Run the jobs: send mail, reckon in the background."""
    if with_parent:
        threading.Thread(target=_stop_with_parent, daemon=True).start()
    jobs.work(current_app._get_current_object(), threads=threads)  # type: ignore[attr-defined]  # noqa: SLF001


def _stop_with_parent() -> None:
    """End when the pipe to the parent closes, however the parent ended."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _worker() -> Iterator[None]:
    """Run the jobs in a process beside the server."""
    command = [sys.executable, "-m", "trainer", "work", "--with-parent"]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  (ourselves)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


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
    with _worker():
        _serve(host, port, workers)


def _serve(host: str, port: int, workers: int) -> None:
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
