"""Words for what people choose about messages."""

from peergang.core.i18n import LazyText, lazy_gettext as _
from peergang.notifications.rules import Delivery, Rhythm, Section

SECTIONS: dict[str, LazyText] = {
    Section.COHORT: _("Je cohort en je bijeenkomsten"),
    Section.WRITING: _("Schrijven en feedback"),
    Section.SHARING: _("Praktijkvoorbeelden en delen"),
    Section.TRAINING: _("Voor trainers"),
    Section.ORGANISING: _("Voor organisatoren"),
}

DELIVERIES: dict[str, LazyText] = {
    Delivery.AT_ONCE: _("Meteen"),
    Delivery.DAILY: _("Eén keer per dag"),
    Delivery.WEEKLY: _("Eén keer per week"),
    Delivery.IN_APP: _("Alleen op de site"),
    Delivery.OFF: _("Niet"),
}

RHYTHMS: dict[str, LazyText] = {
    "": _("Zoals wij het voorstellen"),
    Rhythm.WEEKLY: _("Eén e‑mail per week"),
    Rhythm.DAILY: _("Eén e‑mail per dag"),
    Rhythm.AT_ONCE: _("Meteen"),
    Rhythm.IN_APP: _("Geen e‑mail"),
}

PREFERENCE_PROBLEMS: dict[str, LazyText] = {
    "away_backward": _("De einddatum ligt vóór de begindatum."),
    "away_past": _("Deze dag is al voorbij."),
    "away_endless": _("Vul ook in tot en met welke dag."),
    "per_week_range": _("Kies een aantal van 1 tot en met 20."),
}
