"""Words for the record of hours."""

from peergang.core.i18n import LazyText, lazy_gettext as _
from peergang.progress.rules.hours import HoursKind, Source

HOURS_KINDS: dict[str, LazyText] = {
    HoursKind.COURSE: _("Cursus of studiedag"),
    HoursKind.STUDY: _("Lezen en studie"),
    HoursKind.EXCHANGE: _("Overleg en intervisie met collega’s"),
    HoursKind.VISIT: _("Lesbezoek of meekijken"),
    HoursKind.MAKING: _("Lesmateriaal ontwikkelen"),
    HoursKind.NETWORK: _("Netwerk of conferentie"),
    HoursKind.OTHER: _("Iets anders"),
}

SOURCES: dict[str, LazyText] = {
    Source.ACTIVITY: _("Afgerond in de Peergang"),
    Source.MEETING: _("Aanwezig bij een bijeenkomst"),
    Source.OWN: _("Zelf opgegeven"),
}

HOURS_PROBLEMS: dict[str, LazyText] = {
    "missing": _("Schrijf kort op wat je deed."),
    "long": _("Dit is te lang. Houd het bij 300 tekens."),
    "unknown": _("Kies een van de mogelijkheden."),
    "in_the_future": _("Deze dag moet nog komen. Schrijf op wat je al deed."),
    "long_ago": _("Kies een dag vanaf het jaar 2000."),
    "no_day": _("Vul een dag in, bijvoorbeeld 19-11-2026."),
    "quarters": _("Vul de uren in per kwartier, bijvoorbeeld 0,25 of 1,5 of 1:30. Niet meer dan 24."),
}
"""Words for the codes with which the use cases refuse."""
