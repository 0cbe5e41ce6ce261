"""Migrations go up, down and up again with rows in every table, and the head equals the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import check, downgrade, upgrade

from tests import world
from tests.conftest import make_app
from trainer.core.database import Model, db

VERSIONS = sorted((Path(__file__).parents[1] / "migrations" / "versions").glob("*.py"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, at the newest migration."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'migrated.sqlite'}"
    else:
        server = sa.create_engine(
            request.getfixturevalue("postgres_url").replace("postgresql:", "postgresql+psycopg:"),
            isolation_level="AUTOCOMMIT",
        )
        with server.connect() as connection:
            connection.execute(sa.text("DROP DATABASE IF EXISTS migrated"))
            connection.execute(sa.text("CREATE DATABASE migrated"))
        url = server.url.set(database="migrated").render_as_string()
    app = make_app(url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_up_down_and_up_again_with_rows_in_every_table(migrated: Flask) -> None:
    world.build()
    db.session.commit()
    assert world.empty_tables() == []
    db.session.remove()
    downgrade(revision="base")
    assert _tables() == set()
    upgrade()
    assert _tables() == set(Model.metadata.tables)
    world.build()  # triggers, sequences and constraints are back in their places
    db.session.commit()


def test_the_head_equals_the_models(migrated: Flask) -> None:
    check()  # fails by SystemExit when a migration is missing


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in VERSIONS] == [
        f"{number:04}" for number in range(1, len(VERSIONS) + 1)
    ]
