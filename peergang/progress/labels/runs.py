"""Words for the full compiles of progress."""

from datetime import timedelta

from peergang.core.i18n import LazyText, gettext as _, lazy_gettext, ngettext
from peergang.progress.rules.runs import Origin, RunState

STATES: dict[RunState, tuple[str, LazyText]] = {
    RunState.RUNNING: ("now", lazy_gettext("bezig")),
    RunState.DONE: ("ok", lazy_gettext("klaar")),
    RunState.STOPPED: ("later", lazy_gettext("gestopt")),
    RunState.FAILED: ("risk", lazy_gettext("mislukt")),
}
"""Kind of the mark, and the words in it."""

ORIGINS: dict[Origin, LazyText] = {
    Origin.NIGHT: lazy_gettext("het platform zelf, ’s nachts"),
    Origin.PAGE: lazy_gettext("een beheerder"),
    Origin.SHELL: lazy_gettext("de opdrachtregel"),
}


def reason_words(reason: str) -> str:
    """Why a run failed."""
    if reason == "abandoned":
        return _("Niemand ging er langer dan een uur mee verder.")
    return _("Er ging iets mis (%(reason)s). In het logboek van de worker staat meer.", reason=reason)


def duration_words(length: timedelta) -> str:
    """A length of time, roughly."""
    seconds = int(length.total_seconds())
    if seconds < 1:
        return _("minder dan een seconde")
    if seconds < 90:
        return ngettext("%(num)s seconde", "%(num)s seconden", seconds)
    if seconds < 90 * 60:
        return ngettext("%(num)s minuut", "%(num)s minuten", round(seconds / 60))
    return ngettext("%(num)s uur", "%(num)s uur", round(seconds / 3600))


def left_words(left: timedelta | None) -> str:
    """How long a run still takes."""
    if left is None:
        return _("Hoe lang het duurt, weten we zo.")
    return _("Nog ongeveer %(length)s.", length=duration_words(left))
