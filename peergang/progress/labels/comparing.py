"""Words for two cohorts side by side."""

from peergang.core.i18n import LazyText, gettext, lazy_gettext as _
from peergang.progress.rules.comparing import FEW, Compared, Difference, Verdict

NAMES: dict[Compared, LazyText] = {
    Compared.ATTENDANCE: _("Aanwezig bij bijeenkomsten"),
    Compared.PROGRESS: _("Voortgang in dezelfde week"),
    Compared.HANDED_IN: _("Ingeleverd van wat gevraagd is"),
    Compared.STOPPED: _("Gestopt van wie begon"),
    Compared.QUICK: _("Reactie binnen vijf werkdagen"),
}

SAYS: dict[Verdict, LazyText] = {
    Verdict.NOTHING: _("nog niet te vergelijken"),
    Verdict.SAME: _("gelijk"),
    Verdict.FEW: _("te weinig mensen"),
    Verdict.CHANCE: _("kan toeval zijn"),
    Verdict.CLEAR: _("meer dan toeval"),
}


def say_largest(found: Difference | None, one: str, other: str) -> str:
    """The largest difference in a sentence, and what it is worth."""
    if found is None:
        return gettext("Er is nog niets om te vergelijken: van een van de twee zijn er nog geen cijfers.")
    if found.verdict == Verdict.SAME:
        if min(found.numbers) < FEW:
            return gettext(
                "De twee cohorten verschillen nergens in, maar er zijn te weinig mensen om dat iets te laten zeggen."
            )
        return gettext("De twee cohorten verschillen nergens in.")
    first, second = found.one or 0, found.other or 0
    values = {
        "what": str(NAMES[found.kind]),
        "high": one if first > second else other,
        "low": other if first > second else one,
        "most": max(first, second),
        "least": min(first, second),
    }
    return f"{_LARGEST % values} {_WORTH[found.verdict]}"


_LARGEST = _("Het grootste verschil: %(what)s, %(most)s procent in %(high)s en %(least)s procent in %(low)s.")
_WORTH: dict[Verdict, LazyText] = {
    Verdict.FEW: _("Van een van de twee zijn er te weinig mensen of antwoorden om er iets uit te lezen."),
    Verdict.CHANCE: _("Bij zulke aantallen kan dat toeval zijn."),
    Verdict.CLEAR: _("Bij zulke aantallen is dat meer dan toeval."),
}
