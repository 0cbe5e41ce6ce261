"""The form of topics of which a timetable is built."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from trainer.core.forms import Form, text_limits
from trainer.courses.drafting import Wish
from trainer.courses.forms import FILL_IN, read_days


class BuildForm(Form):
    """Topics of which a timetable is built."""

    lectures = TextAreaField(
        _l("Lectures"),
        [DataRequired(FILL_IN), Length(max=4000)],
        description=_l(
            "One a line; after a colon the lecturers who could teach it: 代表法：周教授、沈副教授"
        ),
        render_kw={"rows": 6},
    )
    on_site = TextAreaField(_l("On-site teaching"), text_limits(2000), render_kw={"rows": 3})
    discussions = TextAreaField(_l("Evening discussions"), text_limits(2000), render_kw={"rows": 2})
    days_on_site = StringField(
        _l("Days on site"), text_limits(200), description=_l("As 2017-06-08, separated by commas.")
    )
    in_order = BooleanField(_l("Lectures in the order written"))

    def validate_days_on_site(self, field: Field) -> None:
        """Each is a day."""
        read_days(field.data)

    def wish(self) -> Wish:
        """Return what a valid form asks for."""
        data = self.data
        return Wish(
            lectures=read_topics(data["lectures"]),
            on_site=read_topics(data["on_site"]),
            discussions=read_topics(data["discussions"]),
            days_on_site=read_days(data["days_on_site"]),
            in_order=data["in_order"],
        )


def read_topics(text: str | None) -> list[tuple[str, tuple[str, ...]]]:
    """Return topic and lecturers of each line: ``代表法：周教授、沈副教授``."""
    found = []
    for line in filter(None, map(str.strip, (text or "").splitlines())):
        title, _colon, names = line.replace(":", "：").partition("：")
        who = tuple(filter(None, re.split(r"[、,，;；/\s]+", names)))
        found.append((title.strip()[:120], who))
    return found
