"""Shapes of input about calendars: what the owner of a feed chooses, where invitations go."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, RadioField, SelectField, ValidationError
from wtforms.validators import Length, Optional

from trainer.calendars.models import Feed
from trainer.calendars.rules import Alarm, Choices, Detail
from trainer.core.forms import Form, choices

_ADDRESS = re.compile(r"[^@\s<>()\[\],;:\"\\]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)


class ChoicesForm(Form):
    """How a feed looks to its owner."""

    detail = RadioField(_l("Entries"), coerce=Detail, choices=choices(Detail))
    alarm = SelectField(
        _l("Alarm"),
        coerce=Alarm,
        choices=choices(Alarm),
        description=_l("Report-in rings a day before at the latest, so that you can pack."),
    )
    cancelled = BooleanField(_l("Show cancelled sessions, crossed out by 【已取消】, for 30 days"))
    report_in_all_day = BooleanField(_l("Show report-in as a whole day"))
    language = RadioField(_l("Language"), choices=[("zh", "中文"), ("en", "English")])

    @classmethod
    def of(cls, feed: Feed) -> ChoicesForm:
        """Return the form filled with what was chosen for *feed*."""
        return cls(data=vars(feed.choices))

    def chosen(self) -> Choices:
        """Return what was chosen."""
        data = self.data
        return Choices(
            data["detail"],
            data["alarm"],
            data["cancelled"],
            data["report_in_all_day"],
            data["language"],
        )


class AddressForm(Form):
    """Where a deputy wants invitations by e-mail; empty for nowhere."""

    address = EmailField(
        _l("E-mail address"),
        [Optional(), Length(max=120)],
        description=_l("Leave it empty to get no invitations."),
    )

    def validate_address(self, field: EmailField) -> None:
        """Refuse what is no address."""
        if field.data and not _ADDRESS.fullmatch(field.data):
            raise ValidationError(_l("Write an address such as name@example.cn."))
