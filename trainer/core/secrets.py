"""Sensitive texts: encrypted in the database, masked on pages.

PIPL Articles 28 and 51 ask for both. The key is derived from the application's secret (HKDF,
RFC 5869), so that a copy of the database alone gives nothing away.
"""

from __future__ import annotations

import base64
from functools import lru_cache

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy.engine import Dialect

from trainer.core.errors import Refused
from trainer.core.text import noop


@lru_cache(maxsize=32)
def _cipher(secret: str, purpose: str) -> Fernet:
    kdf = HKDF(SHA256(), length=32, salt=None, info=f"encrypted:{purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(kdf.derive(secret.encode())))


class EncryptedText(sa.types.TypeDecorator[str]):
    """A text that is stored encrypted (AES-128-CBC with HMAC-SHA-256, as Fernet defines it).

    *purpose* names the column (``person.bank_account``): what was written into one column cannot
    be read as another. The same text is stored differently each time, so it cannot be searched.
    Reading raises Refused when the secret of the installation is not the one it was written with.
    """

    impl = sa.Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def _key(self) -> Fernet:
        return _cipher(current_app.config["SECRET_KEY"], self.purpose)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else self._key().encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        try:
            return self._key().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise Refused(
                noop("This was encrypted with another secret. Set TRAINER_SECRET_KEY as it was.")
            ) from error


def masked(text: str | None, *, shown: int = 4) -> str:
    """Return *text* with all but its last *shown* characters hidden; all of a short one."""
    if not text:
        return ""
    return "•" * 6 + (text[-shown:] if len(text) >= 2 * shown else "")
