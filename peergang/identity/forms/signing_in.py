"""What people fill in to come in: addresses, passwords."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, EmailField, Field, PasswordField, ValidationError

from peergang.core.i18n import lazy_gettext
from peergang.identity.forms.texts import TEXTS
from peergang.identity.rules import EMAIL_MAX_LENGTH, is_email, normal_email
from peergang.web.forms import BaseForm, Filled, NotLonger

_: Callable[[str], Any] = lazy_gettext


class _Email:
    """Validator: an address we can write to."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        if not is_email(normal_email(field.data or "")):
            raise ValidationError(str(_("Vul een e‑mailadres in, zoals naam@school.nl.")))


class SignInForm(BaseForm):
    """Address and password. What is wrong with them is never told apart, so nothing is checked here."""

    email = EmailField(_("E‑mailadres"))
    password = PasswordField(_("Wachtwoord"))
    remember = BooleanField(_("Houd me dertig dagen ingelogd op dit apparaat"))


class ForgottenPasswordForm(BaseForm):
    """To which address a link should go."""

    email = EmailField(_("E‑mailadres"), [_Email(), NotLonger(EMAIL_MAX_LENGTH, TEXTS["name_long"])])


class NewPasswordForm(BaseForm):
    """A password to choose; its rules are checked by the use case."""

    password = PasswordField(_("Wachtwoord"), [Filled(_("Kies een wachtwoord."))])


class AcceptForm(BaseForm):
    """Only the button: somebody who has a password accepts an invitation."""


class ChangePasswordForm(BaseForm):
    """The present password and the next."""

    current = PasswordField(_("Huidig wachtwoord"), [Filled(_("Vul je huidige wachtwoord in."))])
    password = PasswordField(_("Nieuw wachtwoord"), [Filled(_("Kies een nieuw wachtwoord."))])
