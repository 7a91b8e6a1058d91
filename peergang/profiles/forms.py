"""The shape of what somebody tells about themselves."""

from collections.abc import Callable
from typing import Any, cast

from wtforms import RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import lazy_gettext
from peergang.identity.rules import clean_text
from peergang.profiles.labels import VISIBILITY
from peergang.profiles.rules import ABOUT_MAX_LENGTH, CONTACT_MAX_LENGTH
from peergang.web.forms import BaseForm, NotLonger, Offered

_: Callable[[str], Any] = lazy_gettext


def _cleaned(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


class ProfileForm(BaseForm):
    """A sentence, a line to reach somebody, subjects, and who sees it."""

    about = TextAreaField(
        _("Over mij, in een zin of twee"),
        [NotLonger(ABOUT_MAX_LENGTH, _("Houd het bij %(limit)s tekens; je hebt er %(length)s."))],
        filters=[_cleaned],
    )
    contact = StringField(
        _("Zo ben ik te bereiken"),
        [NotLonger(CONTACT_MAX_LENGTH, _("Houd het korter dan %(limit)s tekens."))],
        filters=[_cleaned],
    )
    visibility = RadioField(
        _("Wie mag dit zien?"),
        [Offered(_("Kies wie je profiel mag zien."))],
        choices=[SelectChoice(value, cast("str", label)) for value, label in VISIBILITY.items()],
        validate_choice=False,
    )
    # The page draws these as a table of ticks; what is no subject is left out by the use case.
    expertise = SelectMultipleField(_("Weet ervan"), choices=[], validate_choice=False)
    interest = SelectMultipleField(_("Wil er meer van weten"), choices=[], validate_choice=False)
