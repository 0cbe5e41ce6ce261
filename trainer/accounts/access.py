"""Every view declares who may use it; what is not declared nobody may use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, logout_user

from trainer.accounts.audit import Actor, actor_of
from trainer.accounts.models import User
from trainer.accounts.rules import EVERYONE, STAFF, Role
from trainer.core import clock
from trainer.core.database import db

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC: frozenset[Role] = frozenset()
login_manager = LoginManager()


def access(*roles: Role) -> Callable[[View], View]:
    """Declare that signed-in accounts of *roles* may use the view."""

    def declare(view: View) -> View:
        view.access = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Declare that anybody may use the view, signed in or not."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


staff_only = access(*STAFF)
signed_in = access(*EVERYONE)


def declared_access(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """Return the roles of *endpoint*; empty means public, None means nothing was declared."""
    if endpoint == "static":
        return PUBLIC
    declared = getattr(app.view_functions[endpoint], "access", None)
    return declared if declared is None else frozenset(declared)


def current_actor() -> Actor:
    """Return who acts in this request."""
    address = request.remote_addr or ""
    if current_user.is_authenticated:
        return actor_of(current_user, address)
    return Actor(None, "", None, address)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(identity: str) -> User | None:
    number, _, version = identity.partition(".")
    if not number.isdecimal():
        return None
    user = db.session.get(User, int(number))
    if user is None or not user.active or str(user.session_version) != version:
        return None
    return user


def _sign_out_when_idle() -> None:
    """End a staff session that was idle for too long; a deputy's own device stays known."""
    if not current_user.is_authenticated or current_user.role is Role.DEPUTY:
        return
    limit: timedelta = current_app.config["IDLE_SIGN_OUT"]
    now = int(clock.now().timestamp())
    seen = session.get("seen", now)
    if now - seen > limit.total_seconds():
        logout_user()
        session.clear()
        session["idle"] = True
    elif now - seen >= 60 or "seen" not in session:
        session["seen"] = now


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # 404 or 405 follows
    declared = declared_access(current_app, request.endpoint)
    if declared is None:
        abort(403)
    if declared == PUBLIC:
        return None
    _sign_out_when_idle()
    if not current_user.is_authenticated:
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=back), 303)
    if current_user.role not in declared:
        abort(403)
    return None


def init_app(app: Flask) -> None:
    """Attach sign-in and the guard of all views to *app*."""
    login_manager.init_app(app)
    app.before_request(_guard)
