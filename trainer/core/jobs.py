"""Work that no page waits for: mail to send, a solver to run.

A job is a function without arguments that finds in the database what is due, claims it, and acts:
running it twice, or killing it in the middle, does no harm. It runs every so many minutes, and at
once when a transaction that made work for it has been committed (`wake`). Huey carries it: in a
file beside the database, or in Redis where several machines share the work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from huey import Huey, MemoryHuey, RedisHuey, SqliteHuey, crontab
from sqlalchemy import event
from sqlalchemy.orm import Session

from trainer.core.database import db

Job = Callable[[], None]
log = logging.getLogger(__name__)
_jobs: dict[str, tuple[Job, int]] = {}
_WOKEN = "jobs to wake"


def job(*, every: int) -> Callable[[Job], Job]:
    """Declare a job that runs *every* so many minutes (1 to 59), and whenever it is woken."""

    def declare(function: Job) -> Job:
        _jobs[_name(function)] = (function, every)
        return function

    return declare


def _name(function: Job) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def wake(function: Job) -> None:
    """Run a job as soon as the present transaction is committed, and not if it is rolled back."""
    db.session().info.setdefault(_WOKEN, set()).add(_name(function))


def _enqueue(session: Session) -> None:
    woken = session.info.pop(_WOKEN, ())
    tasks = current_app.extensions["jobs"]["tasks"] if woken else {}
    for name in woken:
        try:
            tasks[name]()
        except Exception:  # the periodic run will find the work: what is committed stays so
            log.exception("The job %s could not be woken", name)


def _forget(session: Session) -> None:
    session.info.pop(_WOKEN, None)


event.listen(db.session, "after_commit", _enqueue)
event.listen(db.session, "after_rollback", _forget)


def _queue(app: Flask) -> Huey:
    if app.testing:
        return MemoryHuey("trainer")
    address = app.config["RATELIMIT_STORAGE_URI"]
    if address.startswith("redis"):
        return RedisHuey("trainer", url=address)
    folder = Path(app.config["DATA_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("trainer", filename=str(folder / "jobs.sqlite"), fsync=False)


def _in_context(app: Flask, function: Job) -> Job:
    def run() -> None:
        with app.app_context():
            function()

    return run


def init_app(app: Flask) -> None:
    """Give *app* its queue, with every job that its packages declare."""
    queue = _queue(app)
    tasks: dict[str, Any] = {}
    for name, (function, every) in _jobs.items():
        run = _in_context(app, function)
        tasks[name] = queue.task(name=name)(run)
        queue.periodic_task(crontab(minute=f"*/{every}"), name=f"{name} by the clock")(run)
    app.extensions["jobs"] = {"queue": queue, "tasks": tasks}


def work(app: Flask, *, threads: int) -> None:
    """Run jobs until the process is told to stop (SIGINT or SIGTERM)."""
    app.extensions["jobs"]["queue"].create_consumer(workers=threads, max_delay=1.0).run()
