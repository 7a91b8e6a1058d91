"""The shape of what is filled in on these pages."""

from collections.abc import Callable
from typing import Any

from wtforms import SelectField, StringField, TextAreaField

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.web.forms import BaseForm, DayField, Filled, trimmed

_: Callable[[str], Any] = lazy_gettext

REASON_TEXTS: dict[str, LazyText] = {
    "short": _("Schrijf iets meer: wie vroeg het, en waarvoor is het nodig?"),
    "long": _("Houd de reden korter dan 200 tekens."),
}


class ReasonForm(BaseForm):
    """Why somebody reads what is not theirs."""

    reason = TextAreaField(
        _("Waarom is dit nodig?"), [Filled(_("Schrijf waarom dit nodig is."))], filters=[trimmed]
    )


ERASE_TEXTS: dict[str, LazyText] = REASON_TEXTS | {
    "names": _("Laat de naam en het adres weg: de reden blijft in het logboek staan."),
    "differs": _("Dit is niet het e‑mailadres van deze persoon."),
}


class EraseForm(ReasonForm):
    """Why somebody is erased, and their address as a second look at whom it is about."""

    typed = StringField(
        _("Het e‑mailadres van deze persoon"), [Filled(_("Typ het e‑mailadres over."))], filters=[trimmed]
    )


class AuditFilterForm(BaseForm):
    """What of the log is shown. It stands in the address, so its fields have Dutch names."""

    wie = StringField(_("Naam of e‑mailadres"), filters=[trimmed])
    wat = SelectField(_("Wat er gebeurde"), validate_choice=False)
    van = DayField(_("Vanaf"))
    tot = DayField(_("Tot en met"))
