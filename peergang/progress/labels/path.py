"""Words for one's own path: whose turn it is, until when, and how meetings went."""

from dataclasses import dataclass
from datetime import datetime

from peergang.cohorts.rules import AttendanceState
from peergang.core.dates import day_month, moment_full, relative_day, weekday_date
from peergang.core.i18n import LazyText, gettext as _, lazy_gettext, ngettext
from peergang.progress.rules.path import Counts, Turn


@dataclass(frozen=True, slots=True)
class Look:
    """A word with its mark: see the `status` macro."""

    kind: str
    icon: str
    text: LazyText


TURNS: dict[Turn, Look] = {
    Turn.DONE: Look("ok", "", lazy_gettext("Klaar")),
    Turn.OWN: Look("now", "", lazy_gettext("Jij bent aan zet")),
    Turn.PEERS: Look("wait", "people", lazy_gettext("Wacht op je groep")),
    Turn.TRAINER: Look("wait", "hourglass-split", lazy_gettext("Wacht op je trainer")),
    Turn.PLATFORM: Look("wait", "moon-stars", lazy_gettext("Vannacht klaar")),
    Turn.TOGETHER: Look("later", "people", lazy_gettext("Doen jullie samen")),
    Turn.LATER: Look("later", "", lazy_gettext("Komt nog")),
    Turn.ENDED: Look("later", "dash-circle", lazy_gettext("Niet afgerond")),
}

FREE = Look("later", "", lazy_gettext("Als je wilt"))
"""For what one may do and nobody asks."""

ATTENDANCE: dict[str, Look] = {
    AttendanceState.PRESENT: Look("ok", "", lazy_gettext("Je was erbij")),
    AttendanceState.EXCUSED: Look("later", "calendar-x", lazy_gettext("Afgemeld")),
    AttendanceState.ABSENT: Look("later", "dash-circle", lazy_gettext("Je was er niet")),
}
TO_COME = Look("later", "", lazy_gettext("Komt nog"))
NOT_WRITTEN_DOWN = Look("wait", "", lazy_gettext("Nog niet opgeschreven"))
SIGNED_OFF = Look("later", "calendar-x", lazy_gettext("Je meldde je af"))


def due_text(due_at: datetime, now: datetime, *, extended: bool) -> str:
    """Until when, without ever calling somebody late."""
    if due_at < now:
        return _("De datum was %(day)s. Het kan nog steeds.", day=weekday_date(due_at))
    values = {"moment": moment_full(due_at), "far": relative_day(due_at, now)}
    if extended:
        return _("Vóór %(moment)s (%(far)s), je kreeg uitstel", **values)
    return _("Vóór %(moment)s (%(far)s)", **values)


def later_text(opens_at: datetime, due_at: datetime, now: datetime, *, extended: bool) -> str:
    """When something that is still to come begins, and until when it is asked."""
    if opens_at <= now:
        return due_text(due_at, now, extended=extended)
    values = {"first": day_month(opens_at), "last": day_month(due_at)}
    if extended:
        return _("Van %(first)s tot %(last)s, je kreeg uitstel", **values)
    return _("Van %(first)s tot %(last)s", **values)


def lead_text(counts: Counts, *, ended: bool) -> str:
    """The path in a sentence or three."""
    told = [
        ngettext(
            "Je hebt %(num)s van de %(total)s onderdelen afgerond.",
            "Je hebt %(num)s van de %(total)s onderdelen afgerond.",
            counts.done,
            total=counts.required,
        )
    ]
    if ended:
        return told[0]
    if counts.own:
        told.append(ngettext("Eén ding kun je nu doen.", "%(num)s dingen kun je nu doen.", counts.own))
    if counts.others:
        told.append(
            ngettext("Eén ding ligt bij een ander.", "%(num)s dingen liggen bij een ander.", counts.others)
        )
    return " ".join(told)
