"""What the figures in a file mean, for who reads it without the page beside it."""

from peergang.core.i18n import LazyText, lazy_gettext as _
from peergang.progress.rules.figures import Measure

MEASURED: dict[Measure, LazyText] = {
    Measure.ATTENDANCE: _(
        "Van alle plekken bij bijeenkomsten waarvan de aanwezigheid is bijgehouden: hoeveel er bezet waren."
    ),
    Measure.PROGRESS: _("Van alle verplichte opdrachten van alle deelnemers: hoeveel er af zijn."),
    Measure.HANDED_IN: _(
        "Van alle reflecties waarvan de datum voorbij is: hoeveel er op tijd voor het eerst zijn ingeleverd."
    ),
}

REQUIRED = _("Verplichte opdrachten in de editie van het cohort.")
COMPLETED = _("Hoeveel daarvan er af zijn.")
RECORDED = _("Bijeenkomsten waarvan voor deze deelnemers is bijgehouden of ze er waren.")
PRESENT = _("Bij hoeveel daarvan ze er waren, op locatie of online.")
DUE = _(
    "Reflecties waarvan de datum voorbij is; wie extra tijd heeft, telt pas na die tijd mee. Wat klaar moest zijn voordat"
    " iemand begon, telt niet."
)
HANDED_IN = _("Hoeveel van de gevraagde reflecties er zijn ingeleverd.")
LAST_ACTIVE = _("De laatste dag met een opdracht, een reflectie, een bijeenkomst of iets dat is gelezen.")

ENROLMENT_STATES: dict[str, LazyText] = {
    "active": _("doet mee"),
    "completed": _("klaar"),
    "withdrawn": _("gestopt"),
}
