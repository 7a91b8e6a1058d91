"""Words of these pages, one file a subject."""

from peergang.core.i18n import LazyText, lazy_gettext as _

CONFLICTS: dict[str, LazyText] = {
    "reports_waiting": _(
        "Er wachten al vijf bestanden van je. Wacht tot er een klaar is, of haal er een weg."
    ),
    "report_not_failed": _("Dit bestand wordt al gemaakt, of is klaar."),
    "too_many_subscriptions": _("Je krijgt al twintig rapporten vanzelf. Stop er eerst een."),
}

PROBLEMS: dict[str, LazyText] = {"weekday_unknown": _("Kies een dag van de week.")}
