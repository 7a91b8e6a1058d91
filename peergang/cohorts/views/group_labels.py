"""Words for peer groups and intervision."""

from peergang.cohorts.labels import OWN_PLACE
from peergang.cohorts.rules.groups import ChangeKind
from peergang.cohorts.rules.people import RoleFamily
from peergang.core.i18n import LazyText, lazy_gettext

_ = lazy_gettext

GROUP_REFUSALS: dict[str, LazyText] = {
    "own_place": OWN_PLACE,
    "group_full": _("Deze groep heeft al zes mensen. Meer wordt te veel om elkaars werk te lezen."),
    "pinned": _("Deze deelnemer zit vast in de groep. Maak die eerst los."),
    "no_group": _("Deze deelnemer zit nog in geen groep. Kies eerst een groep."),
    "groups_changed": _("De groepen zijn intussen veranderd. Kijk nog eens; er is niets bewaard."),
    "nobody_chosen": _("Kies eerst wie je wilt verplaatsen."),
    "nowhere": _("Kies de groep waar %(name)s heen gaat."),
}
"""When something about the groups is not done."""

ROLE_FAMILIES: dict[str, LazyText] = {
    RoleFamily.I_COACH: _("i‑coach"),
    RoleFamily.TEACHER: _("docent"),
    RoleFamily.LEADER: _("leidinggevende"),
    RoleFamily.STAFF: _("staf en ondersteuning"),
}

GROUP_CHANGES: dict[str, LazyText] = {
    ChangeKind.DIVIDED: _("iedereen opnieuw verdeeld"),
    ChangeKind.PLACED: _("nieuwe deelnemers een groep gegeven"),
    ChangeKind.MOVED: _("iemand verplaatst"),
    ChangeKind.MENDED: _("vanzelf hersteld, want een groep werd te klein of iemand had geen groep"),
    ChangeKind.UNDONE: _("een verandering ongedaan gemaakt"),
}

INTERVISION_REFUSALS: dict[str, LazyText] = {
    "unknown": _("Kies een van de methoden."),
    "too_few": _("Voor deze methode zijn jullie met te weinig. Kies een andere."),
}

SPEAKERS: dict[str, dict[str, LazyText]] = {
    "everybody": {"plain": _("Iedereen praat mee")},
    "nobody": {"plain": _("Iedereen schrijft, in stilte")},
    "bringer": {
        "plain": _("Wie de casus inbrengt is aan het woord"),
        "named": _("%(name)s is aan het woord"),
    },
    "others": {
        "plain": _("De anderen praten, wie de casus inbrengt luistert"),
        "named": _("De anderen praten, %(name)s luistert"),
    },
}
"""Who speaks in a step, without and with the name of who brings the case."""
