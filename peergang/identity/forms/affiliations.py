"""What organisers fill in about where people work."""

from collections.abc import Callable
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import Optional

from peergang.core.i18n import lazy_gettext
from peergang.identity.forms.texts import TEXTS, cleaned
from peergang.identity.rules import NAME_MAX_LENGTH
from peergang.web.forms import BaseForm, DayField, Filled, NotLonger, Offered

_: Callable[[str], Any] = lazy_gettext

WORDS = TEXTS | {
    "day_far": _("Deze dag ligt te ver weg. Kies een dag tussen vijf jaar geleden en een jaar vooruit."),
    "periods_overlap": _("In die tijd staat al een andere aanstelling. Pas die eerst aan."),
    "until_before": _("De laatste dag ligt vóór de eerste."),
    "institution_gone": _("Deze instelling bestaat niet meer. Kies er een die doorgaat."),
}
"""Words for the codes with which the use cases of affiliations refuse."""


class ChangeWorkForm(BaseForm):
    """Where somebody works, from a day on."""

    institution = SelectField(
        _("Instelling"),
        [Filled(_("Kies een instelling uit de lijst.")), Offered(_("Kies een instelling uit de lijst."))],
        validate_choice=False,
    )
    since = DayField(_("Vanaf"), [Filled(_("Vul een dag in, bijvoorbeeld 19-11-2026."))])
    job_title = StringField(_("Functie"), [NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])], filters=[cleaned])


class CorrectWorkForm(ChangeWorkForm):
    """A period as it should have been written down. The last day is the last one that somebody worked there."""

    until = DayField(_("Laatste dag"), [Optional()])
