"""Shapes of input about the roll and the rules of class hours."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired, NumberRange

from trainer.attendance.roll import Typed
from trainer.attendance.rules import Mark
from trainer.core.errors import Invalid
from trainer.core.forms import Form, WholeNumberField
from trainer.core.text import noop
from trainer.courses.fields import DayField, NumberField

SEEN, MINE = "seen-", "mark-"


def read_marks(posted: MultiDict[str, str]) -> dict[int, Typed]:
    """Return the marks of a posted roll by enrolment id; ``rest`` is the mark of the blank ones.

    With ``reload`` the deputies named in ``conflict`` are left as somebody else recorded them.
    Raises Invalid for a mark or an enrolment that is none.
    """
    rest = _mark(posted.get("rest"))
    marks = {}
    theirs = set(posted.getlist("conflict")) if posted.get("reload") else set()
    for key, seen in posted.items():
        if key.startswith(SEEN):
            number = key.removeprefix(SEEN)
            if not (number.isascii() and number.isdigit()):
                raise _unknown()
            mine = None if number in theirs else _mark(posted.get(MINE + number)) or rest
            marks[int(number)] = Typed(_mark(seen), mine)
    return marks


def _unknown() -> Invalid:
    return Invalid(noop("This roll was not understood. Open it again and repeat."))


def _mark(text: str | None) -> Mark | None:
    if not text:
        return None
    try:
        return Mark(text)
    except ValueError:
        raise _unknown() from None


class HoursRuleForm(Form):
    """From which day on, and how, class hours are counted."""

    from_day = DayField(
        _l("For classes that begin on or after"), [InputRequired(_l("Please fill this in."))]
    )
    most_a_half_day = NumberField(
        _l("Class hours of a half-day, at most"),
        [
            InputRequired(_l("Please fill this in.")),
            NumberRange(Decimal("0.5"), Decimal(12), _l("Write a number from 0.5 to 12.")),
        ],
        places=1,
        default=Decimal(4),
    )
    leave_divisor = WholeNumberField(
        _l("Leave at most one part in"),
        [
            InputRequired(_l("Please fill this in.")),
            NumberRange(1, 100, _l("Write a whole number from 1 to 100.")),
        ],
        default=7,
        description=_l(
            "7 means: whoever misses more than 1/7 of the class hours on leave"
            " does not complete the class."
        ),
    )
