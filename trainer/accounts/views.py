"""Sign-in and sign-out, own settings, accounts and the audit trail."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from trainer.accounts import service
from trainer.accounts.access import public, signed_in
from trainer.accounts.forms import SignInForm
from trainer.core.errors import Refused
from trainer.core.limits import limiter
from trainer.core.requests import keep_changes, local_address

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute", methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Sign staff in with name and password."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            user = service.authenticate(
                login=form.data["login"],
                password=form.data["password"],
                address=request.remote_addr or "",
            )
        except Refused as error:
            keep_changes()
            form.refuse(error)
        else:
            session.clear()
            login_user(user)
            return redirect(local_address(request.args.get("next")) or url_for("web.home"), 303)
    status = 422 if form.errors else 200
    return render_template("accounts/sign_in.html", form=form), status


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"), 303)
