"""Shapes of input about accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, RadioField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from trainer.accounts.rules import MAXIMUM_PASSWORD_LENGTH
from trainer.core.forms import Form

PASSWORD_HINT = _l("At least 8 characters, of three kinds: small, capital, digits, other signs.")
LONGEST = Length(
    max=MAXIMUM_PASSWORD_LENGTH, message=_l("The password may have at most 128 characters.")
)


class SignInForm(Form):
    """Sign-in name and password."""

    login = StringField(
        _l("Sign-in name"),
        [InputRequired(_l("Write your sign-in name."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Write your password.")), LONGEST],
        render_kw={"autocomplete": "current-password"},
    )


class SettingsForm(Form):
    """How the account likes its pages."""

    locale = RadioField(
        _l("Language"),
        [InputRequired(_l("Choose a language."))],
        choices=[("zh", "中文"), ("en", "English")],
    )
    large_type = BooleanField(
        _l("Large type"), description=_l("Larger letters and buttons on every page.")
    )


class PasswordForm(Form):
    """A new password, and the present one as proof."""

    present = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Write your present password.")), LONGEST],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("New password"),
        [InputRequired(_l("Write a new password.")), LONGEST],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        [EqualTo("new", _l("The two new passwords differ. Write them again."))],
        render_kw={"autocomplete": "new-password"},
    )
