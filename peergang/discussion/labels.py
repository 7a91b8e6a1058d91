"""Words for the choices, problems and refusals of conversations."""

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.discussion.rules import Level

LEVELS: dict[str, LazyText] = {
    Level.FOLLOW: lazy_gettext("Volg"),
    Level.OFF: lazy_gettext("Niet volgen"),
    Level.MUTE: lazy_gettext("Stil"),
}

LEVEL_HINTS: dict[str, LazyText] = {
    Level.FOLLOW: lazy_gettext("Zijn er nieuwe reacties? Dan krijg je daarover hooguit één mail per dag."),
    Level.OFF: lazy_gettext("Geen mail over nieuwe reacties, tot je zelf reageert of iemand je noemt."),
    Level.MUTE: lazy_gettext(
        "Ook als je reageert blijft het stil, en er telt niets meer als nieuw. Alleen wie jou noemt, bereikt je nog."
    ),
}

CHOSEN: dict[str, LazyText] = {
    Level.FOLLOW: lazy_gettext("Je volgt dit gesprek. Je krijgt hooguit één mail per dag."),
    Level.OFF: lazy_gettext("Je volgt dit gesprek niet meer."),
    Level.MUTE: lazy_gettext("Het is stil. Alleen wie jou noemt, bereikt je nog."),
}

PROBLEMS: dict[str, LazyText] = {
    "missing": lazy_gettext("Schrijf hier minstens één zin."),
    "long": lazy_gettext("Deze tekst is te lang. Kort hem in; wat je schreef staat hier nog helemaal."),
    "mention_unclear": lazy_gettext(
        "Je noemt een voornaam die meer mensen hebben. Schrijf de hele naam achter de @, of kies bij ‘Noem iemand’."
    ),
    "many": lazy_gettext("Noem hooguit acht mensen. Wie het gesprek volgt, hoort het toch al."),
}

CONFLICTS: dict[str, LazyText] = {
    "cohort_closed": lazy_gettext(
        "Dit cohort is afgesloten. Je kunt alles blijven lezen, maar niets meer toevoegen."
    ),
    "cohort_cancelled": lazy_gettext(
        "Dit cohort gaat niet door. Je kunt alles blijven lezen, maar niets meer toevoegen."
    ),
    "not_open": lazy_gettext("Dit cohort is nog niet open. Vanaf dan kun je hier met elkaar praten."),
    "module_not_open": lazy_gettext("Deze module is nog niet open. Vanaf dan kun je hier met elkaar praten."),
    "post_gone": lazy_gettext("Dit bericht is intussen verborgen of verwijderd."),
    "post_hidden": lazy_gettext(
        "Een trainer heeft dit bericht verborgen. Wil je dat het helemaal verdwijnt? Vraag het je trainer."
    ),
    "post_changed": lazy_gettext(
        "In een ander venster heb je dit bericht intussen veranderd. Hieronder staat wat je nu schreef."
    ),
}
