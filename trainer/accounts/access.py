"""Every view declares who may use it; what is not declared nobody may use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user

from trainer.accounts.audit import Actor, actor_of
from trainer.accounts.models import User
from trainer.accounts.queries import any_user
from trainer.accounts.rules import EVERYONE, STAFF, Role
from trainer.core import clock
from trainer.core.database import db

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC: frozenset[Role] = frozenset()
# What an account may do before it has changed a password that somebody else chose.
BEFORE_CHANGE = frozenset({"accounts.settings", "accounts.change_password", "accounts.sign_out"})
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


def start_session(user: User, *, remember: bool = False) -> None:
    """Sign *user* in with a session that holds nothing from before (no session fixation).

    *remember* keeps the device signed in, for deputies; a staff session ends when it is idle.
    """
    user = db.session.get_one(User, user.id)  # itself: a proxy of the present user would loop
    session.clear()
    login_user(user, remember=remember)
    if user.role is not Role.DEPUTY:
        session["seen"] = int(clock.now().timestamp())


def forget_user() -> None:
    """Show the rest of this request as to nobody, without asking the database who it is."""
    g._login_user = login_manager.anonymous_user()  # noqa: SLF001  (where Flask-Login looks)


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
    """End a staff session that was idle for too long; it alone holds when it was last seen."""
    seen = session.get("seen")
    if seen is None:
        return
    limit: timedelta = current_app.config["IDLE_SIGN_OUT"]
    now = int(clock.now().timestamp())
    if now - seen > limit.total_seconds():
        session.clear()
        session["idle"] = True
    elif now - seen >= 60:
        session["seen"] = now


def _ask_to_sign_in() -> ResponseReturnValue:
    if not any_user():
        return redirect(url_for("web.first_run"), 303)
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back), 303)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint == "static":
        return None
    _sign_out_when_idle()
    if request.endpoint is None:
        return None  # 404 or 405 follows
    declared = declared_access(current_app, request.endpoint)
    if declared is None:
        abort(403)
    if declared == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if current_user.must_change_password and request.endpoint not in BEFORE_CHANGE:
        return redirect(url_for("accounts.settings"), 303)
    if current_user.role not in declared:
        abort(403)
    return None


def init_app(app: Flask) -> None:
    """Attach sign-in and the guard of all views to *app*."""
    login_manager.init_app(app)
    app.before_request(_guard)
