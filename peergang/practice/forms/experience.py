"""The form in which somebody tells how it went."""

from collections.abc import Callable
from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import lazy_gettext
from peergang.practice.rules import Outcome
from peergang.web.forms import BaseForm, Filled, NotLonger, trimmed

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""


class ExperienceForm(BaseForm):
    """How it went, and what to tell the next one."""

    outcome = RadioField(
        _("Hoe ging het?"),
        choices=[
            SelectChoice(str(Outcome.WORKED), _("Werkte")),
            SelectChoice(str(Outcome.PARTLY), _("Deels")),
            SelectChoice(str(Outcome.DID_NOT), _("Niet")),
        ],
        validators=[Filled(_("Kies hoe het ging."))],
        validate_choice=False,
    )
    note = TextAreaField(
        _("Wat zou je een ander aanraden?"),
        filters=[trimmed],
        validators=[
            Filled(_("Schrijf in één zin wat een ander hieraan heeft.")),
            NotLonger(4000, _("Dit is te lang: %(length)s tekens, hooguit %(limit)s.")),
        ],
    )
