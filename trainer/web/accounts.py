"""Staff accounts for the system administrator: list, appoint, change, reset, end.

An account works for a congress, of which the package `accounts` knows nothing; so these views
stand here, above both, and join the blueprint of `accounts`.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts import queries, rules, service
from trainer.accounts.access import access, current_actor
from trainer.accounts.models import User
from trainer.accounts.rules import STAFF, AccountState, Role
from trainer.accounts.views import bp
from trainer.core import clock
from trainer.core.database import UTCDateTime, db
from trainer.core.errors import DomainError
from trainer.core.listing import Columns, ordered, paginate, requested_sort
from trainer.core.spreadsheet import Cell, download
from trainer.people import officers
from trainer.people.models import Congress
from trainer.web.forms import AccountForm

NEVER = sa.literal(datetime(1970, 1, 1, tzinfo=UTC), UTCDateTime())
COLUMNS: Columns = {
    "name": User.name,
    "login": User.login,
    "role": User.role,
    "seen": sa.func.coalesce(User.last_seen_at, NEVER),
}
ROLES = [role for role in Role if role in STAFF]
administrator = access(Role.ADMINISTRATOR)


def _asked() -> queries.AccountFilter:
    role, state = request.args.get("role"), request.args.get("state")
    return queries.AccountFilter(
        text=request.args.get("q", "").strip() or None,
        role=Role(role) if role in list(Role) else None,
        state=AccountState(state) if state in list(AccountState) else None,
    )


def _state(user: User) -> AccountState:
    return rules.account_state(active=user.active, locked_until=user.locked_until, now=clock.now())


@bp.get("/accounts/")
@administrator
def users() -> ResponseReturnValue:
    """List the accounts of staff, or of deputies when asked for."""
    wanted = _asked()
    sort = requested_sort(COLUMNS, "name")
    page = paginate(ordered(queries.accounts(wanted, clock.now()), COLUMNS, sort, User.id))
    return render_template(
        "accounts/users.html",
        page=page,
        sort=sort,
        wanted=wanted,
        states=AccountState,
        roles=Role,
        state_of=_state,
        congresses=officers.congresses_of(page.items),
    )


@bp.get("/accounts/accounts.xlsx")
@administrator
def users_file() -> ResponseReturnValue:
    """Give the accounts that the list shows as an Excel file."""
    query = queries.accounts(_asked(), clock.now()).order_by(User.role, User.name, User.id)
    found = db.session.scalars(query).all()
    congresses = officers.congresses_of(found)
    rows: list[list[Cell]] = [
        [
            user.name,
            user.login,
            _(user.role.label),
            congresses.get(user.id),
            _(_state(user).label),
            user.last_seen_at,
            user.created_at,
        ]
        for user in found
    ]
    header = [
        _("Name"),
        _("Sign-in name"),
        _("Role"),
        _("Works for"),
        _("Status"),
        _("Last sign-in"),
        _("Created at"),
    ]
    return download(_("Accounts"), header, rows)


def _prepared(form: AccountForm) -> AccountForm:
    form.role.choices = [(role.value, _(role.label)) for role in ROLES]
    form.congress.choices = [
        ("", _("None")),
        *((str(congress.id), congress.name) for congress in officers.all_congresses()),
    ]
    return form


def _congress(form: AccountForm) -> Congress | None:
    chosen = form.data["congress"]
    return db.session.get_one(Congress, int(chosen)) if chosen else None


@bp.route("/accounts/new", methods=["GET", "POST"])
@administrator
def user_new() -> ResponseReturnValue:
    """Create an account and show its first password, once."""
    form = _prepared(AccountForm())
    if form.validate_on_submit():
        password = service.make_password()
        try:
            user = officers.appoint(
                login=form.data["login"],
                name=form.data["name"],
                role=Role(form.data["role"]),
                congress=_congress(form),
                password=password,
                must_change_password=True,
                by=current_actor(),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return render_template("accounts/password.html", account=user, password=password)
    return render_template("accounts/user_new.html", form=form), 422 if form.errors else 200


def _account(user_id: int) -> User:
    return db.session.get(User, user_id) or abort(404)


@bp.route("/accounts/<int:user_id>", methods=["GET", "POST"])
@administrator
def user_edit(user_id: int) -> ResponseReturnValue:
    """Show an account and change who it is for and what it may do."""
    user = _account(user_id)
    form = _prepared(AccountForm(data=_present(user)))
    if form.validate_on_submit() and _changed(user, form):
        flash(_("Saved."), "success")
        return redirect(url_for("accounts.user_edit", user_id=user.id), 303)
    page = render_template("accounts/user.html", form=form, account=user, state=_state(user))
    return page, 422 if form.errors else 200


def _present(user: User) -> dict[str, str]:
    congress = officers.congress_of(user.id)
    return {
        "name": user.name,
        "login": user.login,
        "role": user.role.value,
        "congress": str(congress.id) if congress else "",
    }


def _changed(user: User, form: AccountForm) -> bool:
    try:
        officers.change(
            user,
            login=form.data["login"],
            name=form.data["name"],
            role=Role(form.data["role"]),
            congress=_congress(form),
            by=current_actor(),
        )
    except DomainError as error:
        form.refuse(error)
        return False
    return True


@bp.post("/accounts/<int:user_id>/password")
@administrator
def user_password(user_id: int) -> ResponseReturnValue:
    """Give an account a new password and show it, once."""
    user = _account(user_id)
    password = service.make_password()
    service.reset_password(user, new=password, by=current_actor())
    return render_template("accounts/password.html", account=user, password=password)


@bp.post("/accounts/<int:user_id>/active")
@administrator
def user_active(user_id: int) -> ResponseReturnValue:
    """Take an account out of use, or put it into use again."""
    user = _account(user_id)
    active = request.form.get("active") == "1"
    service.set_active(user, active=active, by=current_actor())
    flash(
        _("The account is in use again.") if active else _("The account is out of use."), "success"
    )
    return redirect(url_for("accounts.user_edit", user_id=user.id), 303)
