"""Words for signals and what was done about them."""

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.notifications.catalog import list_rules
from peergang.progress.queries.risk_history import Step
from peergang.progress.rules.risks import RiskState

STATES: dict[RiskState, LazyText] = {
    RiskState.OPEN: lazy_gettext("Open"),
    RiskState.DISMISSED: lazy_gettext("Weggezet"),
    RiskState.ENDED: lazy_gettext("Voorbij"),
}

STATE_LOOKS: dict[RiskState, tuple[str, str]] = {
    RiskState.OPEN: ("now", "circle"),
    RiskState.DISMISSED: ("later", "dash-circle"),
    RiskState.ENDED: ("ok", "check-circle-fill"),
}
"""Kind and icon of the mark."""

STEP_ICONS: dict[Step, str] = {
    Step.SEEN: "eye",
    Step.ENDED: "check-circle-fill",
    Step.CALLED: "telephone",
    Step.REMINDED: "envelope",
    Step.EXTENDED: "calendar3",
    Step.OVERRIDDEN: "check-circle-fill",
    Step.DISMISSED: "dash-circle",
    Step.RECALLED: "arrow-counterclockwise",
}

PROBLEMS: dict[str, LazyText] = {
    "missing": lazy_gettext("Schrijf kort op waar het over ging."),
    "long": lazy_gettext("Maak deze tekst korter."),
    "in_the_past": lazy_gettext("Kies vandaag of een latere dag."),
    "too_far": lazy_gettext("Kies een dag binnen een jaar."),
}

CONFLICTS: dict[str, LazyText] = {
    "risk_ended": lazy_gettext("Dit is inmiddels voorbij, dus er valt niets weg te zetten."),
    "risk_not_dismissed": lazy_gettext("Dit telde al mee."),
}


def reminder_title(name: str) -> str:
    """What a rule of the ledger is called; a rule that is no more by its name."""
    return next((str(one.title) for one in list_rules() if one.name == name), name)
