"""What organisers fill in about institutions."""

from collections.abc import Callable
from typing import Any

from wtforms import StringField, TextAreaField

from peergang.core.i18n import lazy_gettext
from peergang.identity.forms.texts import TEXTS, cleaned
from peergang.identity.rules import NAME_MAX_LENGTH
from peergang.web.forms import BaseForm, Filled, NotLonger

_: Callable[[str], Any] = lazy_gettext


class InstitutionForm(BaseForm):
    """What we know of an institution."""

    name = StringField(
        _("Naam"),
        [Filled(TEXTS["name_missing"]), NotLonger(200, _("Houd de naam korter dan 200 tekens."))],
        filters=[cleaned],
    )
    brin = StringField(_("BRIN"), [Filled(_("Vul de BRIN in."))], filters=[cleaned])
    place = StringField(_("Plaats"), [NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])], filters=[cleaned])
    aliases = TextAreaField(
        _("Andere namen"),
        [NotLonger(2000, _("Houd de lijst korter dan 2000 tekens."))],
    )

    def alias_list(self) -> list[str]:
        """The other names, one a line."""
        return [line for line in (self.aliases.data or "").splitlines() if line.strip()]
