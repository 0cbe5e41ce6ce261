"""Settings of the installation that are kept in the database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from trainer.core.database import Model, db


class Setting(Model):
    """A setting by its name; what has no row has its default."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(sa.JSON)


def get(key: str, default: Any = None) -> Any:
    """Return the value of setting *key*, *default* when it was never put."""
    row = db.session.get(Setting, key)
    return default if row is None else row.value


def put(key: str, value: Any) -> None:
    """Keep *value* as setting *key*."""
    db.session.merge(Setting(key=key, value=value))
    db.session.flush()
