"""Error pages: what went wrong in one sentence, and what to do next."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from trainer.accounts.access import forget_user
from trainer.core.database import db, set_writing
from trainer.core.errors import DomainError, Refused

SENTENCES = {
    400: (_l("The request was not understood"), _l("Go back and try again.")),
    403: (
        _l("You may not see this page"),
        _l("If your work needs it, ask the system administrator for the right."),
    ),
    404: (
        _l("There is nothing at this address"),
        _l("It may have been moved or removed. Start again from the home page."),
    ),
    405: (_l("This address is not used in this way"), _l("Start again from the home page.")),
    409: (
        _l("Somebody else was quicker"),
        _l("Nothing was saved. Go back, reload the page and look at the present state."),
    ),
    413: (_l("The file is too large"), _l("Send a file of at most 20 MB.")),
    422: (_l("This could not be saved"), _l("Go back and correct what you typed.")),
    429: (_l("Too many requests"), _l("Wait a minute, then try again.")),
    500: (
        _l("Something broke on our side"),
        _l("Nothing was saved. Try again; if it happens again, tell the system administrator."),
    ),
}
REFUSED = (_l("This is not possible"), _l("Nothing was changed. Go back and choose another way."))


def _page(
    status: int, message: str = "", words: tuple[object, object] | None = None
) -> ResponseReturnValue:
    _end_transaction()
    known = status if status in SENTENCES else 500 if status >= 500 else 400
    heading, advice = words or SENTENCES[known]
    facts = {"status": status, "heading": heading, "message": message, "advice": advice}
    facts["back"] = _page_before()
    try:
        page = render_template("errors/error.html", **facts)
    except SQLAlchemyError:  # the database does not even say who is signed in
        forget_user()
        page = render_template("errors/error.html", **facts)
    return page, status


def _page_before() -> str | None:
    """Return the page of ours from which the user came, if it is another one than asked for."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return None
    address = before.path + (f"?{before.query}" if before.query else "")
    same = request.method == "GET" and address == request.full_path.rstrip("?")
    return None if same else address


def _end_transaction() -> None:
    """Undo what was not to be kept, and do not wait for the right to write when rendering."""
    if g.get("keep_changes", False):
        return
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.remove()
    set_writing(writing=False)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    page = make_response(_page(error.code))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            page.headers[name] = value
    return page


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return _page(400, _("The page was open for too long. Load it again and repeat."))


def _domain(error: DomainError) -> ResponseReturnValue:
    words = REFUSED if isinstance(error, Refused) else None
    return _page(error.status, _(error.message, **error.params), words)


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    return _page(409)


def _taken(error: IntegrityError) -> ResponseReturnValue:
    """Answer what only the database noticed: two requests at once made the same thing."""
    current_app.logger.warning("refused by the database: %s", error)
    return _page(409)


def init_app(app: Flask) -> None:
    """Answer errors with pages of ours."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, _taken)
