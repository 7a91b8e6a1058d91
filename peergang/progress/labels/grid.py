"""Words for the grid of a cohort and for what is done for several people at once."""

from enum import StrEnum

from peergang.core.i18n import LazyText, lazy_gettext as _
from peergang.progress.rules.grid_view import Show
from peergang.reminders.actions.nudging import How
from peergang.reminders.labels import REASONS

SHOWS: dict[Show, LazyText] = {
    Show.ALL: _("Iedereen"),
    Show.WAITING: _("Wie op een trainer wacht"),
    Show.LATE: _("Bij wie een datum voorbij is"),
    Show.ATTENTION: _("Wie aandacht vraagt"),
}


class Deed(StrEnum):
    """What can be done for several people at once, as it stands in the address."""

    REMIND = "herinneren"
    EXTEND = "uitstel"
    ATTEND = "aanwezig"
    COMPLETE = "afronden"


DEEDS: dict[Deed, tuple[LazyText, str]] = {
    Deed.REMIND: (_("Herinner"), "bell"),
    Deed.EXTEND: (_("Geef uitstel"), "calendar-plus"),
    Deed.ATTEND: (_("Markeer als aanwezig"), "clipboard-check"),
    Deed.COMPLETE: (_("Markeer als afgerond"), "person-check"),
}

TITLES: dict[Deed, LazyText] = {
    Deed.REMIND: _("Herinneren"),
    Deed.EXTEND: _("Uitstel geven"),
    Deed.ATTEND: _("Aanwezigheid"),
    Deed.COMPLETE: _("Als afgerond markeren"),
}

LEADS: dict[Deed, LazyText] = {
    Deed.REMIND: _(
        "Een vriendelijk bericht over één opdracht, met jouw naam eronder. Het telt mee in wat iemand per week krijgt."
    ),
    Deed.EXTEND: _("Een latere datum voor deze mensen, met één reden. De groep houdt haar eigen data."),
    Deed.ATTEND: _(
        "Wie je kiest, was bij deze bijeenkomst. De opdracht van die bijeenkomst is dan afgerond."
    ),
    Deed.COMPLETE: _("Wat jij weet, geldt dan als bewijs. Deelnemers zien de reden, en dat jij het was."),
}

DONE: dict[Deed, LazyText] = {
    Deed.REMIND: _("krijgt een herinnering"),
    Deed.EXTEND: _("heeft meer tijd"),
    Deed.ATTEND: _("staat als aanwezig"),
    Deed.COMPLETE: _("heeft de opdracht afgerond"),
}

UNDO: dict[Deed, LazyText] = {
    Deed.REMIND: _("Neem de herinneringen terug"),
    Deed.EXTEND: _("Trek het uitstel in"),
    Deed.COMPLETE: _("Neem de markering terug"),
}
"""What can be taken back. Attendance is corrected on the list of the meeting."""

HOWS: dict[How, LazyText] = {
    How.MAIL: _("per mail, over tien minuten of zodra het schikt"),
    How.BUNDLE: _("in de eigen bundel van de dag of de week"),
    How.LATER: _("zodra er ruimte is, want deze week kwam er al veel mail"),
    How.SITE: _("bij de berichten op de site, niet per mail"),
}

SKIPPED: dict[str, LazyText] = {
    **REASONS,
    "told": _("kreeg hier net een automatische herinnering over"),
    "self": _("dat ben je zelf"),
    "gone": _("doet niet mee aan dit cohort"),
    "not_later": _("heeft deze opdracht al af, of heeft al zo veel tijd"),
    "enrolment_state": _("doet niet (meer) mee"),
    "already_completed": _("heeft deze opdracht al afgerond"),
    "already_present": _("stond al als aanwezig"),
}
"""Why something was not done for somebody."""
