"""Shapes of input about the almanac."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from trainer.almanac.rules import DayKind
from trainer.core.forms import Form, WholeNumberField, choices, must_not_precede, text_limits


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


_DAY = NumberRange(1, 31, _l("Write a day of the month, 1 to 31."))


class RuleForm(Form):
    """Days that come back every year; the view fills in the congresses and months."""

    congress = SelectField(_l("Holds for"), coerce=str)
    kind = SelectField(_l("Kind"), coerce=DayKind, choices=choices(DayKind))
    name = StringField(_l("What it is"), [DataRequired(_l("Write what it is.")), *text_limits(80)])
    first_month = SelectField(_l("From month"), coerce=int)
    first_day = WholeNumberField(_l("From day"), [_DAY], default=1)
    last_month = SelectField(_l("To month"), coerce=int)
    last_day = WholeNumberField(_l("To day"), [_DAY], default=1)
    deadline = BooleanField(
        _l("One session has to be held within these days"),
        description=_l("For congress sessions: who has none entered is shown as still to come."),
    )
    below = BooleanField(
        _l("For each congress right below"),
        description=_l("For example: each township holds its first session by the end of March."),
    )
