"""Shapes of input about plans."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, StopValidation
from wtforms.widgets import TextInput

from trainer.core.clock import local
from trainer.core.errors import DomainError, Invalid, Stale
from trainer.core.forms import Form, VersionField, WholeNumberField, choices, strip, text_limits
from trainer.plans import rules, wording
from trainer.plans.models import AnnualPlan, FiveYearPlan, PlannedClass
from trainer.plans.queries import last_save
from trainer.plans.reading import read_time
from trainer.plans.rules import COLUMNS, Audience, ClassLine, Mode

LONGEST_TEXT = 10_000
MOST_PERSONS = 9_999
MOST_RUNS = 99
MOST_DAYS = 366
HEADS = {column: _l(text) for column, text in COLUMNS.items()}
_AMOUNT = re.compile(r"([0-9]{1,10})(\.[0-9]{1,2})?", re.ASCII)


class Filled:
    """Validator: something was written; what could not be read has its own sentence already."""

    field_flags: Mapping[str, bool] = {"required": True}

    def __init__(self, message: object = _l("Please fill this in.")) -> None:
        self.message = message

    def __call__(self, _form: Form, field: Field) -> None:
        if not field.raw_data or strip(field.raw_data[0]) is None:
            field.errors = []
            raise StopValidation(str(self.message))
        if field.errors:
            raise StopValidation


def between(low: Decimal | int, high: int) -> Callable[[Form, Field], None]:
    """Validator: a number from *low* to *high*, both included."""

    def check(_form: Form, field: Field) -> None:
        if not low <= field.data <= high:
            raise ValidationError(
                _("Write a number from %(low)s to %(high)s.", low=wording.number(low), high=high)
            )

    return check


class AmountField(Field):
    """A decimal number that is not negative, with at most two places; thousands may be apart."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return wording.number(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take digits, full-width ones too, with commas between thousands."""
        text = strip(valuelist[0]) if valuelist else None
        self.data = None
        if text is None:
            return
        plain = re.sub(r"[,，\s]", "", text).replace("．", ".").replace("。", ".")
        if not _AMOUNT.fullmatch(plain):
            raise ValueError(_("Write a number such as 1200 or 1200.50."))
        self.data = Decimal(plain)


class DatesField(Field):
    """Days of one year, as 6月5日、9月11日."""

    widget = TextInput()
    year = 0

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return wording.dates(self.data) if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take dates of the year in any usual form."""
        text = strip(valuelist[0]) if valuelist else None
        self.data: tuple[date, ...] = ()
        if text is None:
            return
        try:
            self.data = read_time(text, self.year).starts
        except Invalid as error:
            raise ValueError(_(error.message, **error.params)) from error
        if not self.data:
            raise ValueError(_("Write dates, for example 6月5日、9月11日."))


@dataclass(frozen=True)
class Difference:
    """An entry that two people have written differently."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Conflict:
    """What somebody else has saved meanwhile, and who and when."""

    differences: Sequence[Difference]
    by: str
    at: str


class EditForm(Form):
    """A form for a row with a version; after a conflict it holds what both have written."""

    version = VersionField()
    conflict: Conflict | None = None

    @property
    def seen(self) -> int | None:
        """The version of the row that the user has opened."""
        version: int | None = self.version.data
        return version

    def attempt(
        self,
        row: FiveYearPlan | AnnualPlan | PlannedClass,
        theirs: Callable[[], Mapping[str, Any]],
        save: Callable[[], object],
    ) -> int:
        """Call *save* if all is well; return 303 when saved, else the status to show the form with.

        *theirs* gives the values of the row by field, to compare with after a conflict. From then
        on the form carries the version that was compared: saving it again is meant.
        """
        try:
            return attempt(self, save)
        except Stale:
            self.conflict = self._conflict(row, theirs())
            self.version.data = row.version
            return Stale.status

    def _conflict(
        self, row: FiveYearPlan | AnnualPlan | PlannedClass, theirs: Mapping[str, Any]
    ) -> Conflict:
        event = last_save(row)
        return Conflict(
            [
                Difference(field.label.text, _shown(field, theirs[name]), _shown(field, mine))
                for name, field in self._fields.items()
                if name in theirs
                if (mine := field.data or None) != (theirs[name] or None)
            ],
            event.user_name if event else "",
            local(event.at).strftime("%m-%d %H:%M") if event else "",
        )


def attempt(form: Form, act: Callable[[], object]) -> int:
    """Call *act* if the form is sent and right; return 303, or the status to show it with.

    What the service refuses stands beside its field; Stale is left to the caller.
    """
    if not form.is_submitted():
        return 200
    if not form.validate():
        return 422
    try:
        act()
    except Stale:
        raise
    except DomainError as error:
        form.refuse(error)
        return error.status
    return 303


def _shown(field: Field, value: Any) -> str:
    if isinstance(field, SelectField):
        return next((str(one[1]) for one in field.iter_choices() if one[0] == value), "")
    if isinstance(value, Decimal):
        return wording.number(value)
    if isinstance(value, tuple):
        return wording.dates(value)
    return str(value) if value is not None else ""


