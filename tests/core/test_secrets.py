"""Sensitive texts are stored encrypted and shown masked."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from flask import Flask

from trainer.core.database import db
from trainer.core.errors import Refused
from trainer.core.secrets import EncryptedText, masked

ACCOUNT = "6228480402564890018"
_meta = sa.MetaData()
_kept = sa.Table(
    "kept",
    _meta,
    sa.Column("account", EncryptedText("kept.account")),
    sa.Column("number", EncryptedText("kept.number")),
)


def _stored() -> tuple[str | None, ...]:
    row = db.session.execute(sa.text("SELECT account, number FROM kept")).one()
    return tuple(row)


@pytest.fixture
def kept(app: Flask) -> None:
    _meta.create_all(db.session.connection())


def test_a_text_is_encrypted_in_the_database_and_read_back(kept: None) -> None:
    db.session.execute(_kept.insert().values(account=ACCOUNT, number=None))
    account, number = _stored()
    assert account is not None
    assert ACCOUNT not in account
    assert number is None
    assert db.session.execute(sa.select(_kept)).one() == (ACCOUNT, None)


def test_a_column_cannot_be_read_as_another(kept: None) -> None:
    db.session.execute(_kept.insert().values(account=ACCOUNT))
    db.session.execute(sa.text("UPDATE kept SET number = account"))
    with pytest.raises(Refused, match="another secret"):
        db.session.execute(sa.select(_kept.c.number)).one()


def test_another_secret_reads_nothing(kept: None, app: Flask) -> None:
    db.session.execute(_kept.insert().values(account=ACCOUNT))
    app.config["SECRET_KEY"] = Fernet.generate_key().decode()
    with pytest.raises(Refused, match="TRAINER_SECRET_KEY"):
        db.session.execute(sa.select(_kept.c.account)).one()


@pytest.mark.parametrize(
    ("text", "shown"),
    [(ACCOUNT, "••••••0018"), ("13997481234", "••••••1234"), ("1234567", "••••••"), (None, "")],
)
def test_masks(text: str | None, shown: str) -> None:
    assert masked(text) == shown
