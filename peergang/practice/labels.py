"""Words and icons for the fixed lists of the library."""

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.practice.rules import ExampleState, Licence, Outcome, Sector

SECTORS: dict[str, LazyText] = {
    Sector.ALL: lazy_gettext("Alle sectoren"),
    Sector.ECONOMY: lazy_gettext("Economie"),
    Sector.GREEN: lazy_gettext("Groen"),
    Sector.TECHNOLOGY: lazy_gettext("Techniek"),
    Sector.CARE: lazy_gettext("Zorg en welzijn"),
}

LICENCES: dict[str, LazyText] = {
    Licence.CC_BY_SA: lazy_gettext(
        "Vrij te gebruiken, met naam en onder dezelfde voorwaarden (CC BY-SA 4.0)"
    ),
    Licence.CC_BY: lazy_gettext("Vrij te gebruiken, met naam (CC BY 4.0)"),
    Licence.NETWORK: lazy_gettext("Alleen binnen het netwerk"),
}

STATES: dict[str, tuple[str, LazyText]] = {
    ExampleState.DRAFT: ("now", lazy_gettext("Concept")),
    ExampleState.SUBMITTED: ("wait", lazy_gettext("Wordt bekeken")),
    ExampleState.RETURNED: ("now", lazy_gettext("Graag aanvullen")),
    ExampleState.PUBLISHED: ("ok", lazy_gettext("Gedeeld")),
    ExampleState.REVIEW_DUE: ("ok", lazy_gettext("Gedeeld, klopt het nog?")),
    ExampleState.ARCHIVED: ("later", lazy_gettext("Uit de bibliotheek")),
}
"""The kind of mark and the words of a state."""

OUTCOMES: dict[str, LazyText] = {
    Outcome.WORKED: lazy_gettext("Het werkte"),
    Outcome.PARTLY: lazy_gettext("Het werkte deels"),
    Outcome.DID_NOT: lazy_gettext("Het werkte niet"),
}

OUTCOME_ICONS: dict[str, str] = {
    Outcome.WORKED: "check-circle-fill",
    Outcome.PARTLY: "circle-half",
    Outcome.DID_NOT: "x-circle",
}

ORDERS: dict[str, LazyText] = {
    "relevance": lazy_gettext("Past bij je zoekvraag"),
    "newest": lazy_gettext("Nieuwste eerst"),
    "tried": lazy_gettext("Vaakst geprobeerd"),
}
