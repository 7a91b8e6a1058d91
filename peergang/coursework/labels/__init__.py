"""Words for the states, choices and problems of coursework."""

from dataclasses import dataclass

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.coursework.rules import Audience, Decision, Judgement, ReflectionState
from peergang.coursework.rules.waiting import Wait


@dataclass(frozen=True, slots=True)
class Look:
    """A state in words, with its icon and colour: see the `status` macro."""

    kind: str
    icon: str
    text: LazyText


NOT_BEGUN = Look("later", "circle", lazy_gettext("Nog niet begonnen"))

STATES: dict[str, Look] = {
    ReflectionState.DRAFT: Look("later", "pencil", lazy_gettext("Concept")),
    ReflectionState.SUBMITTED: Look("wait", "hourglass-split", lazy_gettext("Ingeleverd")),
    ReflectionState.IN_REVIEW: Look("wait", "eye", lazy_gettext("Je trainer leest")),
    ReflectionState.RETURNED: Look("now", "arrow-counterclockwise", lazy_gettext("Graag aanvullen")),
    ReflectionState.APPROVED: Look("ok", "check-circle-fill", lazy_gettext("Afgerond")),
    ReflectionState.WITHDRAWN: Look("later", "dash-circle", lazy_gettext("Teruggetrokken")),
}

AUDIENCES: dict[str, LazyText] = {
    Audience.PRIVATE: lazy_gettext("Alleen ik"),
    Audience.TRAINER: lazy_gettext("Alleen mijn trainer"),
    Audience.PEER_GROUP: lazy_gettext("Mijn trainer en mijn peergroep"),
    Audience.COHORT: lazy_gettext("Iedereen in mijn cohort"),
}

SHARED_WITH: dict[str, LazyText] = {
    Audience.TRAINER: lazy_gettext("Gedeeld met de trainers"),
    Audience.PEER_GROUP: lazy_gettext("Gedeeld met de trainers en de peergroep"),
    Audience.COHORT: lazy_gettext("Gedeeld met het hele cohort"),
}

DECISIONS: dict[str, LazyText] = {
    Decision.APPROVE: lazy_gettext("Afgerond"),
    Decision.RETURN: lazy_gettext("Graag aanvullen"),
    Decision.TALK_FIRST: lazy_gettext("Eerst even praten"),
}

DECISION_LOOKS: dict[str, Look] = {
    Decision.APPROVE: Look("ok", "check-circle-fill", DECISIONS[Decision.APPROVE]),
    Decision.RETURN: Look("now", "arrow-counterclockwise", DECISIONS[Decision.RETURN]),
    Decision.TALK_FIRST: Look("now", "telephone", DECISIONS[Decision.TALK_FIRST]),
}

JUDGEMENTS: dict[str, LazyText] = {
    Judgement.NOT_YET: lazy_gettext("Nog niet"),
    Judgement.PARTLY: lazy_gettext("Deels"),
    Judgement.YES: lazy_gettext("Ja"),
}

JUDGEMENT_LOOKS: dict[str, Look] = {
    Judgement.NOT_YET: Look("later", "circle", JUDGEMENTS[Judgement.NOT_YET]),
    Judgement.PARTLY: Look("now", "circle-half", JUDGEMENTS[Judgement.PARTLY]),
    Judgement.YES: Look("ok", "check-circle-fill", JUDGEMENTS[Judgement.YES]),
}

WAIT_KINDS: dict[str, str] = {Wait.FRESH: "wait", Wait.LONG: "now", Wait.TOO_LONG: "risk"}

PLAIN_QUESTION_WORDS: dict[str, LazyText] = {
    "top": lazy_gettext("Wat is sterk aan deze reflectie?"),
    "tip": lazy_gettext("Wat zou jij kleiner, eerder of anders doen?"),
}

PROBLEMS: dict[str, LazyText] = {
    "audience_missing": lazy_gettext("Kies wie je reflectie mag lezen."),
    "audience_private": lazy_gettext(
        "Je koos ‘Alleen ik’. Zo kun je bewaren, maar niet inleveren. Kies wie er meeleest."
    ),
    "audience_not_now": lazy_gettext(
        "Deze keuze kan nu niet: je trainer moet je reflectie kunnen lezen. Trek die terug als je dat niet meer wilt."
    ),
    "title_missing": lazy_gettext("Geef je reflectie een titel."),
    "empty": lazy_gettext("Schrijf hier minstens één zin."),
    "too_long": lazy_gettext(
        "Deze tekst is te lang om te bewaren. Kort hem in; wat je plakte staat hier nog helemaal."
    ),
    "unchanged": lazy_gettext("Er is niets veranderd sinds de versie die je inleverde."),
    "prompt_set_unknown": lazy_gettext("Kies een van deze vragensets."),
    "decision_missing": lazy_gettext("Kies een besluit."),
    "message_missing": lazy_gettext("Schrijf wat je graag aangevuld ziet. Begin met wat sterk is."),
    "comment_empty": lazy_gettext("Schrijf een opmerking."),
    "too_many": lazy_gettext("Er staan al zoveel opmerkingen bij deze tekst dat er geen meer bij kan."),
    "seen_unknown": lazy_gettext("Kies een van de drie."),
    "seen_missing": lazy_gettext("Kies ook hoe duidelijk je dit ziet, of haal de plek weg."),
    "helpfulness_missing": lazy_gettext("Kies wat je aan deze feedback had."),
    "quote_missing": lazy_gettext("De gekozen woorden staan niet in deze tekst. Kies ze opnieuw."),
}

CONFLICTS: dict[str, LazyText] = {
    "reflection_state": lazy_gettext("Dit kan nu niet meer: de reflectie is intussen een stap verder."),
    "draft_moved_on": lazy_gettext("In een ander venster is intussen iets anders bewaard."),
    "feedback_read": lazy_gettext("Je feedback is intussen gelezen en ligt daarmee vast."),
    "feedback_unread": lazy_gettext("Open de feedback eerst; daarna kun je erop reageren."),
    "thanks_read": lazy_gettext("Je bedankje is intussen gelezen en ligt daarmee vast."),
    "review_taken": lazy_gettext("Een collega heeft deze reflectie opgepakt."),
    "review_held": lazy_gettext("Deze beoordeling wordt nu verstuurd."),
    "review_gone": lazy_gettext("Ongedaan maken kon niet meer: je beoordeling is al verstuurd."),
    "newer_version": lazy_gettext("De schrijver leverde intussen een nieuwe versie in."),
    "comment_too_late": lazy_gettext(
        "Je reactie op deze tekst is al verstuurd, dus een nieuwe opmerking komt niet meer aan."
    ),
    "cohort_closed": lazy_gettext(
        "Dit cohort is afgesloten. Je kunt alles blijven lezen, maar niets meer toevoegen."
    ),
    "cohort_cancelled": lazy_gettext(
        "Dit cohort gaat niet door. Je kunt alles blijven lezen, maar niets meer toevoegen."
    ),
    "feedback_expected": lazy_gettext(
        "Je groep heeft nog tijd om te reageren. Daarna kun je je tekst doorsturen."
    ),
    "gap_filled": lazy_gettext("Hier is intussen al feedback gegeven of gevraagd."),
    "no_reader": lazy_gettext("Deze persoon zit niet meer in de groep. Kies iemand anders."),
    "module_not_open": lazy_gettext("Deze module is nog niet open."),
    "comment_sent": lazy_gettext("Deze opmerking is al verstuurd en kan niet meer veranderen."),
}
