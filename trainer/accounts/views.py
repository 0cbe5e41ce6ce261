"""Sign-in and sign-out, own settings, and the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from operator import itemgetter

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from trainer.accounts import queries, service, trail
from trainer.accounts.access import access, current_actor, public, signed_in, start_session
from trainer.accounts.forms import PasswordForm, SettingsForm, SignInForm
from trainer.accounts.models import AuditEvent
from trainer.accounts.rules import Role
from trainer.accounts.wording import ACTIONS, KINDS
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import DomainError, Refused
from trainer.core.limits import limiter
from trainer.core.listing import ordered, paginate, requested_sort
from trainer.core.requests import day_argument, keep_changes, page_address
from trainer.core.spreadsheet import download
from trainer.core.text import noop

bp = Blueprint("accounts", __name__)

TRAIL_COLUMNS = {"at": AuditEvent.at, "user": AuditEvent.user_name, "verb": AuditEvent.verb}
TRAIL_DAYS = timedelta(days=30)  # shown unless other days are asked for
MOST_EXPORTED = 10_000


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute", methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Sign staff in with name and password."""
    form = SignInForm()
    if request.method == "GET" and not queries.any_user():
        return redirect(url_for("web.first_run"), 303)
    signed_in_already = request.method == "GET" and current_user.is_authenticated
    if signed_in_already or (form.validate_on_submit() and _signed_in_with(form)):
        return redirect(page_address(request.args.get("next")) or url_for("web.home"), 303)
    idle = session.pop("idle", False)
    status = 422 if form.errors else 200
    return render_template("accounts/sign_in.html", form=form, idle=idle), status


def _signed_in_with(form: SignInForm) -> bool:
    try:
        user = service.authenticate(
            login=form.data["login"],
            password=form.data["password"],
            address=request.remote_addr or "",
        )
    except Refused as error:
        keep_changes()
        form.refuse(error)
        return False
    start_session(user)
    return True


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End the session."""
    service.sign_out(current_user, by=current_actor())
    logout_user()
    session.clear()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/settings", methods=["GET", "POST"])
@signed_in
def settings() -> ResponseReturnValue:
    """Choose language and type size."""
    form = SettingsForm(obj=current_user)
    if form.validate_on_submit():
        service.change_settings(
            current_user,
            locale=form.data["locale"],
            large_type=form.data["large_type"],
            by=current_actor(),
        )
        flash(_("Saved."), "success")
        return redirect(url_for("accounts.settings"), 303)
    return _settings_page(form, PasswordForm(formdata=None))


@bp.post("/settings/password")
@access(Role.PLANNER, Role.TOWNSHIP_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR)
@limiter.limit("10 per minute")
def change_password() -> ResponseReturnValue:
    """Choose a new password; all other sessions of the account end."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            service.change_password(
                current_user,
                present=form.data["present"],
                new=form.data["new"],
                by=current_actor(),
            )
        except DomainError as error:
            keep_changes()
            form.refuse(error)
        else:
            start_session(current_user)
            flash(_("Your password is changed. Other devices are signed out."), "success")
            return redirect(url_for("accounts.settings"), 303)
    return _settings_page(SettingsForm(formdata=None, obj=current_user), form)


def _settings_page(form: SettingsForm, password: PasswordForm) -> ResponseReturnValue:
    status = 422 if form.errors or password.errors else 200
    return render_template("accounts/settings.html", form=form, password=password), status


def _asked() -> queries.TrailFilter:
    arguments = request.args
    default = clock.today() - TRAIL_DAYS
    return queries.TrailFilter(
        text=arguments.get("q", "").strip() or None,
        kind=arguments.get("kind") if arguments.get("kind") in KINDS else None,
        action=arguments.get("action") if arguments.get("action") in ACTIONS else None,
        first=day_argument("first") if "first" in arguments else default,
        last=day_argument("last"),
        failed=arguments.get("failed") == "1",
    )


def _options(words: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(((key, _(word)) for key, word in words.items()), key=itemgetter(1))


@bp.get("/trail/", endpoint="trail")
@access(Role.AUDITOR, Role.ADMINISTRATOR)
def trail_page() -> ResponseReturnValue:
    """Show who did what and when; administrators see what was done to accounts."""
    wanted = _asked()
    sort = requested_sort(TRAIL_COLUMNS, "-at")
    query = ordered(
        queries.trail(wanted, current_user.role), TRAIL_COLUMNS, sort, AuditEvent.id.desc()
    )
    return render_template(
        "accounts/trail.html",
        page=paginate(query),
        sort=sort,
        wanted=wanted,
        trail=trail,
        kinds=_options(KINDS),
        actions=_options(ACTIONS),
    )


@bp.get("/trail/trail.xlsx")
@access(Role.AUDITOR, Role.ADMINISTRATOR)
def trail_file() -> ResponseReturnValue:
    """Give the events that the list shows as an Excel file."""
    query = queries.trail(_asked(), current_user.role).order_by(AuditEvent.id.desc())
    events = db.session.scalars(query.limit(MOST_EXPORTED + 1)).all()
    if len(events) > MOST_EXPORTED:
        raise Refused(
            noop("A file holds at most %(most)s events. Choose fewer days."), most=MOST_EXPORTED
        )
    return download(_("Audit trail"), trail.header(), map(trail.row, events))
