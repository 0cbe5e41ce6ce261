"""Shapes of input about accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from trainer.core.forms import Form


class SignInForm(Form):
    """Sign-in name and password."""

    login = StringField(
        _l("Sign-in name"),
        [InputRequired(_l("Write your sign-in name."))],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Write your password."))],
        render_kw={"autocomplete": "current-password"},
    )
