"""Words for states, for what is missing and for what is wrong with a row of a file."""

from peergang.cohorts.rules import AttendanceState, CohortState, EnrolmentState
from peergang.cohorts.rules.editions import Aspect, Change, PartKind
from peergang.cohorts.rules.free import Region
from peergang.cohorts.rules.joining import LeaveReason
from peergang.cohorts.rules.opening import Lack
from peergang.core.i18n import LazyText, lazy_gettext

_ = lazy_gettext

COHORT_STATES: dict[str, tuple[str, LazyText]] = {
    CohortState.PLANNED: ("later", _("In voorbereiding")),
    CohortState.OPEN: ("now", _("Uitgenodigd")),
    CohortState.RUNNING: ("ok", _("Loopt")),
    CohortState.CLOSED: ("lock", _("Afgesloten")),
    CohortState.CANCELLED: ("lock", _("Gaat niet door")),
}
"""The kind of mark and the word for each state of a cohort."""

ENROLMENT_STATES: dict[str, tuple[str, LazyText]] = {
    EnrolmentState.INVITED: ("wait", _("Uitgenodigd")),
    EnrolmentState.WAITLISTED: ("wait", _("Wachtlijst")),
    EnrolmentState.ACTIVE: ("ok", _("Doet mee")),
    EnrolmentState.COMPLETED: ("ok", _("Afgerond")),
    EnrolmentState.WITHDRAWN: ("lock", _("Gestopt")),
}

TO_INVITE = ("later", _("Nog niet uitgenodigd"))

ATTENDANCE_STATES: dict[str, LazyText] = {
    AttendanceState.PRESENT: _("Aanwezig"),
    AttendanceState.ABSENT: _("Afwezig"),
    AttendanceState.EXCUSED: _("Afgemeld"),
}

LACKS: dict[str, LazyText] = {
    Lack.NO_MEETINGS: _("Er zijn nog geen bijeenkomsten."),
    Lack.NO_TRAINERS: _("Er is nog geen trainer."),
    Lack.NO_PARTICIPANTS: _("Er zijn nog geen deelnemers."),
    Lack.NO_GROUPS: _("Niet iedereen zit in een peergroep."),
    Lack.SMALL_GROUP: _("Een peergroep heeft minder dan drie mensen."),
    Lack.NOWHERE: _("Van een bijeenkomst is nog geen plaats of link bekend."),
    Lack.MODULE_WITHOUT_MEETING: _(
        "Niet elke module heeft een bijeenkomst. De data liggen dan tussen die van de modules ervoor en erna."
    ),
    Lack.OUTSIDE_PERIOD: _("Een bijeenkomst valt buiten de periode van het cohort."),
    Lack.DUE_AFTER_END: _("Een module hoeft pas klaar te zijn na de laatste dag van het cohort."),
    Lack.IN_THE_PAST: _("Een bijeenkomst ligt al in het verleden."),
}

CHECK_IN_PROBLEMS: dict[str, LazyText] = {
    "missing": _("Typ de code die je ziet op het scherm."),
    "wrong": _("Deze code klopt niet. Kijk nog eens goed, of vraag de trainer om de code."),
    "expired": _(
        "Er is nu geen code geldig. Vraag de trainer om een nieuwe te tonen, of om je aan te vinken."
    ),
}

ROW_PROBLEMS: dict[str, LazyText] = {
    "name_missing": _("Vul een naam in."),
    "name_given_missing": _("Vul ook de voornaam in."),
    "name_formula": _("Een naam begint niet met =, +, - of @."),
    "name_long": _("Houd de naam korter dan 120 tekens."),
    "name_shape": _("Dit lijkt geen naam. Vul een voornaam en een achternaam in."),
    "email_missing": _("Vul een e‑mailadres in."),
    "email_at": _("Er hoort precies één @ in te staan."),
    "email_several": _("Er staan twee adressen in. Laat er één staan."),
    "email_space": _("Er staat een spatie in."),
    "email_comma": _("Er staat een komma in plaats van een punt."),
    "email_domain": _("Na de @ hoort een adres met een punt, zoals school.nl."),
    "email_shape": _("Dit is geen e‑mailadres zoals naam@school.nl."),
    "email_long": _("Dit adres is te lang."),
    "email_closed": _("Dit account is gesloten. Gebruik een ander adres."),
    "own_place": _("Dit ben jij zelf. Vraag een collega-organisator om je toe te voegen."),
    "email_double": _("Rij %(about)s heeft dit adres ook, met een andere naam."),
    "institution_missing": _("Kies een instelling."),
    "institution_unknown": _("In het bestand staat ‘%(text)s’."),
}
"""What was expected in a cell; %(about)s is another row, %(text)s what stands in the file."""

