"""What people fill in to be mailed elsewhere."""

from collections.abc import Callable
from typing import Any

from wtforms import EmailField

from peergang.core.i18n import lazy_gettext
from peergang.identity.forms.texts import TEXTS
from peergang.identity.rules import EMAIL_MAX_LENGTH
from peergang.web.forms import BaseForm, Filled, NotLonger, trimmed

_: Callable[[str], Any] = lazy_gettext


class AddressForm(BaseForm):
    """The new address; its shape is checked by the use case."""

    email = EmailField(
        _("Nieuw e‑mailadres"),
        [Filled(TEXTS["email_shape"]), NotLonger(EMAIL_MAX_LENGTH, TEXTS["email_shape"])],
        filters=[trimmed],
    )


class ButtonForm(BaseForm):
    """Only the button."""
