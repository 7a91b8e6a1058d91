"""What organisers fill in about institutions."""

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Optional

from peergang.core.i18n import lazy_gettext
from peergang.identity.forms.texts import TEXTS, cleaned
from peergang.identity.labels import REGIONS
from peergang.identity.rules import NAME_MAX_LENGTH
from peergang.web.forms import BaseForm, DayField, Filled, NotLonger, Offered

_: Callable[[str], Any] = lazy_gettext

WORDS = TEXTS | {
    "domain_shape": _("Schrijf elk domein als school.nl, één per regel."),
    "domain_taken": _("Een van deze domeinen hoort al bij een andere instelling."),
    "region_unknown": _("Kies een van de regio’s."),
    "ended_before": _("Dit is na de dag waarop de instelling ophield."),
    "day_far": _("Deze dag ligt te ver weg. Kies een dag in de afgelopen vijf jaar, tot en met vandaag."),
    "before_it_began": _("Op deze dag bestond de instelling nog niet."),
    "merged_itself": _("Kies een andere instelling dan deze."),
    "institution_gone": _("Deze instelling bestaat niet meer. Kies er een die doorgaat."),
}
"""Words for the codes with which the use cases of institutions refuse."""

_LONG = NotLonger(2000, _("Houd de lijst korter dan 2000 tekens."))


def _lines(text: str | None) -> list[str]:
    return [line for line in (text or "").splitlines() if line.strip()]


def institution_choices(rows: Iterable[Any], *, nothing: bool = True) -> list[Any]:
    """Institutions in a list to choose from: the name, with the BRIN because names resemble each other."""
    found = [SelectChoice(str(row.id), f"{row.name} ({row.brin})") for row in rows]
    return [SelectChoice("", _("Kies een instelling")), *found] if nothing else found


class InstitutionForm(BaseForm):
    """What we know of an institution."""

    name = StringField(
        _("Naam"),
        [Filled(TEXTS["name_missing"]), NotLonger(200, _("Houd de naam korter dan 200 tekens."))],
        filters=[cleaned],
    )
    brin = StringField(_("BRIN"), [Filled(_("Vul de BRIN in."))], filters=[cleaned])
    place = StringField(_("Plaats"), [NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])], filters=[cleaned])
    other_places = TextAreaField(_("Andere plaatsen"), [_LONG])
    region = SelectField(
        _("Regio van de schoolvakanties"),
        choices=[SelectChoice("", _("Nog niet bekend")), *map(SelectChoice, REGIONS, REGIONS.values())],
        default="",
        validate_choice=False,
        filters=[lambda value: value or ""],
    )
    aliases = TextAreaField(_("Andere namen"), [_LONG])
    sso_domains = TextAreaField(_("Domeinen om mee in te loggen"), [_LONG])
    valid_from = DayField(_("Bestaat sinds"), [Optional()])

    def values(self) -> dict[str, Any]:
        """What the use case takes."""
        return {
            "name": self.name.data or "",
            "brin": self.brin.data or "",
            "place": self.place.data or "",
            "other_places": _lines(self.other_places.data),
            "aliases": _lines(self.aliases.data),
            "sso_domains": (self.sso_domains.data or "").replace(",", " ").split(),
            "region": self.region.data or "",
            "valid_from": self.valid_from.data,
        }


class MergeForm(BaseForm):
    """What an institution became, and when."""

    successor = SelectField(
        _("Is opgegaan in"),
        [Filled(_("Kies de instelling die doorgaat.")), Offered(_("Kies de instelling die doorgaat."))],
        validate_choice=False,
    )
    merged_on = DayField(_("Per"), [Filled(_("Vul de dag van de fusie in."))])


class EndForm(BaseForm):
    """The day on which an institution ended."""

    until = DayField(_("Opgeheven per"), [Filled(_("Vul een dag in, bijvoorbeeld 19-11-2026."))])