# The annual plan


class NewAnnualForm(Form):
    """The title of a year's plan, and whether to begin with the plan of the year before."""

    start = RadioField(
        _l("Begin with"),
        choices=[
            ("copy", _l("The plan of the year before")),
            (
                "five_year",
                _l("The five-year plan: what it says of the year stands in the preamble"),
            ),
            ("blank", _l("An empty table")),
        ],
    )
    title = StringField(_l("Title"), [Filled(), Length(max=120)])

    def leave_out(self, *, copy: bool, five_year: bool) -> None:
        """Take away the beginnings that there is nothing for."""
        gone = {"copy": copy, "five_year": five_year}
        every: Any = self.start.choices
        self.start.choices = [one for one in every if not gone.get(one[0], False)]


class AnnualForm(EditForm):
    """Title and preamble."""

    title = StringField(_l("Title"), [Filled(), Length(max=120)])
    preamble = TextAreaField(_l("Preamble"), text_limits(LONGEST_TEXT))


def annual_values(plan: AnnualPlan) -> dict[str, Any]:
    """Return what is in a plan by the fields of its form."""
    return {"title": plan.title, "preamble": plan.preamble}


class ClassForm(EditForm):
    """All columns of a planned class."""

    name = StringField(HEADS["name"], [Filled(), Length(max=120)])
    audience = StringField(HEADS["audience"], [Filled(), Length(max=120)])
    mode = SelectField(HEADS["mode"], choices=choices(Mode), coerce=Mode)
    persons = WholeNumberField(
        HEADS["persons"],
        [Filled(), between(1, MOST_PERSONS)],
        description=_l("In one run."),
    )
    runs = WholeNumberField(
        HEADS["runs"],
        [Filled(), between(1, MOST_RUNS)],
        default=1,
    )
    days = AmountField(
        HEADS["days"],
        [Filled(), between(rules.HALF_DAY, MOST_DAYS)],
        description=_l("Of one run; half days as 0.5."),
    )
    first_month = SelectField(_l("From month"), coerce=int)
    last_month = SelectField(_l("To month"), coerce=int)
    starts = DatesField(
        _l("First days of the runs"),
        description=_l("For example 6月5日、9月11日. Leave it empty while no date is fixed."),
    )
    whom = SelectField(
        _l("Counts for"),
        choices=choices(Audience, empty=_l("As “For whom” says it")),
        coerce=lambda value: Audience(value) if value else None,
        description=_l("Which deputies it trains, in reckoning what the plan will reach."),
    )
    place = StringField(HEADS["place"], text_limits(120))
    content = TextAreaField(HEADS["content"], text_limits(LONGEST_TEXT))
    host = StringField(HEADS["host"], text_limits(80))
    organiser = StringField(HEADS["organiser"], text_limits(80))
    budget = AmountField(_l("Budget (yuan)"), description=_l("For all runs together."))
    budget_source = StringField(_l("Source of the budget"), text_limits(80))
    responsible = StringField(HEADS["responsible"], text_limits(60))
    remark = StringField(HEADS["remark"], text_limits(200))

    def __init__(self, year: int, **values: Any) -> None:
        super().__init__(**values)
        self.starts.year = year
        self.first_month.choices = self.last_month.choices = wording.month_options()

    def validate_days(self, field: Field) -> None:
        """Half days are the smallest unit."""
        if field.data is not None and field.data % rules.HALF_DAY:
            raise ValidationError(_("Write whole or half days, for example 2 or 2.5."))

    def validate_last_month(self, field: Field) -> None:
        """The months stand in order."""
        first = None if self.first_month.errors else self.first_month.data
        if None not in (first, field.data) and field.data < first:
            raise ValidationError(_("The last month is before the first month."))

    @property
    def line(self) -> ClassLine:
        """What was typed, as a line of the plan."""
        typed = self.data
        entries: dict[str, Any] = {}
        for column in fields(ClassLine):
            value = typed[column.name]
            blank = {"budget": Decimal(0), "starts": (), "whom": None}.get(column.name, "")
            entries[column.name] = blank if value is None else value
        return ClassLine(**entries)


def class_values(planned: PlannedClass) -> dict[str, Any]:
    """Return what is in a planned class by the fields of its form."""
    return {field.name: getattr(planned, field.name) for field in fields(ClassLine)}


# Approval


class AdoptForm(Form):
    """Which meeting adopted the plan, when, and under which document number."""

    meeting = StringField(
        _l("Adopted by"),
        [Filled(), Length(max=120)],
        description=_l("For example: the third chairpersons' meeting of 2017."),
    )
    adopted_on = DateField(_l("Adopted on"), [Filled()])
    document_number = StringField(
        _l("Document number"),
        text_limits(60),
        description=_l("For example 互人大〔2017〕3号. Leave it empty if there is none."),
    )


class ReturnForm(Form):
    """Why a submitted plan goes back."""

    reason = TextAreaField(
        _l("What has to be changed"), [Filled(_l("Say what has to be changed.")), Length(max=400)]
    )
