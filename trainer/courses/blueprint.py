"""The blueprint that the view modules of this feature attach their pages to."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask_login import current_user

from trainer.accounts.access import declared_access
from trainer.accounts.rules import Role
from trainer.people.queries import Viewer, viewer_of

bp = Blueprint("courses", __name__, url_prefix="/classes")
READERS = (Role.PLANNER, Role.AUDITOR, Role.TOWNSHIP_OFFICER)


def present_viewer() -> Viewer:
    """Return who asks in this request, with scope."""
    return viewer_of(current_user)


@bp.app_template_global()
def may_open(endpoint: str) -> bool:
    """Tell whether the page *endpoint* exists and the present role may open it."""
    if endpoint not in current_app.view_functions or not current_user.is_authenticated:
        return False
    return current_user.role in (declared_access(current_app, endpoint) or ())