ROW_SUMMARIES: dict[str, LazyText] = {
    "name_missing": _("Rij %(row)s: de naam ontbreekt"),
    "name_given_missing": _("Rij %(row)s: de voornaam ontbreekt"),
    "name": _("Rij %(row)s: de naam klopt niet"),
    "email_missing": _("Rij %(row)s: het e‑mailadres ontbreekt"),
    "email_double": _("Rij %(row)s: het e‑mailadres komt vaker voor"),
    "email_closed": _("Rij %(row)s: het account is gesloten"),
    "own_place": _("Rij %(row)s: dit ben jij zelf"),
    "email": _("Rij %(row)s: het e‑mailadres klopt niet"),
    "institution_missing": _("Rij %(row)s: de instelling ontbreekt"),
    "institution": _("Rij %(row)s: de instelling is onbekend"),
}
"""The line in the summary, by code or else by field."""

ROW_REMARKS: dict[str, LazyText] = {
    "elsewhere": _("Zit al in %(about)s."),
    "moved": _("Staat bij ons bij %(about)s. Werkt nu hier?"),
    "withdrawn": _("Stopte eerder met dit cohort."),
    "twice": _("Staat er al in, in rij %(about)s."),
    EnrolmentState.INVITED: _("Is al toegevoegd."),
    EnrolmentState.WAITLISTED: _("Staat al op de wachtlijst."),
    EnrolmentState.ACTIVE: _("Doet al mee."),
    EnrolmentState.COMPLETED: _("Heeft dit cohort afgerond."),
}

COLUMN_NAMES: dict[str, LazyText] = {
    "name": _("naam (of voornaam en achternaam)"),
    "email": _("e‑mailadres"),
    "institution": _("instelling (of brin)"),
}

FIELD_NAMES: dict[str, LazyText] = {
    "name": _("Hele naam"),
    "given_name": _("Voornaam"),
    "particle": _("Tussenvoegsel"),
    "family_name": _("Achternaam"),
    "email": _("E‑mailadres"),
    "institution": _("Instelling"),
    "brin": _("BRIN"),
    "job_title": _("Functie"),
}
"""What a column of a file can hold."""

FILE_PROBLEMS: dict[str, LazyText] = {
    "none": _("Kies eerst een bestand."),
    "empty": _("Dit bestand is leeg."),
    "spreadsheet": _(
        "Dit bestand is beschadigd, of het is geen Excel-bestand. Open het en kies Opslaan als, Excel-werkmap (.xlsx)."
    ),
    "xls": _("Dit is een ouder soort Excel-bestand. Open het en kies Opslaan als, Excel-werkmap (.xlsx)."),
    "ods": _("Dit is een ODS-bestand. Open het en kies Opslaan als, Excel-werkmap (.xlsx) of CSV."),
    "locked": _(
        "Op dit bestand zit een wachtwoord. Open het, haal het wachtwoord eraf en sla het opnieuw op als .xlsx."
    ),
    "web_page": _(
        "Dit is een webpagina met de naam van een lijst. Open het in Excel en kies Opslaan als, Excel-werkmap (.xlsx)."
    ),
    "too_large_inside": _(
        "Dit bestand is uitgepakt te groot. Zet alleen de lijst met deelnemers in een nieuwe werkmap."
    ),
    "same_column": _("Kies voor elk gegeven een eigen kolom."),
    "not_csv": _(
        "In dit bestand vinden we geen lijst met namen en e‑mailadressen. Sla je lijst op als Excel-werkmap (.xlsx) of CSV."
    ),
    "missing_columns": _("In dit bestand ontbreekt: %(columns)s. Gevonden in de kop: %(seen)s."),
    "columns_lacking": _("Kies ook de kolom met: %(columns)s."),
    "no_rows": _("Onder de kop staan geen deelnemers."),
    "too_many_rows": _("Er staan meer dan 5000 rijen in. Verdeel de lijst over een paar bestanden."),
    "too_large": _("Dit bestand is groter dan 5 MB. Verdeel de lijst over een paar bestanden."),
}

OWN_PLACE = _("Je kunt je eigen plaats niet veranderen. Vraag een collega-organisator om dat te doen.")
"""When an organiser would invite themselves again or choose their own peer group."""

ACCOUNT_CLOSED = _("Dit account is gesloten. Open het eerst weer, dan kan er een plaats bij.")

