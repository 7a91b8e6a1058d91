"""Words of the review desk: phrases to begin with, and what can go wrong with them and with a calibration."""

from peergang.core.i18n import LazyText, lazy_gettext

EXAMPLES: tuple[tuple[LazyText, LazyText], ...] = (
    (
        lazy_gettext("Sterk begin"),
        lazy_gettext("Je beschrijft precies wat er gebeurde; daardoor kan ik met je meekijken."),
    ),
    (
        lazy_gettext("Doel"),
        lazy_gettext("Welk doel zat erachter, en waaraan zou je merken dat je dat bereikt?"),
    ),
    (
        lazy_gettext("Volgende stap"),
        lazy_gettext("Wat is de kleinste stap die je volgende week al kunt zetten?"),
    ),
)
"""Title and text of three sentences that somebody without any can take over."""

PHRASE_PROBLEMS: dict[str, LazyText] = {
    "phrase_empty": lazy_gettext("Schrijf de zin die je wilt bewaren."),
    "phrase_too_long": lazy_gettext("Dit is te lang voor een zin. Kort het in."),
    "too_many_phrases": lazy_gettext("Je hebt al zestig zinnen. Gooi er eerst een weg."),
    "colleague_missing": lazy_gettext("Kies met wie je wilt ijken."),
}

CALIBRATION_CONFLICTS: dict[str, LazyText] = {
    "judgement_sent": lazy_gettext("Je oordeel was al verstuurd en blijft zoals het is."),
    "calibration_closed": lazy_gettext("Deze ijking is afgesloten."),
}
