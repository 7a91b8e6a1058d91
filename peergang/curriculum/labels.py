"""Words and icons for the fixed lists of the curriculum."""

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.curriculum.rules import ActivityKind, KeyFigure, Phase, Theme

FIGURES: dict[str, LazyText] = {
    KeyFigure.TEACHER: lazy_gettext("Docent"),
    KeyFigure.I_COACH: lazy_gettext("I‑coach"),
    KeyFigure.SCHOOL_LEADER: lazy_gettext("Teamleider of schoolleider"),
    KeyFigure.STAFF: lazy_gettext("Stafmedewerker"),
    KeyFigure.BOARD: lazy_gettext("Bestuurder"),
}
"""A key figure as a choice or a heading."""

TALKING_WITH: dict[str, LazyText] = {
    KeyFigure.TEACHER: lazy_gettext("In gesprek met een docent"),
    KeyFigure.I_COACH: lazy_gettext("In gesprek met een i‑coach"),
    KeyFigure.SCHOOL_LEADER: lazy_gettext("In gesprek met een teamleider of schoolleider"),
    KeyFigure.STAFF: lazy_gettext("In gesprek met een stafmedewerker"),
    KeyFigure.BOARD: lazy_gettext("In gesprek met een bestuurder"),
}
"""What stands on top of a conversation card."""

FIGURE_HINTS: dict[str, LazyText] = {
    KeyFigure.TEACHER: lazy_gettext("uit welk team ook"),
    KeyFigure.I_COACH: lazy_gettext("een collega, of jijzelf"),
    KeyFigure.SCHOOL_LEADER: lazy_gettext("wie een team leidt"),
    KeyFigure.STAFF: lazy_gettext("zoals HR, beleid of informatiemanagement"),
    KeyFigure.BOARD: lazy_gettext("directie of college van bestuur"),
}
"""Who is meant by a key figure."""

FIGURE_ICONS: dict[str, str] = {
    KeyFigure.TEACHER: "person",
    KeyFigure.I_COACH: "arrow-repeat",
    KeyFigure.SCHOOL_LEADER: "people",
    KeyFigure.STAFF: "person-lines-fill",
    KeyFigure.BOARD: "bank",
}

THEMES: dict[str, LazyText] = {
    Theme.LEARNING_PROCESS: lazy_gettext("Onderwijs en leren"),
    Theme.CULTURE: lazy_gettext("Taken, cultuur en samenwerken"),
    Theme.ENVIRONMENT: lazy_gettext("Omgeving"),
    Theme.OWN_DEVELOPMENT: lazy_gettext("Eigen professionalisering"),
    Theme.EQUAL_OPPORTUNITIES: lazy_gettext("Gelijke kansen"),
    Theme.SAFETY: lazy_gettext("Veiligheid"),
    Theme.PRIVACY: lazy_gettext("Privacy (AVG)"),
}

PHASES: dict[str, LazyText] = {
    Phase.INSPIRE: lazy_gettext("Inspireren"),
    Phase.DESIGN: lazy_gettext("Ontwerpen en ontwikkelen"),
    Phase.TRY_OUT: lazy_gettext("Uitproberen"),
    Phase.REFLECT: lazy_gettext("Reflecteren"),
    Phase.SHARE: lazy_gettext("Delen"),
}

KINDS: dict[str, LazyText] = {
    ActivityKind.READ: lazy_gettext("Lezen"),
    ActivityKind.CONVERSATION: lazy_gettext("Gesprek"),
    ActivityKind.REFLECTION: lazy_gettext("Reflectie"),
    ActivityKind.PEER_FEEDBACK: lazy_gettext("Peerfeedback"),
    ActivityKind.PRACTICE_EXAMPLE: lazy_gettext("Praktijkvoorbeeld"),
    ActivityKind.MEETING: lazy_gettext("Bijeenkomst"),
    ActivityKind.SCAN: lazy_gettext("Zelfscan"),
}

KIND_ICONS: dict[str, str] = {
    ActivityKind.READ: "book",
    ActivityKind.CONVERSATION: "chat-square-quote",
    ActivityKind.REFLECTION: "pencil-square",
    ActivityKind.PEER_FEEDBACK: "chat-left-text",
    ActivityKind.PRACTICE_EXAMPLE: "lightbulb",
    ActivityKind.MEETING: "calendar-event",
    ActivityKind.SCAN: "bar-chart",
}

MAIN_QUESTIONS: dict[str, LazyText] = {
    "1": lazy_gettext("Leren en lesgeven"),
    "2a": lazy_gettext("De opdracht"),
    "2b": lazy_gettext("Ondersteunen en delen"),
    "3": lazy_gettext("Ict en de omgeving"),
    "4": lazy_gettext("Eigen ontwikkeling"),
}
"""Short names of the main questions, to stand after their number."""
