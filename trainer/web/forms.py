"""Shapes of input of the pages that stand above all features."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional, Regexp

from trainer.accounts.forms import LONGEST, PASSWORD_HINT
from trainer.core.forms import Form, choices
from trainer.people.rules import Level

_AS_TYPED = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
_MISSING = _l("Please fill this in.")


def _up_to(longest: int) -> Length:
    return Length(max=longest, message=_l("At most %(max)d characters."))


def _login() -> Field:
    return StringField(
        _l("Sign-in name"),
        [InputRequired(_l("Write a sign-in name.")), _up_to(60)],
        description=_l("Letters, digits, dots and dashes; one for each person, never shared."),
        render_kw=_AS_TYPED,
    )


def _name() -> Field:
    return StringField(_l("Name"), [InputRequired(_l("Write the person's name.")), _up_to(60)])


class AccountForm(Form):
    """A staff account and the congress that it works for."""

    name = _name()
    login = _login()
    role = SelectField(_l("Role"))
    congress = SelectField(
        _l("Works for"), description=_l("A system administrator works for none.")
    )


def _password() -> Field:
    return PasswordField(
        _l("Password"),
        [InputRequired(_l("Write a password.")), LONGEST],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )


def _again(other: str) -> Field:
    return PasswordField(
        _l("Password again"),
        [EqualTo(other, _l("The two passwords differ. Write them again."))],
        render_kw={"autocomplete": "new-password"},
    )


class FirstRunForm(Form):
    """The first congress with its present term, and the first two accounts."""

    level = SelectField(_l("Level"), choices=choices(Level), default=Level.COUNTY.value)
    code = StringField(
        _l("Code"),
        [
            InputRequired(_MISSING),
            Regexp(r"[0-9]{2,12}\Z", message=_l("Write the code in digits, for example 630223.")),
        ],
        description=_l("The administrative division code (GB/T 2260), six digits for a county."),
        render_kw={**_AS_TYPED, "inputmode": "numeric"},
    )
    congress_name = StringField(
        _l("Full name"),
        [InputRequired(_MISSING), _up_to(80)],
        description=_l("As on documents, for example “Huzhu County People's Congress”."),
    )
    short_name = StringField(
        _l("Short name"),
        [InputRequired(_MISSING), _up_to(30)],
        description=_l("As in lists, for example “Huzhu County”."),
    )
    term_name = StringField(
        _l("Name of the present term"),
        [InputRequired(_MISSING), _up_to(60)],
        description=_l("For example “18th”."),
    )
    first_day = DateField(
        _l("First day of the term"),
        [InputRequired(_l("Choose the first day of the term."))],
        description=_l("The day on which the first session of the congress opened."),
    )
    last_day = DateField(
        _l("Last day of the term"),
        [Optional()],
        description=_l("Leave it empty for five years."),
    )
    planner_name = _name()
    planner_login = _login()
    planner_password = _password()
    planner_again = _again("planner_password")
    administrator_name = _name()
    administrator_login = _login()
    administrator_password = _password()
    administrator_again = _again("administrator_password")
