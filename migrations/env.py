"""Runs the migrations on the application's own engine."""

from alembic import context
from flask import current_app

import trainer.almanac.models
import trainer.attendance.models
import trainer.calendars.models
import trainer.core.mail
import trainer.core.settings
import trainer.enrolment.models
import trainer.people.import_models  # noqa: F401  (all tables are known before comparing)
from trainer.core.database import Model, db


def run() -> None:
    options = dict(current_app.extensions["migrate"].configure_args)
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            user_module_prefix="trainer.core.database.",
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
