"""Sample data of the style page: every component in every state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import segno
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from trainer.attendance.rules import Mark
from trainer.core.forms import Form, WholeNumberField, choices
from trainer.courses.rules import ClassStatus
from trainer.enrolment.rules import EnrolmentStatus
from trainer.plans.rules import Mode, PlanStatus

MISSING = _l("Please fill this in.")


class SampleForm(Form):
    """A field of every type."""

    name = StringField(_l("Name"), [InputRequired(MISSING)], description=_l("As on the notice."))
    capacity = WholeNumberField(
        _l("Capacity"), [NumberRange(1, 500, _l("Write a number from 1 to 500."))]
    )
    starts = DateField(_l("First day"), [InputRequired(MISSING)])
    at = TimeField(_l("Report in"), [Optional()])
    mode = SelectField(_l("Mode"), choices=choices(Mode))
    content = TextAreaField(_l("Contents"), [Optional()])
    shown = BooleanField(_l("Show in the county's calendar"))
    host = RadioField(
        _l("Host"),
        [InputRequired(_l("Please choose one."))],
        choices=[("own", _l("Our own class")), ("guest", _l("Guest in another body's class"))],
    )
    password = PasswordField(_l("Password"), [Optional()])
    file = FileField(_l("Roster file"), [Optional()])


@dataclass(frozen=True)
class SampleSort:
    """A list sorted by name."""

    key: str = "name"
    descending: bool = False

    def url(self, key: str) -> str:
        """Return an address on the page itself."""
        return f"?sort={key}#tables"


@dataclass(frozen=True)
class SamplePage:
    """The fourth of nine pages."""

    number: int = 4
    pages: int = 9
    total: int = 205
    first: int = 73
    last: int = 96

    def url(self, number: int) -> str:
        """Return an address on the page itself."""
        return f"?page={number}#tables"


def _months() -> list[dict[str, Any]]:
    planned = (0, 1, 2, 1, 0, 2, 1, 0, 3, 2, 4, 0)
    done = (0, 1, 2, 1, 0, 1, 0, 0, 0, 0, 0, 0)
    return [
        {
            "label": _("Month %(n)s", n=n),
            "short": str(n),
            "planned": planned[n - 1],
            "done": done[n - 1],
            "url": "#timetable",
            "now": n == 6,
        }
        for n in range(1, 13)
    ]


def samples() -> dict[str, Any]:
    """Return what style.html shows."""
    refused = SampleForm(
        formdata=MultiDict({"capacity": "900", "mode": Mode.OFF_SITE.value}), meta={"csrf": False}
    )
    refused.validate()
    filled = SampleForm(
        formdata=None,
        prefix="p-",
        data={"name": "县人大代表第二期赴外培训班", "capacity": 54, "host": "own"},
    )
    code = segno.make("https://example.test/me/abcDEFghijkLMN0123", error="m")
    svg = code.svg_inline(border=0, svgclass=None, lineclass=None, omitsize=True)
    return {
        "form": refused,
        "plain_form": filled,
        "statuses": list(dict.fromkeys([*PlanStatus, *ClassStatus, *EnrolmentStatus])),
        "marks": list(Mark),
        "sort": SampleSort(),
        "page": SamplePage(),
        "months": _months(),
        "code": Markup(svg),  # noqa: S704  our own code
    }
