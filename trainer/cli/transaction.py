"""One command, one transaction; a refusal is one sentence on stderr and exit code 1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from trainer.core.database import db
from trainer.core.errors import DomainError


class Refusal(click.ClickException):
    """A sentence on stderr; exit code 1."""

    def show(self, file: object = None) -> None:  # noqa: ARG002
        """Print the sentence alone, without click's prefix."""
        click.echo(self.message, err=True)


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what the block did, or nothing of it."""
    try:
        yield
        db.session.commit()
    except DomainError as error:
        db.session.rollback()
        raise Refusal(str(error)) from error
    except BaseException:
        db.session.rollback()
        raise
