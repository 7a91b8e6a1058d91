"""Words of the network figures: what each is called, and exactly what it counts."""

from peergang.core.i18n import LazyText, gettext, lazy_gettext as _
from peergang.progress.rules.years import Kind, Year

NAMES: dict[str, LazyText] = {
    "institutions": _("Instellingen"),
    "people": _("i‑coaches en hun teams"),
    "hours": _("Uren"),
    "shared": _("Voorbeelden gedeeld"),
    "tried": _("Voorbeelden opnieuw gebruikt"),
    "feedback": _("Tijd tot een reactie"),
    "stopped": _("Gestopt"),
    "finished": _("Afgerond"),
    "certificates": _("Certificaten"),
}

DEFINITIONS: dict[str, LazyText] = {
    "institutions": _(
        "Instellingen met minstens één deelnemer in een cohort dat in deze periode liep. Iedere deelnemer telt voor de"
        " instelling van de laatste dag van de periode, of van de laatste dag van de deelname als die eerder was."
    ),
    "people": _(
        "Mensen die in deze periode deelnemer waren van een cohort. Wie twee plaatsen had, telt één keer. Wie was"
        " uitgenodigd en niet begon, telt niet. Bij de Masterclass doen teams mee; zij tellen ook."
    ),
    "hours": _(
        "De studielast die het programma geeft voor elke opdracht die in deze periode is afgerond, plus de duur van elke"
        " bijeenkomst maal wie er was. Eigen uren van deelnemers tellen niet mee."
    ),
    "shared": _(
        "Praktijkvoorbeelden die in deze periode in de bibliotheek kwamen, ook als ze later zijn weggehaald."
    ),
    "tried": _(
        "Hoe vaak iemand in deze periode schreef een voorbeeld van een ander te hebben geprobeerd, wat er ook uitkwam."
    ),
    "feedback": _(
        "Van ingeleverde reflecties, behalve de besloten: de helft kreeg binnen zoveel werkdagen een eerste reactie van een"
        " trainer of een ander. Wat nog geen reactie heeft en langer dan vijf werkdagen ligt, telt als langer. Wat nog op"
        " tijd kan zijn, telt niet mee."
    ),
    "stopped": _(
        "Deelnemers die in deze periode stopten, bij de module die toen liep. Wie stopte voor de eerste module begon, telt"
        " bij de eerste. Wie terugkwam is niet gestopt, en wie in een ander cohort verderging telt alleen daar."
    ),
    "finished": _(
        "Van cohorten die in deze periode eindigden en zijn afgesloten: wie alles afrondde, van iedereen die ooit begon."
        " Wie in een ander cohort verderging, telt alleen daar."
    ),
    "certificates": _("Certificaten die in deze periode zijn afgegeven en niet zijn ingetrokken."),
}

PROBLEMS: dict[str, LazyText] = {
    "day_unreadable": _("Die dag konden we niet lezen. Schrijf hem als 2026-09-01."),
    "day_ahead": _("Die dag moet nog komen. Je ziet de stand van nu."),
    "day_elsewhere": _("Die dag ligt niet in deze periode. Je ziet alles wat erin telt."),
}


def name_year(kind: Kind, year: int) -> str:
    """ "Schooljaar 2026–2027" or "Kalenderjaar 2026"."""
    if kind == Kind.CALENDAR:
        return gettext("Kalenderjaar %(year)s", year=year)
    return gettext("Schooljaar %(first)s–%(last)s", first=year, last=year + 1)


def this_year(year: Year) -> str:
    """The same for the year that is shown."""
    return name_year(year.kind, year.year)
