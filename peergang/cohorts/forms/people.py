"""The forms of steps 3 and 4: trainers and participants."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, EmailField, SelectField, StringField

from peergang.core.i18n import lazy_gettext
from peergang.web.forms import BaseForm, Filled, trimmed

_: Callable[[str], Any] = lazy_gettext


class TrainerForm(BaseForm):
    """Step 3: somebody by address, with a name when they are new."""

    email = EmailField(_("E‑mailadres"), [Filled(_("Vul een e‑mailadres in."))], filters=[trimmed])
    given_name = StringField(_("Voornaam"), filters=[trimmed])
    particle = StringField(_("Tussenvoegsel"), filters=[trimmed])
    family_name = StringField(_("Achternaam"), filters=[trimmed])


class ParticipantForm(BaseForm):
    """Step 4: one participant by hand."""

    name = StringField(_("Naam"), filters=[trimmed])
    email = EmailField(_("E‑mailadres"), filters=[trimmed])
    institution = SelectField(_("Instelling"), validate_choice=False)
    anyway = BooleanField(_("Toch toevoegen"))
