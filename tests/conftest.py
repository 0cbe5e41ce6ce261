"""Fixtures: an application on a migrated database, emptied after each test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event

from tests import postgres
from trainer import create_app
from trainer.accounts.models import User
from trainer.core.database import Model, db, set_writing

SECRET = "for tests only, forty characters long.."
os.environ["TRAINER_SECRET_KEY"] = SECRET  # before any application reads the environment
os.environ["TRAINER_DATA_DIR"] = tempfile.mkdtemp(prefix="trainer-tests-")


def make_app(url: str, **overrides: Any) -> Flask:
    """Return an application on the database at *url*, migrated to the head."""
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": url,
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": False,
            "SERVER_NAME": "localhost",
            "BASE_URL": "http://localhost",
            **overrides,
        }
    )
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return app


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest migration, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    make_app(f"sqlite:///{path}")
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def app(template_database: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application on a fresh SQLite database of its own, inside an application context."""
    path = tmp_path / "trainer.sqlite"
    shutil.copy(template_database, path)
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{path}",
            "TESTING": True,
            "WTF_CSRF_ENABLED": False,
            "RATELIMIT_ENABLED": False,
            "SERVER_NAME": "localhost",
            "BASE_URL": "http://localhost",
        }
    )
    app.test_client_class = Browser
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a private PostgreSQL server's empty database; skipped where none is."""
    if not postgres.available():
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    with postgres.cluster() as url:
        yield url


@pytest.fixture
def postgres_app(postgres_url: str) -> Iterator[Flask]:
    """An application on PostgreSQL; its tables are emptied afterwards."""
    app = make_app(postgres_url)
    app.test_client_class = Browser
    with app.app_context():
        yield app
        db.session.remove()
        with db.engine.begin() as connection:
            names = ", ".join(f'"{table.name}"' for table in Model.metadata.sorted_tables)
            connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        db.engine.dispose()


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def each_app(request: pytest.FixtureRequest) -> Flask:
    """An application on SQLite, then one on PostgreSQL."""
    app: Flask = request.getfixturevalue({"sqlite": "app"}.get(request.param, "postgres_app"))
    return app


class Browser(FlaskClient):
    """A client whose every request is one of its own, as on a server.

    What the test has written is committed first; the request gets its own context, so that no
    user, session of the database or other state leaks from one request into the next.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send one request."""
        if has_app_context():
            db.session.commit()
        with self.application.app_context():
            try:
                return super().open(*args, **kwargs)
            finally:
                set_writing(writing=True)  # as outside requests, whatever this one was


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script that is not signed in."""
    return app.test_client()


SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Return a function that gives a client signed in as a user (whose row is committed)."""

    def as_user(user: User) -> FlaskClient:
        db.session.commit()
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = user.get_id()
            session["_fresh"] = True
        return client

    return as_user


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Collect the SQL statements that run inside the block."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
