"""Where somebody's reflection is and what they wait for, in words."""

from collections.abc import Sequence
from datetime import datetime

from babel.lists import format_list

from peergang.core.dates import weekday_date
from peergang.core.i18n import LazyText, current_locale, gettext as _, lazy_gettext, ngettext
from peergang.coursework.labels import STATES, Look
from peergang.coursework.rules.allocation import term_of
from peergang.coursework.rules.phases import TIME_TO_REVISE, Peers, Phase, settled_at

STEP_NAMES: dict[str, LazyText] = {
    Phase.WRITING: lazy_gettext("Schrijven"),
    Phase.WITH_PEERS: lazy_gettext("Groep"),
    Phase.REVISING: lazy_gettext("Herzien"),
    Phase.RETURNED: lazy_gettext("Aanvullen"),
    Phase.WITH_TRAINER: lazy_gettext("Trainer"),
    Phase.DONE: lazy_gettext("Klaar"),
}

PHASE_LOOKS: dict[str, Look] = {
    Phase.WITH_PEERS: Look("wait", "people", lazy_gettext("Je groep leest")),
    Phase.REVISING: Look("now", "pencil", lazy_gettext("Verbeter of stuur door")),
}
"""What was handed in and is not with the trainer yet; for the others the state says it."""


def look_of(phase: Phase, state: str) -> Look:
    """A reflection in a word or two."""
    return PHASE_LOOKS.get(phase) or STATES[state]


def phase_text(phase: Phase, peers: Peers, waiting: Sequence[str], now: datetime) -> str:
    """What an author does or waits for in this phase; `waiting` are the given names of who was asked to read."""
    match phase:
        case Phase.WITH_PEERS:
            return _with_peers(peers, waiting, now)
        case Phase.REVISING:
            return _revising(peers, now)
        case Phase.WITH_TRAINER:
            return _("Je tekst ligt bij je trainer. Je krijgt bericht zodra er antwoord is.")
        case Phase.RETURNED:
            return _(
                "Je trainer vraagt je om een aanvulling. Daarna gaat je tekst meteen weer naar je trainer."
            )
        case Phase.DONE:
            return _("Je trainer las je reflectie en rondde die met je af.")
    return ""


def _with_peers(peers: Peers, waiting: Sequence[str], now: datetime) -> str:
    if peers.gap_at is not None and peers.gap_at <= now:
        return _(
            "Je groep kwam er niet aan toe. Stuur je tekst door naar je trainer, of wacht: je trainer ziet dat er"
            " niets kwam."
        )
    if not waiting:
        return _(
            "Je groep leest je tekst zodra nog iemand klaar is met schrijven. Je hoeft nu niets te doen."
        )
    names = format_list(waiting, locale=current_locale())
    until = term_of(peers.due_at, peers.submitted_at) if peers.submitted_at else None
    if until is None or until <= now:
        return _("Je wacht op %(names)s.", names=names)
    return _("Je wacht op %(names)s. Je groep heeft tot %(date)s.", names=names, date=weekday_date(until))


def _revising(peers: Peers, now: datetime) -> str:
    since = settled_at(peers, now) or now
    last = weekday_date(since + TIME_TO_REVISE)
    if peers.sent >= peers.needed:
        return _(
            "Alle feedback is binnen. Verbeter je tekst of stuur hem door. Op %(date)s gaat hij anders vanzelf"
            " naar je trainer.",
            date=last,
        )
    return ngettext(
        "Er is %(num)s reactie binnen en de tijd van je groep is om. Verbeter je tekst of stuur hem door. Op"
        " %(date)s gaat hij anders vanzelf naar je trainer.",
        "Er zijn %(num)s reacties binnen en de tijd van je groep is om. Verbeter je tekst of stuur hem door. Op"
        " %(date)s gaat hij anders vanzelf naar je trainer.",
        peers.sent,
        date=last,
    )
