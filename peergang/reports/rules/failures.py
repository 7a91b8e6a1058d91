"""Why no file came of a report, in words: for pages and for mails."""

from peergang.core.i18n import LazyText, lazy_gettext as _
from peergang.reports.rules.states import Failure

FAILURES: dict[str, LazyText] = {
    Failure.NOT_ALLOWED: _("Je mag deze tabel niet meer zien. Vraag een beheerder of je rol klopt."),
    Failure.GONE: _("Waar deze tabel over gaat, is er niet meer."),
    Failure.TOO_MUCH: _("De tabel is te groot voor een pdf. Kies Excel of csv, of maak de keuze kleiner."),
    Failure.TOO_LONG: _("Het maken duurde te lang. Maak de keuze kleiner, of probeer het later nog eens."),
    Failure.STOPPED: _("Het maken is drie keer afgebroken. Probeer het later nog eens."),
    Failure.BROKEN: _(
        "Er ging bij ons iets mis. Probeer het nog eens; lukt het weer niet, laat het ons dan weten."
    ),
}