INVITE_REFUSALS: dict[str, LazyText] = {"own_place": OWN_PLACE, "account_closed": ACCOUNT_CLOSED}

LEAVE_REASONS: dict[str, LazyText] = {
    LeaveReason.TIME: _("Er is nu te weinig tijd"),
    LeaveReason.WORK: _("Een andere baan of andere taken"),
    LeaveReason.MOMENT: _("Liever in een ander cohort of een ander jaar"),
    LeaveReason.CONTENT: _("Het programma past niet"),
    LeaveReason.OTHER: _("Iets anders"),
}

TRANSFER_REFUSALS: dict[str, LazyText] = {
    "cohort_full": _("In dat cohort is geen plaats vrij."),
    "already_there": _("Deze deelnemer zit al in dat cohort."),
    "other_programme": _("Dat cohort volgt een ander programma."),
    "own_place": OWN_PLACE,
    "account_closed": ACCOUNT_CLOSED,
}

GROUP_NAME_PROBLEMS: dict[str, LazyText] = {
    "missing": _("Geef de groep een naam."),
    "long": _("Houd de naam korter dan 60 tekens."),
    "taken": _("Er is in dit cohort al een groep met deze naam."),
}

FORM_PROBLEMS: dict[str, LazyText] = {
    "missing": _("Vul dit in."),
    "taken": _("Er is al een cohort met deze naam."),
    "before_start": _("De einddatum ligt vóór de begindatum."),
    "too_long": _("Dat duurt te lang. Controleer de data."),
    "out_of_range": _("Kies een aantal van 1 tot en met 1000."),
    "minutes": _("Kies een aantal minuten van 0 tot en met 600."),
    "below_taken": _("Er doen al meer mensen mee. Kies een hoger aantal."),
    "unknown": _("Kies een van de mogelijkheden."),
    "fixed": _("Na het openen kan het programma niet meer veranderen."),
    "long": _("Dit is te lang."),
    "before_begin": _("De eindtijd ligt vóór de begintijd."),
    "held": _("Er is al opgeschreven wie er was. Dag, tijd en module staan daarom vast."),
    "not_a_link": _("Een link begint met https:// en heeft geen spaties."),
    "before_opening": _("De inleverdatum ligt vóór de dag waarop de module opengaat."),
    "name_needed": _("Dit adres kennen we nog niet. Vul ook een naam in."),
    "account_closed": _("Dit account is gesloten."),
    "is_trainer": _("Deze persoon is al trainer van dit cohort."),
    "email_taken": _("Dit adres hoort al bij iemand."),
    "name_missing": _("Vul een naam in."),
    "in_the_past": _("Kies een dag die nog komt."),
    "too_far": _("Kies een dag binnen een jaar."),
    "not_later": _("Kies een dag na de datum die nu geldt. Wat al af is, krijgt geen andere datum."),
    "period_taken": _("Deze vakantie staat er al, met dezelfde regio en eerste dag."),
    "nobody": _("Er zijn nog geen deelnemers om te verdelen."),
    **ROW_PROBLEMS,
}
"""Words for the codes with which the use cases of this feature refuse."""

REGIONS: dict[str, LazyText] = {
    "": _("heel Nederland"),
    Region.NORTH: _("regio noord"),
    Region.MIDDLE: _("regio midden"),
    Region.SOUTH: _("regio zuid"),
}
"""Where schools have a free period."""

CHANGES: dict[str, LazyText] = {
    Change.NEW: _("Nieuw"),
    Change.GONE: _("Vervalt"),
    Change.CHANGED: _("Veranderd"),
}

PART_KINDS: dict[str, LazyText] = {
    PartKind.MODULE: _("Module"),
    PartKind.TOPIC: _("Onderwerp"),
    PartKind.ACTIVITY: _("Opdracht"),
    PartKind.READING: _("Leestip"),
}

ASPECTS: dict[str, LazyText] = {
    Aspect.MODULE: _("staat in een andere module"),
    Aspect.KIND: _("is een andere soort opdracht"),
    Aspect.REQUIRED: _("is nu verplicht"),
    Aspect.OPTIONAL: _("is niet meer verplicht"),
    Aspect.TITLE: _("heeft een andere titel"),
    Aspect.MINUTES: _("kost meer of minder tijd"),
    Aspect.DUE: _("heeft een andere inlevertermijn"),
    Aspect.SETTINGS: _("heeft andere vragen of criteria"),
    Aspect.TEXT: _("heeft een andere tekst"),
}
"""What about a part of an edition is different, after its name."""
