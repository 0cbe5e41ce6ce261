"""The base of all forms: input is stripped, empty text is None, errors come from the domain too."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, IntegerField, SelectField, ValidationError
from wtforms.validators import Length, Optional

from trainer.core.errors import DomainError, Invalid
from trainer.core.text import Labelled

csrf = CSRFProtect()


def strip(value: Any) -> Any:
    """Normalise typed text: no outer space, \\n for line ends, full-width digits folded."""
    if not isinstance(value, str):
        return value
    # NFC keeps Chinese punctuation as typed; only full-width digits and letters are folded.
    folded = "".join(
        chr(ord(c) - 0xFEE0) if "０" <= c <= "９" or "Ａ" <= c <= "Ｚ" or "ａ" <= c <= "ｚ" else c
        for c in unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
        if c in "\n\r\t" or unicodedata.category(c) != "Cc"
    ).strip()
    return folded or None


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose text fields are stripped; `refuse` puts a domain error beside its field."""

    class Meta:
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            if not issubclass(unbound_field.field_class, (SelectField, HiddenField)):
                options.setdefault("filters", [])
                options["filters"] = [*options["filters"], strip]
            field: Field = unbound_field.bind(form=form, **options)
            return field

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Take what is only spaces as not filled in, so that required fields see it."""
            given = FlaskForm.Meta.wrap_formdata(self, form, formdata)
            if not given:
                return given
            return MultiDict(
                (key, "" if isinstance(value, str) and strip(value) is None else value)
                for key, value in given.items(multi=True)
            )

    def refuse(self, error: DomainError) -> None:
        """Show *error* beside the field it names, or above the form."""
        field = error.field if isinstance(error, Invalid) else None
        text = _(error.message, **error.params)
        if field and field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, text]
        else:
            self.form_errors.append(text)


class VersionField(HiddenField):
    """The version of the object that the user opened, to notice somebody else's save."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take a whole number; anything else counts as no version, which never matches."""
        text = valuelist[0] if valuelist else ""
        number = int(text) if isinstance(text, str) and text.isdecimal() else None
        self.data: Any = number


def choices(kind: type[Labelled], *, empty: str | None = None) -> list[tuple[str, Any]]:
    """Return the choices of a select for an enum, with an *empty* first line if given."""
    lines = [(member.value, _l(member.label)) for member in kind]
    return [("", empty), *lines] if empty is not None else lines


def text_limits(longest: int) -> list[Callable[..., Any]]:
    """Validators of an optional text of at most *longest* characters."""
    return [Optional(), Length(max=longest)]


class WholeNumberField(IntegerField):
    """A whole number with a sentence of ours when it is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take digits, full-width ones too; keep what was typed when it is no number."""
        text = strip(valuelist[0]) if valuelist else None
        if text is None:
            self.data = None
            return
        try:
            self.data = int(text)
        except ValueError as error:
            self.data = None
            raise ValueError(_("Write a whole number, for example 50.")) from error


def must_not_precede(first: str) -> Callable[[Form, Field], None]:
    """Validator: this date is not before the one in field *first*."""

    def check(form: Form, field: Field) -> None:
        start = form[first].data
        if start and field.data and field.data < start:
            raise ValidationError(_("The last day is before the first day."))

    return check
