"""Words for what is refused around the trainers' queue."""

from peergang.core.i18n import LazyText, lazy_gettext

QUEUE_PROBLEMS: dict[str, LazyText] = {
    "not_a_colleague": lazy_gettext("Kies een collega die dit cohort ook begeleidt."),
    "too_long": lazy_gettext("Maak je bericht korter: er passen duizend tekens."),
    "away_too_long": lazy_gettext("Hooguit een halfjaar. Ben je langer weg, overleg dan met de organisatie."),
    "missing": lazy_gettext("Kies een dag."),
    "in_past": lazy_gettext("Deze dag is al geweest. Kies een dag vanaf vandaag."),
    "before_start": lazy_gettext("De laatste dag ligt vóór de eerste."),
    "too_far_off": lazy_gettext("Controleer het jaar. Deze dag ligt meer dan een jaar vooruit."),
}
