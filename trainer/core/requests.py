"""One request, one transaction: services flush, only this hook commits."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

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


def page_address(target: str | None) -> str | None:
    """Return *target* if it is a page of this site that can be opened (by GET), else None."""
    address = local_address(target)
    routes = current_app.create_url_adapter(request)
    if address is None or routes is None:
        return None
    return address if routes.test(urlsplit(address).path, method="GET") else None


def day_argument(name: str) -> date | None:
    """Return the day that the address gives as *name*, None when there is none or it is no day."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


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
