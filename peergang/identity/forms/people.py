"""What organisers fill in about a person."""

from collections.abc import Callable
from typing import Any

from wtforms import EmailField, SelectField, StringField

from peergang.core.i18n import lazy_gettext
from peergang.identity.forms.affiliations import WORDS as WORK_WORDS
from peergang.identity.forms.texts import TEXTS, cleaned
from peergang.identity.rules import NAME_MAX_LENGTH
from peergang.web.forms import BaseForm, Filled, NotLonger

_: Callable[[str], Any] = lazy_gettext

WORDS = WORK_WORDS | {
    "email_shape": _("Dit lijkt geen e‑mailadres. Kijk het nog eens na."),
    "address_in_use": _(
        "Deze persoon logt al in. Wie het adres heeft, kan bij alles wat alleen die persoon mag lezen. Vraag de beheerder."
    ),
    "email_taken": _("Dit adres hoort al bij iemand."),
}
"""Words for the codes with which adding and correcting a person refuse."""

_LONG = NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])


class PersonForm(BaseForm):
    """How somebody is called and where their mail goes."""

    given_name = StringField(_("Voornaam"), [Filled(_("Vul een voornaam in.")), _LONG], filters=[cleaned])
    name_particle = StringField(_("Tussenvoegsel"), [_LONG], filters=[cleaned])
    family_name = StringField(_("Achternaam"), [_LONG], filters=[cleaned])
    email = EmailField(_("E‑mailadres"), [Filled(_("Vul een e‑mailadres in."))], filters=[cleaned])


class NewPersonForm(PersonForm):
    """Somebody who is not known yet, with where they work."""

    institution = SelectField(_("Instelling"), validate_choice=False)
    job_title = StringField(_("Functie"), [_LONG], filters=[cleaned])
