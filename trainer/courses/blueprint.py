"""The blueprint that the view modules of this feature attach their pages to."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask_login import current_user

from trainer.accounts.access import declared_access

bp = Blueprint("courses", __name__, url_prefix="/classes")


@bp.app_template_global()
def may_open(endpoint: str) -> bool:
    """Tell whether the page *endpoint* exists and the present role may open it."""
    if endpoint not in current_app.view_functions or not current_user.is_authenticated:
        return False
    return current_user.role in (declared_access(current_app, endpoint) or ())
