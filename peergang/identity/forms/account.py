"""What people fill in about themselves."""

from collections.abc import Callable, Sequence
from typing import Any

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.identity.forms.texts import TEXTS, cleaned
from peergang.identity.rules import NAME_MAX_LENGTH
from peergang.web.forms import BaseForm, Filled, NotLonger

_: Callable[[str], Any] = lazy_gettext


def _choices(pairs: Sequence[tuple[str, LazyText]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class AccountForm(BaseForm):
    """Name, language and look."""

    given_name = StringField(
        _("Voornaam"),
        [Filled(_("Vul je voornaam in.")), NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])],
        filters=[cleaned],
    )
    name_particle = StringField(
        _("Tussenvoegsel"), [NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])], filters=[cleaned]
    )
    family_name = StringField(
        _("Achternaam"), [NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])], filters=[cleaned]
    )
    language = RadioField(
        _("Taal"),
        choices=_choices((("nl", _("Nederlands")), ("en", _("English")))),
        validate_choice=False,
    )
    theme = RadioField(
        _("Weergave"),
        choices=_choices(
            (
                ("light", _("Licht")),
                ("dark", _("Donker")),
                ("auto", _("Systeem")),
            )
        ),
        validate_choice=False,
    )
