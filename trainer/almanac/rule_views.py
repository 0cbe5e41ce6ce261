"""Pages of what comes back every year: the rules of the almanac."""

from __future__ import annotations

from babel.dates import get_month_names
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.almanac import queries, service
from trainer.almanac.forms import RuleForm
from trainer.almanac.models import AlmanacRule
from trainer.almanac.rules import Yearly
from trainer.almanac.views import bp, own_congress
from trainer.core import clock
from trainer.core.database import db
from trainer.core.errors import Invalid
from trainer.core.language import present_locale
from trainer.people import queries as people
from trainer.people.queries import Viewer

__all__ = ["bp"]


def _back(congress_id: int) -> str:
    year = request.args.get("year", clock.today().year, type=int)
    return url_for("almanac.index", year=year, congress=congress_id, _anchor="yearly")


@bp.route("/rules/new", methods=["GET", "POST"])
@access(Role.PLANNER)
def new_rule() -> ResponseReturnValue:
    """Make a yearly rule."""
    viewer = people.viewer_of(current_user)
    return _form_page(AlmanacRule(congress_id=own_congress(viewer).id), viewer)


@bp.post("/rules/usual")
@access(Role.PLANNER)
def usual_rules() -> ResponseReturnValue:
    """Add the usual yearly rules of a county."""
    congress = own_congress(people.viewer_of(current_user))
    names = {message: _(message) for _kind, message, *_rest in service.USUAL}
    service.add_usual_rules(congress.id, names=names, by=current_actor())
    flash(_("The usual rules are in the almanac. Change them as your congress needs."), "success")
    return redirect(_back(congress.id), 303)


@bp.route("/rules/<int:yearly_id>", methods=["GET", "POST"])
@access(Role.PLANNER)
def edit_rule(yearly_id: int) -> ResponseReturnValue:
    """Change a yearly rule."""
    viewer = people.viewer_of(current_user)
    rule = queries.rule(viewer, yearly_id)
    return _form_page(rule, viewer) if rule else abort(404)


@bp.post("/rules/<int:yearly_id>/delete")
@access(Role.PLANNER)
def delete_rule(yearly_id: int) -> ResponseReturnValue:
    """Take a yearly rule out of the almanac."""
    rule = queries.rule(people.viewer_of(current_user), yearly_id) or abort(404)
    service.delete_rule(rule, by=current_actor())
    flash(_("“%(name)s” is out of the almanac.", name=rule.name), "success")
    return redirect(_back(rule.congress_id), 303)


def _form_page(rule: AlmanacRule, viewer: Viewer) -> ResponseReturnValue:
    form = RuleForm(obj=rule)
    congresses = db.session.scalars(people.congresses(viewer)).all()
    form.congress.choices = [(str(each.id), each.name) for each in congresses]
    names = get_month_names("wide", "stand-alone", present_locale())
    form.first_month.choices = form.last_month.choices = [(n, names[n]) for n in range(1, 13)]
    if request.method == "GET":
        form.congress.data = str(rule.congress_id)
    if form.validate_on_submit() and _saved(form, rule):
        flash(_("Saved."), "success")
        return redirect(_back(rule.congress_id), 303)
    page = render_template("almanac/rule.html", form=form, rule=rule, back=_back(rule.congress_id))
    return page, 422 if form.errors else 200


def _saved(form: RuleForm, rule: AlmanacRule) -> bool:
    typed = form.data
    span = Yearly(*(typed[k] for k in ("first_month", "first_day", "last_month", "last_day")))
    try:
        service.save_rule(
            rule,
            congress_id=int(typed["congress"]),
            span=span,
            **{key: typed[key] for key in ("kind", "name", "deadline", "below")},
            by=current_actor(),
        )
    except Invalid as error:
        form.refuse(error)
        return False
    return True
