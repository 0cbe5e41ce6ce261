"""Home page, choice of language and type size, style page, health."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainer.accounts.access import public, signed_in, staff_only
from trainer.core.database import db
from trainer.core.language import COOKIE, COOKIE_AGE, LOCALES
from trainer.core.requests import local_address
from trainer.web.navigation import LARGE_COOKIE
from trainer.web.samples import samples

bp = Blueprint("web", __name__)


def _back() -> str:
    return local_address(request.form.get("next")) or url_for("web.home")


@bp.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Show what is next and what waits for the user."""
    return render_template("web/home.html")


@bp.post("/locale")
@public
def set_locale() -> ResponseReturnValue:
    """Keep the chosen language, with the account when there is one."""
    response = redirect(_back(), 303)
    chosen = request.form.get("locale")
    if chosen in LOCALES:
        if current_user.is_authenticated:
            current_user.locale = chosen
        response.set_cookie(COOKIE, chosen, max_age=COOKIE_AGE, httponly=True, samesite="Lax")
    return response


@bp.post("/type")
@public
def set_type() -> ResponseReturnValue:
    """Keep the chosen type size, with the account when there is one."""
    response = redirect(_back(), 303)
    large = request.form.get("large") == "1"
    if current_user.is_authenticated:
        current_user.large_type = large
    value = "1" if large else "0"
    response.set_cookie(LARGE_COOKIE, value, max_age=COOKIE_AGE, httponly=True, samesite="Lax")
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
    """Say that the database answers."""
    db.session.execute(sa.text("SELECT 1"))
    return {"status": "ok"}
