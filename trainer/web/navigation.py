"""What the layout needs on every page: the navigation of the present role, language, type size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from trainer.accounts.access import declared_access
from trainer.core.language import LOCALES, present_locale

LARGE_COOKIE = "trainer_large"


@dataclass(frozen=True)
class NavItem:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool
    icon: str


ENTRIES = (
    ("web.home", _l("Home"), "home"),
    ("plans.index", _l("Training plans"), "plan"),
    ("courses.index", _l("Classes"), "class"),
    ("attendance.index", _l("Attendance"), "roll"),
    ("people.index", _l("Deputies"), "people"),
    ("almanac.index", _l("Almanac"), "calendar"),
    ("calendars.month", _l("Calendar"), "list"),
    ("reports.coverage", _l("Reports"), "report"),
    ("accounts.users", _l("Accounts"), "person"),
    ("accounts.trail", _l("Audit trail"), "history"),
)


def _items(app: Flask) -> list[NavItem]:
    """Return the entries that the present role may open."""
    if not current_user.is_authenticated:
        return []
    return [
        NavItem(str(text), url_for(endpoint), _is_current(endpoint), icon)
        for endpoint, text, icon in ENTRIES
        if current_user.role in (declared_access(app, endpoint) or ())
    ]


def _is_current(endpoint: str) -> bool:
    """Tell whether the page belongs to the entry: a blueprint has one, but for those of two."""
    blueprint = endpoint.partition(".")[0]
    if blueprint in ("web", "accounts"):
        place = url_for(endpoint)
        return request.path == place or (place != "/" and request.path.startswith(place))
    return blueprint == (request.endpoint or "").partition(".")[0]


def large_type() -> bool:
    """Tell whether the page is set in large type: the account's wish, else the visitor's."""
    if current_user.is_authenticated:
        return bool(current_user.large_type)
    return request.cookies.get(LARGE_COOKIE) == "1"


def init_app(app: Flask) -> None:
    """Give every template what the layout needs."""

    @app.context_processor
    def layout() -> dict[str, Any]:
        locale = present_locale()
        return {
            "nav": _items(app),
            "user": current_user,
            "locale": locale,
            "other_locale": next(other for other in LOCALES if other != locale),
            "large_type": large_type(),
            "product": _("Deputy Training"),
        }
