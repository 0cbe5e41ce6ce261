"""How the committee of a congress plans: its settings."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import BooleanField

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core.forms import Form, WholeNumberField
from trainer.people.queries import viewer_of
from trainer.plans import queries, service
from trainer.plans.blueprint import bp
from trainer.plans.forms import Filled, attempt, between
from trainer.plans.rules import PlanSettings


class SettingsForm(Form):
    """How a committee plans."""

    own_adoption = BooleanField(
        _l("Who alone wrote a plan may record its adoption"),
        description=_l("For committees with one planner. The audit trail says so each time."),
    )
    at_once = WholeNumberField(
        _l("Classes at a time"),
        [Filled(), between(1, 99)],
        description=_l("A plan with more at once is warned of."),
    )


@bp.route("/settings", methods=["GET", "POST"])
@access(Role.PLANNER)
def plan_settings() -> ResponseReturnValue:
    """Set how the committee of the own congress plans."""
    congress_id = viewer_of(current_user).congress_id
    if congress_id is None:
        abort(404)
    form = SettingsForm(data=vars(queries.plan_settings(congress_id)))

    def save() -> None:
        wanted = PlanSettings(form.data["own_adoption"], form.data["at_once"])
        service.save_settings(congress_id, wanted, by=current_actor())

    status = attempt(form, save)
    if status == 303:
        flash(_("Saved."), "success")
        return redirect(url_for("plans.index"), 303)
    return render_template("plans/settings.html", form=form), status
