"""One request, one transaction: services flush, only this hook commits."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from trainer.core.database import db, set_writing

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def keep_changes() -> None:
    """Commit what this request wrote although it is refused, as a failed sign-in must be."""
    g.keep_changes = True


def local_address(target: str | None) -> str | None:
    """Return *target* if it is an address within this site, else None (no open redirects)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return None if urlsplit(target).netloc or any(ord(c) < 32 for c in target) else target


def init_app(app: Flask) -> None:
    """Begin every request as reader or writer, and end it with a commit or a rollback."""

    @app.before_request
    def begin() -> None:
        set_writing(writing=request.method not in SAFE_METHODS)

    @app.after_request
    def end(response: Response) -> Response:
        wanted = response.status_code < 400 or g.get("keep_changes", False)
        if wanted and request.method not in SAFE_METHODS:
            db.session.commit()
        else:
            db.session.rollback()
        return response
