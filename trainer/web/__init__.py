"""Navigation, home pages and error pages; registers the blueprints."""

from __future__ import annotations

from flask import Flask

from trainer.accounts.views import bp as accounts_bp
from trainer.almanac.rule_views import bp as almanac_bp
from trainer.attendance.views import bp as attendance_bp
from trainer.calendars import (  # noqa: F401  (join the blueprint; declare jobs)
    invitations,
    month_views,
    own_views,
    replies,
)
from trainer.calendars.views import bp as calendars_bp
from trainer.courses.views import bp as courses_bp
from trainer.enrolment.views import bp as enrolment_bp
from trainer.people.views import bp as people_bp
from trainer.plans.views import bp as plans_bp
from trainer.reports.plan_views import bp as reports_bp
from trainer.web import accounts as _accounts  # noqa: F401  (joins the blueprint of accounts)
from trainer.web import errors, first_run, headers, me, navigation  # noqa: F401
from trainer.web.views import bp as web_bp


def init_app(app: Flask) -> None:
    """Register all blueprints, error pages, headers and what every page needs."""
    for blueprint in (
        web_bp,
        accounts_bp,
        courses_bp,
        enrolment_bp,
        attendance_bp,
        calendars_bp,
        reports_bp,
        people_bp,
        almanac_bp,
        plans_bp,
    ):
        app.register_blueprint(blueprint)
    errors.init_app(app)
    headers.init_app(app)
    navigation.init_app(app)
