"""Words for what completes an activity, what it still lacks, and what proved it."""

from peergang.cohorts.rules.completion import OVERRIDE
from peergang.core.i18n import LazyText, lazy_gettext as _
from peergang.coursework.rules.completion import NOBODY_TO_READ, Lack
from peergang.curriculum.rules import ActivityKind

COMPLETES: dict[str, LazyText] = {
    ActivityKind.READ: _("Klaar zodra je alle onderwerpen van deze module als gelezen markeert."),
    ActivityKind.CONVERSATION: _("Klaar zodra je het gesprek vastlegt. Je notities zijn alleen van jou."),
    ActivityKind.REFLECTION: _("Klaar zodra je trainer de reflectie met je afrondt."),
    ActivityKind.PEER_FEEDBACK: _("Klaar zodra je genoeg groepsgenoten feedback gaf."),
    ActivityKind.PRACTICE_EXAMPLE: _("Klaar zodra je voorbeeld in de bibliotheek staat."),
    ActivityKind.MEETING: _("Klaar als je erbij was. De trainer houdt dat bij."),
    ActivityKind.SCAN: _("Deze opdracht doen jullie samen. Je hoeft hier niets in te vullen."),
}
"""The rule, for each kind."""

LACKS: dict[str, LazyText] = {
    Lack.READER: _(
        "Je schrijft nu alleen voor jezelf. Laat ook je trainer lezen, dan kunnen jullie afronden."
    ),
    Lack.GROUP: _("Je hebt ingeleverd. Eerst leest je groep, daarna je trainer."),
    Lack.TRAINER: _("Je hebt ingeleverd. Je trainer is aan de beurt."),
    Lack.READING_NOW: _("Je trainer is aan het lezen."),
    Lack.ADDITION: _("Je trainer vraagt je om een aanvulling."),
    Lack.WITHDRAWN: _("Je hebt je reflectie teruggetrokken. Je kunt er weer aan verder."),
    Lack.WRITING: _("Je bent nog niet begonnen met schrijven."),
    Lack.TONIGHT: _("Meer is er niet te lezen. Vannacht komt deze opdracht vanzelf op klaar."),
    Lack.NOTHING_TO_READ: _(
        "Er staat nu niets klaar om te lezen. Je krijgt bericht zodra een groepsgenoot iets deelt."
    ),
    Lack.ATTENDANCE: _("Je staat nog niet bij de aanwezigen. Was je er wel? Zeg het je trainer."),
}
"""What is missing, where it takes no numbers; views/completion.py has the rest. What is left out the rule says itself."""

PROOFS: dict[str, LazyText] = {
    "review": _("Afgerond op %(day)s, door de beoordeling van %(who)s."),
    "conversation": _("Afgerond op %(day)s, met het gesprek dat je vastlegde."),
    "topics_read": _("Afgerond op %(day)s, met het laatste onderwerp dat je las."),
    "peer_feedback": _("Afgerond op %(day)s, met de feedback die je gaf."),
    "practice_example": _("Afgerond op %(day)s, met je voorbeeld in de bibliotheek."),
    "attendance": _("Afgerond op %(day)s: je was erbij."),
    NOBODY_TO_READ: _("Afgerond op %(day)s: er was niemand om feedback aan te geven."),
    OVERRIDE: _("Afgerond op %(day)s: je trainer markeerde dit zo."),
}
"""By which evidence it was completed."""

PROVEN = _("Afgerond op %(day)s.")
"""For evidence of a kind that this version has no words for."""

SEE: dict[str, LazyText] = {
    "review": _("Lees de beoordeling"),
    "conversation": _("Naar je gesprekken"),
    "peer_feedback": _("Bekijk je feedback"),
    "practice_example": _("Bekijk je voorbeeld"),
    "attendance": _("Naar de bijeenkomst"),
    OVERRIDE: _("Lees waarom"),
}
"""Where to find the evidence."""
