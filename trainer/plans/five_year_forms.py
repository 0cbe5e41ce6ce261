"""The form of a term's five-year plan: texts, targets, what each year is for, the budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from trainer.core.errors import Invalid
from trainer.core.forms import Form, text_limits
from trainer.plans import rules, wording
from trainer.plans.forms import LONGEST_TEXT, AmountField, EditForm, Filled
from trainer.plans.models import FiveYearPlan
from trainer.plans.rules import TEXTS, TargetKey, TargetKind

SOURCES = 5
"""How many sources of money the form has rows for."""


def emphasis_field(year: int) -> str:
    """Return the name of the field for what a year is chiefly for."""
    return f"emphasis_{year}"


def source_field(row: int) -> str:
    """Return the name of the field for the source of the money in a row."""
    return f"source_{row}"


def amount_field(row: int, year: int) -> str:
    """Return the name of the field for what the source of a row gives in a year."""
    return f"amount_{row}_{year}"


class FiveYearForm(EditForm):
    """Title and texts; `five_year_form` adds what a term's years need."""

    title = StringField(_l("Title"), [Filled(), Length(max=120)])
    purpose = TextAreaField(_l("Purpose"), text_limits(LONGEST_TEXT))
    principles = TextAreaField(_l("Principles"), text_limits(LONGEST_TEXT))
    themes = TextAreaField(_l("Themes"), text_limits(LONGEST_TEXT))
    measures = TextAreaField(_l("Measures"), text_limits(LONGEST_TEXT))
    bodies = TextAreaField(_l("Responsible bodies"), text_limits(LONGEST_TEXT))
    keys: Mapping[str, TargetKey] = {}
    years: Sequence[int] = ()

    @property
    def texts(self) -> dict[str, str]:
        """Title and texts as typed."""
        return {name: self.data[name] or "" for name in TEXTS}

    @property
    def targets(self) -> dict[TargetKey, Decimal]:
        """The targets that are filled in."""
        typed = self.data
        values = {key: typed[name] for name, key in self.keys.items()}
        return {key: value for key, value in values.items() if value is not None}

    @property
    def emphases(self) -> dict[int, str]:
        """What the years are chiefly for, as typed."""
        typed = self.data
        return {year: typed[emphasis_field(year)] or "" for year in self.years}

    @property
    def budget(self) -> dict[tuple[str, int], Decimal]:
        """The money by source and year; one source in two rows adds up."""
        typed, found = self.data, dict[tuple[str, int], Decimal]()
        for row in range(1, SOURCES + 1):
            for year in self.years:
                amount = typed[amount_field(row, year)]
                if amount:
                    key = typed[source_field(row)] or "", year
                    found[key] = found.get(key, Decimal(0)) + amount
        return found


def _possible(kind: TargetKind, year: int | None) -> Callable[[Form, Field], None]:
    def check(_form: Form, field: Field) -> None:
        if field.data is not None:
            try:
                rules.require_target(kind, year, field.data)
            except Invalid as error:
                raise ValidationError(_(error.message, **error.params)) from error

    return check


def _named(row: int) -> Callable[[Form, Field], None]:
    """Validator of an amount: its row says where the money comes from."""

    def check(form: Form, field: Field) -> None:
        if field.data and not form[source_field(row)].data:
            raise ValidationError(_("Write where this money comes from."))

    return check


def five_year_form(years: Sequence[int]) -> type[FiveYearForm]:
    """Return the form of a term's five-year plan: fields per kind of target, year and source."""
    keys: dict[str, TargetKey] = {
        rules.target_field(kind, year): (kind, year)
        for kind in TargetKind
        for year in (*years, None)
    }
    entries: dict[str, Any] = {
        name: AmountField(wording.target_name(kind, year), [_possible(kind, year)])
        for name, (kind, year) in keys.items()
    }
    for year in years:
        label = _("Emphasis of %(year)s", year=year)
        entries[emphasis_field(year)] = StringField(label, text_limits(400))
    for row in range(1, SOURCES + 1):
        label = _("Source of the budget %(number)s", number=row)
        entries[source_field(row)] = StringField(label, text_limits(80))
        for year in years:
            label = _("Budget of %(year)s, source %(number)s", year=year, number=row)
            entries[amount_field(row, year)] = AmountField(label, [_named(row)])
    return type("TermForm", (FiveYearForm,), {**entries, "keys": keys, "years": tuple(years)})


def five_year_values(plan: FiveYearPlan) -> dict[str, Any]:
    """Return what is in a plan by the fields of its form."""
    texts = {name: getattr(plan, name) for name in TEXTS}
    emphases = {emphasis_field(row.year): row.text for row in plan.emphases}
    sources = list(dict.fromkeys(row.source for row in plan.budgets))
    money: dict[str, Any] = {source_field(n): name for n, name in enumerate(sources, start=1)}
    for row in plan.budgets:
        money[amount_field(sources.index(row.source) + 1, row.year)] = row.amount
    return {**texts, **wording.target_values(plan), **emphases, **money}
