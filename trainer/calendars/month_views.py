"""The month on the site: a deputy's own training, and all classes for staff."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from trainer.accounts.access import access
from trainer.accounts.rules import Role
from trainer.calendars import agenda
from trainer.calendars.own_views import deputy, own_person
from trainer.calendars.views import bp
from trainer.core import clock
from trainer.core.database import db
from trainer.people import queries as people


@bp.get("/me/calendar/month")
@deputy
def my_month() -> ResponseReturnValue:
    """Show a deputy the own training of a month."""
    first = agenda.month_asked(request.args.get("month", ""), clock.today())
    return render_template(
        "calendars/my_month.html",
        month=agenda.of_person(own_person(), first),
        today=clock.today(),
        page=lambda day: url_for("calendars.my_month", month=day.strftime("%Y-%m")),
    )


@bp.get("/calendar/")
@access(Role.PLANNER, Role.TOWNSHIP_OFFICER, Role.AUDITOR)
def month() -> ResponseReturnValue:
    """Show staff the classes of a month over the almanac of one of their congresses."""
    viewer = people.viewer_of(current_user)
    congresses = db.session.scalars(people.congresses(viewer)).all()
    wanted = request.args.get("congress", viewer.congress_id, type=int)
    congress = next((each for each in congresses if each.id == wanted), None) or abort(404)
    first = agenda.month_asked(request.args.get("month", ""), clock.today())
    text = request.args.get("q", "").strip()
    return render_template(
        "calendars/month.html",
        month=agenda.of_staff(viewer, congress.id, first, text=text),
        today=clock.today(),
        congress=congress,
        congresses=[(each.id, each.short_name) for each in congresses],
        text=text,
        page=lambda day: url_for(
            "calendars.month", month=day.strftime("%Y-%m"), congress=congress.id, q=text or None
        ),
    )
