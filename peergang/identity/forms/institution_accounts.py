"""What people fill in when their institution did not tell it."""

from collections.abc import Callable
from typing import Any

from wtforms import StringField

from peergang.core.i18n import lazy_gettext
from peergang.identity.forms.signing_in import ForgottenPasswordForm
from peergang.identity.forms.texts import TEXTS, cleaned
from peergang.identity.rules import NAME_MAX_LENGTH
from peergang.web.forms import NotLonger

_: Callable[[str], Any] = lazy_gettext


class ArrivalForm(ForgottenPasswordForm):
    """The address by which we know somebody, and the name where that is needed; the use case says when."""

    given_name = StringField(
        _("Voornaam"), [NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])], filters=[cleaned]
    )
    family_name = StringField(
        _("Achternaam"), [NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])], filters=[cleaned]
    )
