"""The form of a session, with the lecturers and rooms that can be chosen."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from trainer.core.database import db
from trainer.core.language import label
from trainer.courses import forms, queries, timetable
from trainer.courses.models import Lecturer, TrainingClass
from trainer.people.queries import Viewer


def session_form(
    viewer: Viewer, training_class: TrainingClass, values: dict[str, Any]
) -> forms.SessionForm:
    """Return the form with *values*, or what was sent."""
    form = forms.SessionForm(data=values)
    lecturers = db.session.scalars(
        queries.lecturers(viewer).order_by(Lecturer.name, Lecturer.unit, Lecturer.id)
    )
    form.lecturer_id.choices = [("", _("Nobody")), *((str(one.id), one.title) for one in lecturers)]
    rooms = queries.rooms_at(training_class.venue_id, kept=values.get("room_id"))
    form.room_id.choices = [("", _("No room")), *((str(room.id), room.name) for room in rooms)]
    return form


def session_facts(form: forms.SessionForm) -> timetable.SessionFacts:
    """Return what a valid form says."""
    data = form.data
    return timetable.SessionFacts(
        kind=data["kind"],
        title=data["title"] or label(data["kind"]),
        day=data["day"],
        start=data["start"],
        end=data["end"],
        hours=data["hours"] or Decimal(0),
        lecturer_id=data["lecturer_id"],
        room_id=data["room_id"],
        **forms.texts(form, "new_lecturer", "new_unit", "place", "presider"),
    )
