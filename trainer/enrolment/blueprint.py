"""The blueprint that the view modules of this feature attach their pages to."""

from __future__ import annotations

from flask import Blueprint
from flask_login import current_user

from trainer.accounts.rules import Role
from trainer.courses.models import TrainingClass
from trainer.courses.queries import class_for
from trainer.enrolment import attending as _attending  # noqa: F401  (answers the timetables)
from trainer.people.queries import Viewer, viewer_of

bp = Blueprint("enrolment", __name__, url_prefix="/classes/<int:class_id>")
READERS = (Role.PLANNER, Role.AUDITOR, Role.TOWNSHIP_OFFICER)
NOMINATORS = (Role.PLANNER, Role.TOWNSHIP_OFFICER)


def present(class_id: int) -> tuple[Viewer, TrainingClass]:
    """Return who asks in this request, and the class, which they may see, else 404."""
    viewer = viewer_of(current_user)
    return viewer, class_for(viewer, class_id)
