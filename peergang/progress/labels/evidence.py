"""Words for the facts under a figure."""

from peergang.core.i18n import LazyText, lazy_gettext as _
from peergang.progress.rules.figures import Measure

TITLES: dict[Measure, LazyText] = {
    Measure.ATTENDANCE: _("Wie er was"),
    Measure.PROGRESS: _("Wat er is gedaan"),
    Measure.HANDED_IN: _("Wat er is ingeleverd"),
}

CAPTIONS: dict[Measure, LazyText] = {
    Measure.ATTENDANCE: _("Bijeenkomsten met wie er was"),
    Measure.PROGRESS: _("Verplichte opdrachten met wie ze deed en wanneer"),
    Measure.HANDED_IN: _("Reflecties die gevraagd zijn, met wie ze inleverde en wanneer"),
}

STATES: dict[str, tuple[LazyText, str]] = {
    "present": (_("aanwezig"), "check-lg"),
    "excused": (_("afgemeld"), "calendar-x"),
    "absent": (_("afwezig"), "dash-lg"),
    "in_time": (_("op tijd"), "check-lg"),
    "late": (_("later"), "clock-history"),
    "missing": (_("niet ingeleverd"), "dash-lg"),
    "done": (_("gedaan"), "check-lg"),
    "open": (_("nog open"), "circle"),
}
"""How each thing stands for somebody, with its sign."""
