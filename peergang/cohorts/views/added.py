"""Saying what adding people did: who got a place, who waits, who left and who came in their place."""

from peergang.cohorts.actions.seats import Enrolled
from peergang.core.i18n import gettext as _, ngettext


def said_of_adding(enrolled: Enrolled, withdrawn: int = 0, promoted: int = 0) -> tuple[str, str]:
    """The sentences and their kind. What did not happen is not said: nobody reads of 0 people."""
    texts = _of_who_came(enrolled)
    if withdrawn:
        texts.append(
            ngettext(
                "%(num)s deelnemer uit dit cohort gehaald.",
                "%(num)s deelnemers uit dit cohort gehaald.",
                withdrawn,
            )
        )
    texts += of_promoted(promoted)
    if texts:
        return " ".join(texts), "ok" if enrolled.invited or withdrawn else "now"
    if enrolled.unchanged:
        return _("Deze deelnemer stond al in dit cohort. Er is niets veranderd."), "now"
    return _("Er is niemand toegevoegd."), "now"


def _of_who_came(enrolled: Enrolled) -> list[str]:
    invited, waiting = len(enrolled.invited), len(enrolled.waitlisted)
    if waiting and not invited:
        return [
            ngettext(
                "Het cohort is vol: %(num)s deelnemer staat nu op de wachtlijst.",
                "Het cohort is vol: %(num)s deelnemers staan nu op de wachtlijst.",
                waiting,
            )
        ]
    texts = []
    if invited:
        texts.append(ngettext("%(num)s deelnemer toegevoegd.", "%(num)s deelnemers toegevoegd.", invited))
    if waiting:
        texts.append(
            ngettext(
                "%(num)s staat op de wachtlijst, omdat het cohort vol is.",
                "%(num)s staan op de wachtlijst, omdat het cohort vol is.",
                waiting,
            )
        )
    return texts


def of_promoted(number: int) -> list[str]:
    """That so many people of the waiting list have a place now; nothing when nobody has."""
    if not number:
        return []
    return [
        ngettext(
            "%(num)s deelnemer van de wachtlijst heeft nu een plaats.",
            "%(num)s deelnemers van de wachtlijst hebben nu een plaats.",
            number,
        )
    ]
