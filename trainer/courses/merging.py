"""What the second of two planners is shown who changed the same thing at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from wtforms import Field

from trainer.core import clock
from trainer.core.forms import Form
from trainer.core.language import clock_time, day
from trainer.courses import queries
from trainer.courses.fields import ChoiceField
from trainer.courses.models import ClassSession, TrainingClass


@dataclass(frozen=True)
class Difference:
    """An entry that two planners wrote differently, as it is shown."""

    label: str
    theirs: str
    mine: str


def differences(form: Form, saved: Mapping[str, Any]) -> list[Difference]:
    """Return where the typed values of *form* differ from those *saved* meanwhile."""
    return [
        Difference(str(form[name].label.text), shown(form[name], theirs), shown(form[name], mine))
        for name, theirs in saved.items()
        if name in form and (mine := form[name].data or None) != (theirs or None)
    ]


def shown(field: Field, value: Any) -> str:
    """Return *value* as people read it: the text of a choice, the word for nothing."""
    if isinstance(field, ChoiceField):
        lines: Any = field.iter_choices()  # the stubs lag behind
        return next((str(one.label) for one in lines if field.coerce(one.value) == value), "")
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Conflict:
    """Who saved meanwhile, when, and where that differs from what is typed."""

    by: str
    at: str
    differences: list[Difference]


def conflict(
    form: Form, row: TrainingClass | ClassSession, saved: Mapping[str, Any]
) -> Conflict | None:
    """Return the conflict when *row* was saved since the form was opened, else None.

    The form then carries the version that was compared with: sent once more it saves over that
    one, and a third save between is a conflict again. What is typed stays.
    """
    if form["version"].data == row.version:
        return None
    found = differences(form, saved)
    form["version"].data = row.version
    if not found:
        return None
    last = queries.last_save(row)
    at = last.at if last else clock.now()
    when = clock_time(at) if clock.local(at).date() == clock.today() else day(at)
    return Conflict(last.user_name if last else "", when, found)
