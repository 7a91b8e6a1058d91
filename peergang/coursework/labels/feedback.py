"""Words for feedback between peers."""

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.coursework.labels import Look
from peergang.coursework.rules.feedback import Helpfulness, Seen

SEEN: dict[str, LazyText] = {
    Seen.CLEARLY: lazy_gettext("Zie ik duidelijk"),
    Seen.PARTLY: lazy_gettext("Zie ik een beetje"),
    Seen.NOT_FOUND: lazy_gettext("Nog niet gevonden"),
}

SEEN_LOOKS: dict[str, Look] = {
    Seen.CLEARLY: Look("ok", "eye", SEEN[Seen.CLEARLY]),
    Seen.PARTLY: Look("now", "circle-half", SEEN[Seen.PARTLY]),
    Seen.NOT_FOUND: Look("later", "circle", SEEN[Seen.NOT_FOUND]),
}

HELPFULNESS: dict[str, LazyText] = {
    Helpfulness.HELPED: lazy_gettext("Hielp me verder"),
    Helpfulness.A_BIT: lazy_gettext("Een beetje"),
    Helpfulness.NOT_REALLY: lazy_gettext("Niet echt"),
}
