"""Shapes of input about seats and participants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from trainer.core.forms import Form, VersionField, WholeNumberField
from trainer.enrolment.queries import Candidate, Entitled

MOST_SEATS = 999


class ReasonForm(Form):
    """Why somebody leaves the class."""

    reason = StringField(
        _l("Reason"),
        [DataRequired(_l("Write the reason.")), Length(max=200)],
        render_kw={"list": "reasons", "autocomplete": "off"},
    )


def _seat_id(value: Any) -> int | None:
    return int(value) if value and str(value).isdecimal() else None


class ReplaceForm(ReasonForm):
    """Who comes instead, and why."""

    seat = SelectField(_l("Who comes instead"), coerce=_seat_id, validate_choice=False)
    deputies: frozenset[int] = frozenset()

    def offer(self, candidates: Sequence[Candidate]) -> None:
        """Offer those of a delegation's deputies who may come."""
        self.deputies = frozenset(line.seat.id for line in candidates)
        free = [(line.seat.id, _label(line)) for line in candidates if line.available]
        self.seat.choices = [("", _("Choose a deputy…")), *free]

    def validate_seat(self, field: Field) -> None:
        """A deputy of the delegation must be chosen; whether they may come the service says."""
        if field.data not in self.deputies:
            raise ValidationError(_("Please choose one."))


def _label(line: Candidate) -> str:
    person = line.seat.person
    new = _("Newly elected") if line.seat.newly_elected else None
    return " · ".join(part for part in (person.name, new, person.post) if part)


class QuotaForm(Form):
    """The seats per delegation; `quota_form` adds a number field for each."""

    version = VersionField()

    def seats(self) -> dict[int, int]:
        """Return the seats typed by delegation; an empty field means none."""
        return {
            int(name.removeprefix("seats-")): number or 0
            for name, number in self.data.items()
            if name.startswith("seats-")
        }


def quota_form(lines: Sequence[Entitled], suggested: Mapping[int, int]) -> QuotaForm:
    """Return the form of the seats of *lines*, with what is *suggested* instead of what is set."""
    within = NumberRange(0, MOST_SEATS, _l("Write a number from 0 to 999."))
    fields = {
        f"seats-{line.delegation.id}": WholeNumberField(
            line.delegation.name,
            [Optional(), within],
            default=suggested.get(line.delegation.id, line.seats) or None,
            render_kw={"min": "0", "max": str(MOST_SEATS), "data-sum": "seats"},
        )
        for line in lines
    }
    kind: type[QuotaForm] = type("QuotaForm", (QuotaForm,), fields)
    return kind()
