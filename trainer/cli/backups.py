"""`trainer backup` and `trainer restore`: the whole database in one file, and back again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import click
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import URL, make_url

from trainer.cli.demo import load
from trainer.cli.transaction import Refusal
from trainer.core.database import db

SQLITE_HEAD = b"SQLite format 3\x00"


def _address() -> URL:
    return make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])


def _is_sqlite() -> bool:
    return _address().get_backend_name() == "sqlite"


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write the database into FILE while the site runs; the secret is not in it."""
    if file.exists():
        raise Refusal(f"{file} exists already. Name a new file.")
    part = file.with_name(file.name + ".part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.close(descriptor)
        if _is_sqlite():
            _copy(Path(str(_address().database)), part)
        else:
            _postgres("pg_dump", "--format=custom", f"--file={part}")
        part.replace(file)
    except OSError as error:
        raise Refusal(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"Backed up to {file} ({file.stat().st_size:,} bytes).")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace a database that is not empty.")
@with_appcontext
def restore(file: Path, *, replace: bool) -> None:
    """Put the database back as FILE has it. Stop the site first, then run `trainer db upgrade`."""
    if not replace and not load.is_empty():
        raise Refusal("The database is not empty. With --replace what is in it is lost.")
    db.session.remove()
    db.engine.dispose()
    if _is_sqlite():
        _require_ours(file)
        _copy(file, Path(str(_address().database)))
    else:
        _postgres(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(file)
        )
    click.echo(f"Restored from {file}. Now run: trainer db upgrade")


def _copy(source: Path, target: Path) -> None:
    """Copy one SQLite database over another, a consistent state of it also while it is written."""
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise Refusal(f"The copy failed, nothing was replaced: {error}.") from error


def _require_ours(file: Path) -> None:
    """Refuse what is no whole backup of ours, or one of a newer program."""
    with file.open("rb") as opened:
        if opened.read(len(SQLITE_HEAD)) != SQLITE_HEAD:
            raise Refusal(f"{file} is no backup of an SQLite database.")
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as kept:
            whole = kept.execute("PRAGMA integrity_check").fetchone()[0]
            row = kept.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise Refusal(f"{file} is damaged or no backup of this program: {error}.") from error
    if whole != "ok" or row is None:
        raise Refusal(f"{file} is damaged: {whole}.")
    folder = current_app.extensions["migrate"].directory
    known = {script.revision for script in ScriptDirectory(folder).walk_revisions()}
    if row[0] not in known:
        raise Refusal(f"{file} was written by a newer program (database version {row[0]}).")


def _postgres(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on our database; the password stays out of its name."""
    path = shutil.which(program)
    if path is None:
        raise Refusal(f"{program} is missing: install PostgreSQL's client programs.")
    address = _address()
    environment = dict(os.environ)
    if address.password:
        environment["PGPASSWORD"] = str(address.password)
    plain = address.set(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run(  # noqa: S603  (a program we found, arguments of ours)
        [path, f"--dbname={plain}", *arguments], env=environment, capture_output=True, text=True
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Refusal(f"{program} failed, nothing was replaced: {last}")
