"""The first page of an empty installation: congress, term, planner and administrator."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import public
from trainer.accounts.audit import Actor
from trainer.accounts.queries import any_user
from trainer.core.errors import Invalid, Refused
from trainer.core.limits import limiter
from trainer.people.officers import FirstAccount, FirstCongress, found
from trainer.people.rules import Level
from trainer.web.forms import FirstRunForm
from trainer.web.views import bp


@bp.route("/first-run", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute", methods=["POST"])
def first_run() -> ResponseReturnValue:
    """Set up an empty installation; there is no such page once it has an account."""
    if any_user():
        abort(404)
    form = FirstRunForm()
    if form.validate_on_submit() and _founded(form):
        flash(
            _("Everything is set up. The administrator makes the accounts; the planner plans."),
            "success",
        )
        return redirect(url_for("accounts.sign_in"), 303)
    return render_template("web/first_run.html", form=form), 422 if form.errors else 200


def _founded(form: FirstRunForm) -> bool:
    try:
        found(
            congress=FirstCongress(
                level=Level(form.data["level"]),
                code=form.data["code"],
                name=form.data["congress_name"],
                short_name=form.data["short_name"],
                term_name=form.data["term_name"],
                first_day=form.data["first_day"],
                last_day=form.data["last_day"],
            ),
            planner=_account(form, "planner"),
            administrator=_account(form, "administrator"),
            by=Actor(None, "", None, request.remote_addr or ""),
        )
    except Refused:
        abort(404)  # another browser was quicker
    except Invalid as error:
        form.refuse(error)
        return False
    return True


def _account(form: FirstRunForm, prefix: str) -> FirstAccount:
    return FirstAccount(
        login=form.data[f"{prefix}_login"],
        name=form.data[f"{prefix}_name"],
        password=form.data[f"{prefix}_password"],
    )
