"""What people fill in for a second step, and to prove once more who they are."""

from collections.abc import Callable
from typing import Any

from wtforms import PasswordField, StringField

from peergang.core.i18n import lazy_gettext
from peergang.web.forms import BaseForm, Filled

_: Callable[[str], Any] = lazy_gettext


class CodeForm(BaseForm):
    """A code of six digits from an app."""

    code = StringField(_("Code van zes cijfers"), [Filled(_("Vul de code in die je app nu laat zien."))])


class RecoveryCodeForm(BaseForm):
    """A code that was written down for the day the device is lost."""

    code = StringField(_("Herstelcode"), [Filled(_("Vul een van je herstelcodes in."))])


class PasswordProofForm(BaseForm):
    """The present password, once more."""

    password = PasswordField(_("Wachtwoord"), [Filled(_("Vul je wachtwoord in."))])
