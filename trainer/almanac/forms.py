"""Shapes of input about the almanac."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired

from trainer.almanac.rules import DayKind
from trainer.core.forms import Form, choices, must_not_precede, text_limits


class EntryForm(Form):
    """Days with a meaning for planning; the view fills in the congresses."""

    congress = SelectField(_l("Holds for"), coerce=str)
    kind = SelectField(_l("Kind"), coerce=DayKind, choices=choices(DayKind))
    name = StringField(
        _l("What it is"),
        [DataRequired(_l("Write what it is.")), *text_limits(80)],
        description=_l("For example: second session of the congress."),
    )
    first_day = DateField(_l("First day"), [InputRequired(_l("Choose the first day."))])
    last_day = DateField(
        _l("Last day"),
        [InputRequired(_l("Choose the last day.")), must_not_precede("first_day")],
        description=_l("The same as the first for a single day."),
    )
