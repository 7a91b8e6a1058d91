"""The forms about asking for a place."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, EmailField, StringField, TextAreaField

from peergang.cohorts.rules.joining import MOTIVATION_MAX_LENGTH
from peergang.core.i18n import lazy_gettext
from peergang.web.forms import BaseForm, DayField, Filled, NotLonger, trimmed

_: Callable[[str], Any] = lazy_gettext

_MOTIVATION = NotLonger(
    MOTIVATION_MAX_LENGTH, _("Houd het korter dan %(limit)s tekens; nu zijn het er %(length)s.")
)


class AskForm(BaseForm):
    """Somebody without an account asks for a place."""

    given_name = StringField(_("Voornaam"), [Filled(_("Vul je voornaam in."))], filters=[trimmed])
    particle = StringField(_("Tussenvoegsel"), filters=[trimmed])
    family_name = StringField(_("Achternaam"), filters=[trimmed])
    email = EmailField(_("E‑mailadres"), [Filled(_("Vul je e‑mailadres in."))], filters=[trimmed])
    institution = StringField(_("Instelling"), [Filled(_("Vul in waar je werkt."))], filters=[trimmed])
    job_title = StringField(_("Functie"), filters=[trimmed])
    motivation = TextAreaField(_("Wat hoop je te leren?"), [_MOTIVATION], filters=[trimmed])


class AskOwnForm(BaseForm):
    """Somebody who is signed in asks for a place."""

    motivation = TextAreaField(_("Wat hoop je te leren?"), [_MOTIVATION], filters=[trimmed])


class JoiningForm(BaseForm):
    """An organiser opens a cohort for who has the link."""

    is_open = BooleanField(_("Wie de link heeft, kan zich aanmelden"))
    until = DayField(_("Aanmelden kan tot en met"))

    def validate_until(self, field: DayField) -> None:
        """An empty day is no limit; the field itself says when a day cannot be read."""
