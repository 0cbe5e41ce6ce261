"""Runs the migrations on the application's own engine."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context
from flask import current_app

import trainer.almanac.models
import trainer.attendance.models
import trainer.calendars.models
import trainer.core.mail
import trainer.core.settings
import trainer.courses.extra_models
import trainer.enrolment.models
import trainer.people.import_models  # noqa: F401  (all tables are known before comparing)
from trainer.core.database import Model, db


@contextmanager
def references_unchecked(connection: sa.Connection) -> Iterator[None]:
    """Let SQLite make a table anew that others refer to; afterwards every reference must hold.

    SQLite cannot alter constraints: a batch copies the table and drops the old one. The switch
    works outside transactions only.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    options = dict(current_app.extensions["migrate"].configure_args)
    with db.engine.connect() as connection, references_unchecked(connection):
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            user_module_prefix="trainer.core.database.",
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"references to missing rows: {broken[:5]}")


run()
