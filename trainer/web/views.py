"""Home page, choice of language and type size, style page, health."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from trainer.accounts import service
from trainer.accounts.access import current_actor, public, signed_in, staff_only
from trainer.core.database import db
from trainer.core.language import COOKIE, COOKIE_AGE, LOCALES
from trainer.core.requests import page_address
from trainer.web import home as home_pages
from trainer.web.navigation import LARGE_COOKIE
from trainer.web.samples import samples

bp = Blueprint("web", __name__)


def _back() -> str:
    return page_address(request.form.get("next")) or url_for("web.home")


def _keep(response: Response, name: str, value: str) -> None:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(
        name, value, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=secure
    )


@bp.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Show what is next and what waits for the user."""
    return home_pages.page()


@bp.post("/locale")
@public
def set_locale() -> ResponseReturnValue:
    """Keep the chosen language, with the account when there is one."""
    response = redirect(_back(), 303)
    chosen = request.form.get("locale")
    if chosen in LOCALES:
        if current_user.is_authenticated:
            service.change_settings(current_user, locale=str(chosen), by=current_actor())
        _keep(response, COOKIE, chosen)
    return response


@bp.post("/type")
@public
def set_type() -> ResponseReturnValue:
    """Keep the chosen type size, with the account when there is one."""
    response = redirect(_back(), 303)
    large = request.form.get("large") == "1"
    if current_user.is_authenticated:
        service.change_settings(current_user, large_type=large, by=current_actor())
    value = "1" if large else "0"
    _keep(response, LARGE_COOKIE, value)
    return response


@bp.get("/style")
@staff_only
def style() -> ResponseReturnValue:
    """Show every component of the visual language."""
    return render_template("style.html", **samples())


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Say whether the database answers; 503 takes this process out of the balance."""
    try:
        db.session.execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        return {"status": "the database does not answer"}, 503
    return {"status": "ok"}
