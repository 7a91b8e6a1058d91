"""Forms of this feature."""

from collections.abc import Callable
from typing import Any

from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import lazy_gettext
from peergang.reports.labels.reports import FORMATS
from peergang.reports.labels.rhythms import RHYTHMS, WEEKDAYS
from peergang.web.forms import BaseForm, Offered

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""


class SubscribeForm(BaseForm):
    """When somebody wants a table, and as what kind of file."""

    rhythm = RadioField(
        _("Hoe vaak"),
        choices=[SelectChoice(*one) for one in RHYTHMS.items()],
        default="week",
        validate_choice=False,
        validators=[Offered(_("Kies hoe vaak."))],
    )
    weekday = SelectField(
        _("Dag van de week"),
        choices=[SelectChoice(*one) for one in WEEKDAYS.items()],
        default="1",
        validate_choice=False,
        validators=[Offered(_("Kies een dag van de week."))],
    )
    format = RadioField(
        _("Soort bestand"),
        choices=[SelectChoice(*one) for one in FORMATS.items()],
        default="xlsx",
        validate_choice=False,
        validators=[Offered(_("Kies een soort bestand."))],
    )
