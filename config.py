"""Configuration, read from the environment only (prefix TRAINER_)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
MINIMUM_SECRET_LENGTH = 32


class ConfigurationError(Exception):
    """The environment does not allow a safe start; the text says what to set."""


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return Flask settings for *environ*.

    Raises ConfigurationError when ``TRAINER_ENV=production`` and no secret of at least 32
    characters is given. Elsewhere a secret is made once and kept in the data folder.
    """
    data_dir = Path(environ.get("TRAINER_DATA_DIR", ROOT / "data"))
    production = environ.get("TRAINER_ENV", "development") == "production"
    base_url = environ.get("TRAINER_BASE_URL", "").rstrip("/")
    secure = base_url.startswith("https://")
    return {
        "DATA_DIR": data_dir,
        "BASE_URL": base_url,
        "PRODUCTION": production,
        "SECRET_KEY": _secret(environ.get("TRAINER_SECRET_KEY", ""), data_dir, production),
        "SQLALCHEMY_DATABASE_URI": _database_url(environ, data_dir),
        "RATELIMIT_STORAGE_URI": environ.get("TRAINER_REDIS_URL", "memory://"),
        "MAIL_URL": _mail_url(environ),
        "IMAP_URL": _imap_url(environ),
        "RATELIMIT_HEADERS_ENABLED": True,
        "PROXIES": int(environ.get("TRAINER_PROXIES", "0")),
        "MAX_CONTENT_LENGTH": 20 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 20_000,  # the roll of a 400-deputy class posts several fields a cell
        "IDLE_SIGN_OUT": timedelta(minutes=int(environ.get("TRAINER_IDLE_MINUTES", "30"))),
        "SESSION_COOKIE_NAME": "trainer",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_NAME": "trainer_device",
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_DURATION": timedelta(days=400),
        "WTF_CSRF_TIME_LIMIT": None,  # bound to the session, which itself ends when idle
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "BABEL_DEFAULT_LOCALE": "zh",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
    }


def _database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    url = environ.get("TRAINER_DATABASE_URL", f"sqlite:///{data_dir / 'trainer.sqlite'}")
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _mail_url(environ: Mapping[str, str]) -> str:
    url = environ.get("TRAINER_MAIL_URL", "")
    if url and not url.startswith(("smtp://", "smtp+tls://", "smtps://")):
        raise ConfigurationError(
            "Set TRAINER_MAIL_URL to smtp://, smtp+tls:// or smtps:// with user, password, host "
            "and sender, for example smtps://user:secret@mail.example.gov.cn?from=user@example.gov.cn"
        )
    return url


def _imap_url(environ: Mapping[str, str]) -> str:
    url = environ.get("TRAINER_IMAP_URL", "")
    if url and not url.startswith(("imap://", "imaps://")):
        raise ConfigurationError(
            "Set TRAINER_IMAP_URL to imap:// or imaps:// with user, password, host and mailbox, "
            "for example imaps://user:secret@mail.example.gov.cn/INBOX"
        )
    return url


def _secret(given: str, data_dir: Path, production: bool) -> str:  # noqa: FBT001
    if len(given) >= MINIMUM_SECRET_LENGTH:
        return given
    if given or production:
        raise ConfigurationError(
            f"Set TRAINER_SECRET_KEY to a random text of at least {MINIMUM_SECRET_LENGTH} "
            "characters, for example the output of: openssl rand -hex 32"
        )
    path = data_dir / "secret"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()
