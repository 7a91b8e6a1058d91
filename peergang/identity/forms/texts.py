"""Words for the codes with which the use cases of this feature refuse, and what forms share."""

from collections.abc import Callable
from typing import Any

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.identity.rules import clean_text

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""

TEXTS: dict[str, LazyText] = {
    "password_short": _("Kies een wachtwoord van minstens 10 tekens. Een paar woorden achter elkaar mag."),
    "password_long": _("Kies een wachtwoord van ten hoogste 200 tekens."),
    "password_email": _("Kies iets anders dan je e‑mailadres."),
    "password_common": _("Dit wachtwoord is te makkelijk te raden. Kies een ander."),
    "password_wrong": _("Dit is niet je huidige wachtwoord. Probeer het nog eens."),
    "name_missing": _("Vul een naam in."),
    "name_long": _("Houd het korter dan 100 tekens."),
    "name_taken": _("Er is al een instelling die zo heet of heette."),
    "brin_shape": _("Een BRIN bestaat uit twee cijfers en twee letters, zoals 25LX."),
    "brin_taken": _("Er is al een instelling met deze BRIN. Zoek die op in de lijst en vul die aan."),
    "code_wrong": _(
        "Deze code klopt niet. Kijk of de klok van je telefoon goed staat en neem de code die je nu ziet."
    ),
    "email_shape": _("Vul een e‑mailadres in, zoals naam@school.nl."),
    "email_same": _("Dit is het adres dat je al hebt."),
    "alias_taken": _("Een van deze namen hoort al bij een andere instelling."),
}
"""Words for the codes with which the use cases of this feature refuse."""


def cleaned(value: Any) -> Any:
    """Text as `clean_text` makes it; anything else as it is."""
    return clean_text(value) if isinstance(value, str) else value
