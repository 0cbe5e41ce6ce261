"""Shapes of input about persons, seats, delegations and personal links."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from trainer.core.errors import Invalid
from trainer.core.forms import Form, VersionField, WholeNumberField, choices, text_limits
from trainer.people import rules
from trainer.people.mandates import Mandate, Notice
from trainer.people.rules import Election, EndReason, Sex
from trainer.people.service import Facts

Kind = TypeVar("Kind", bound=Enum)


def reads(rule: Callable[[str | None], object]) -> Callable[[Form, Field], None]:
    """Validator: *rule* can read this text."""

    def check(_form: Form, field: Field) -> None:
        try:
            rule(field.data)
        except Invalid as error:
            raise ValidationError(_(error.message, **error.params)) from error

    return check


def one_of(kind: type[Kind]) -> Callable[[Any], Kind | None]:
    """Return how a select of an enum reads its value; empty is None."""
    return lambda value: kind(value) if value else None


class PersonForm(Form):
    """What is known of a person."""

    name = StringField(_l("Name"), [DataRequired(_l("Write the name.")), *text_limits(60)])
    sex = SelectField(_l("Sex"), coerce=one_of(Sex), choices=choices(Sex, empty="—"))
    ethnicity = StringField(_l("Ethnicity"), text_limits(20), render_kw={"list": "peoples"})
    birth = StringField(
        _l("Born"),
        [*text_limits(20), reads(rules.read_birth)],
        description=_l("Year and month, for example 1975-08."),
    )
    party = StringField(_l("Party"), text_limits(30), render_kw={"list": "parties"})
    education = StringField(_l("Education"), text_limits(30), render_kw={"list": "educations"})
    occupation = StringField(_l("Occupation"), text_limits(40))
    post = StringField(_l("Work unit and post"), text_limits(120))
    phone = StringField(
        _l("Mobile phone"),
        [*text_limits(30), reads(rules.read_phone)],
        description=_l("Its last four digits open the personal page on a new device."),
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )
    version = VersionField()

    @property
    def facts(self) -> Facts:
        """The facts typed; only after validation."""
        return Facts.of(**{key: self.data[key] for key in Facts.__dataclass_fields__})


class NoticeForm(Form):
    """By whom and under which number a step of a seat was announced."""

    body = StringField(
        _l("Announced by"), text_limits(80), render_kw={"list": "bodies", "autocomplete": "off"}
    )
    document = StringField(
        _l("Document number"),
        text_limits(60),
        description=_l("For example 公告〔2017〕3号. It can be added later."),
    )

    @property
    def notice(self) -> Notice:
        """The announcement typed; only after validation."""
        known = {key: self.data.get(key) for key in Notice.__dataclass_fields__}
        return Notice(**known)


class StepForm(NoticeForm):
    """A step of a seat: nobody loses or regains one without an announcing body."""

    body = StringField(
        _l("Announced by"),
        [
            DataRequired(_l("Write which body announced it.")),
            Length(max=80),
        ],
        render_kw={"list": "bodies", "autocomplete": "off"},
    )
    note = StringField(_l("Remark"), text_limits(200))


class SeatForm(NoticeForm):
    """How somebody comes to a seat; the view fills in the delegations."""

    delegation = SelectField(
        _l("Delegation"), [InputRequired(_l("Choose the delegation."))], coerce=str
    )
    district = StringField(_l("Electoral district"), text_limits(60))
    certificate = StringField(_l("Deputy certificate number"), text_limits(30))
    elected_on = DateField(_l("Elected on"), [InputRequired(_l("Choose the day of the election."))])
    election = SelectField(_l("How elected"), coerce=one_of(Election), choices=choices(Election))
    newly_elected = BooleanField(
        _l("Newly elected"),
        description=_l("Had no seat in this congress in the term before."),
    )
    chair = BooleanField(_l("Chair of the township congress"))

    @property
    def mandate(self) -> Mandate:
        """The seat typed; only after validation. Newly elected is asked only where not known."""
        given = {key: self.data.get(key) for key in Mandate.__dataclass_fields__}
        return Mandate(**{**given, "newly_elected": bool(given["newly_elected"])})


class DeputyForm(PersonForm, SeatForm):
    """A new person together with a seat."""

    fixed = RadioField(
        _l("Fixed income"),
        choices=[("yes", _l("Has a fixed income")), ("no", _l("Has none")), ("", _l("Not known"))],
        default="",
        description=_l("Deputies without a fixed income get an allowance for days of training."),
    )
    another = BooleanField(_l("Somebody else of the same name or phone number"))

    @property
    def fixed_income(self) -> bool | None:
        """Whether there is a fixed income, None when it is not known."""
        return {"yes": True, "no": False}.get(self.data["fixed"])


class EndForm(StepForm):
    """The end of a seat."""

    ended_on = DateField(
        _l("Ended on"),
        [InputRequired(_l("Choose the day."))],
        description=_l("From this day on the deputy is no longer in office."),
    )
    reason = SelectField(
        _l("Reason"),
        [InputRequired(_l("Choose the reason."))],
        coerce=one_of(EndReason),
        choices=choices(EndReason, empty=_l("Choose…")),
    )


class SuspendForm(StepForm):
    """The beginning of a suspension."""

    from_day = DateField(
        _l("Suspended from"),
        [InputRequired(_l("Choose the day."))],
        description=_l("From this day on the deputy does not count as in office."),
    )


class RestoreForm(StepForm):
    """The end of a suspension."""

    restored_on = DateField(
        _l("Restored on"),
        [InputRequired(_l("Choose the day."))],
        description=_l("From this day on the deputy is in office again."),
    )


class MoveForm(StepForm):
    """A move to another delegation of the term; the view fills in the delegations."""

    delegation = SelectField(
        _l("New delegation"), [InputRequired(_l("Choose the delegation."))], coerce=str
    )
    day = DateField(
        _l("Moved on"),
        [InputRequired(_l("Choose the day."))],
        description=_l("Until the day before the deputy counts in the old delegation."),
    )


class TakeBackForm(Form):
    """Why a step is taken back."""

    note = StringField(_l("Reason"), text_limits(200))


class DocumentForm(Form):
    """The document number of an announcement that came later."""

    document = StringField(
        _l("Document number"),
        [DataRequired(_l("Write the document number.")), Length(max=60)],
    )


class IncomeForm(Form):
    """Fixed income from a day on."""

    fixed = RadioField(
        _l("Fixed income"),
        [InputRequired(_l("Choose one."))],
        choices=[("yes", _l("Has a fixed income")), ("no", _l("Has none"))],
    )
    from_day = DateField(_l("From"), [InputRequired(_l("Choose the day."))])


class DelegationForm(Form):
    """A delegation; the view fills in the units."""

    name = StringField(
        _l("Name of the delegation"),
        [DataRequired(_l("Write the name of the delegation.")), *text_limits(60)],
    )
    seats = WholeNumberField(
        _l("Number of seats"),
        [
            InputRequired(_l("Write how many seats it has.")),
            NumberRange(1, 3000, _l("Write a number from 1 to 3000.")),
        ],
    )
    unit = SelectField(
        _l("Looked after by"),
        coerce=str,
        description=_l("The officer of this township sees these deputies and nominates them."),
    )


class ProveForm(Form):
    """The last four digits of the registered phone number."""

    digits = StringField(
        _l("Last four digits of your phone number"),
        [
            InputRequired(_l("Write the last four digits.")),
            Length(4, 4, _l("Write four digits, for example 0123.")),
            Regexp(r"[0-9]{4}\Z", message=_l("Write four digits, for example 0123.")),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4},
    )


def suggested_day(day: date, *, term_last: date) -> date:
    """Return the day a form proposes: today, or the last day of a term that is over."""
    return min(day, term_last)
