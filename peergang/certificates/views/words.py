"""Criteria in words: for who is on the way, kindly, and for who reads a badge."""

from peergang.certificates.rules.criteria import Criterion, Line, Terms
from peergang.core.i18n import gettext as _, ngettext


def title_of(line: Line) -> str:
    """What is asked."""
    match line.criterion:
        case Criterion.ACTIVITIES:
            if line.needed == line.total:
                return _("Alle opdrachten afronden")
            return ngettext("%(num)s opdracht afronden", "%(num)s opdrachten afronden", line.needed)
        case Criterion.MEETINGS:
            return ngettext(
                "Bij %(num)s bijeenkomst zijn",
                "Bij %(num)s bijeenkomsten zijn",
                line.needed,
            )
    return ngettext("%(num)s praktijkvoorbeeld delen", "%(num)s praktijkvoorbeelden delen", line.needed)


def state_of(line: Line) -> str:
    """How far the reader is: what they did when it is enough, and otherwise what is left."""
    if line.is_met:
        return _met(line)
    match line.criterion:
        case Criterion.ACTIVITIES:
            return ngettext("Nog %(num)s opdracht te gaan.", "Nog %(num)s opdrachten te gaan.", line.missing)
        case Criterion.MEETINGS:
            if not line.total:
                return _("De bijeenkomsten worden nog gepland.")
            return ngettext(
                "Nog %(num)s bijeenkomst te gaan.", "Nog %(num)s bijeenkomsten te gaan.", line.missing
            )
    return ngettext("Nog %(num)s voorbeeld te delen.", "Nog %(num)s voorbeelden te delen.", line.missing)


def progress_of(line: Line) -> str:
    """What is asked and how far it is, in so few words that it fits beside something else."""
    match line.criterion:
        case Criterion.ACTIVITIES:
            if not line.total:
                return _("opdrachten die nog komen")
            return ngettext(
                "%(done)s van de %(num)s opdracht af",
                "%(done)s van de %(num)s opdrachten af",
                line.needed,
                done=line.done,
            )
        case Criterion.MEETINGS:
            if not line.total:
                return _("bijeenkomsten die nog gepland worden")
            return ngettext(
                "bij %(done)s van de %(num)s bijeenkomst geweest",
                "bij %(done)s van de %(num)s bijeenkomsten geweest",
                line.needed,
                done=line.done,
            )
    return ngettext(
        "nog %(num)s praktijkvoorbeeld te delen", "nog %(num)s praktijkvoorbeelden te delen", line.missing
    )


def _met(line: Line) -> str:
    match line.criterion:
        case Criterion.ACTIVITIES:
            return ngettext("Je hebt %(num)s opdracht af.", "Je hebt %(num)s opdrachten af.", line.done)
        case Criterion.MEETINGS:
            return ngettext("Je was bij %(num)s bijeenkomst.", "Je was bij %(num)s bijeenkomsten.", line.done)
    return ngettext("Je deelde %(num)s voorbeeld.", "Je deelde %(num)s voorbeelden.", line.done)


def narrative_of(terms: Terms, *, by_hand: bool) -> str:
    """What its holder did, as a badge says it. Of one that was given by hand nobody knows that everything asked was done."""
    said = (
        [_("Een trainer of organisator oordeelde dat het programma is afgerond.")]
        if by_hand
        else _asked(terms)
    )
    return " ".join((*said, ngettext("Studielast: %(num)s uur.", "Studielast: %(num)s uur.", terms.hours)))


def _asked(terms: Terms) -> list[str]:
    said = []
    if terms.activities:
        said.append(
            _("Rondde ten minste %(percent)s%% van de verplichte opdrachten af.", percent=terms.activities)
        )
    if terms.meetings:
        said.append(_("Was bij ten minste %(percent)s%% van de bijeenkomsten.", percent=terms.meetings))
    if terms.examples:
        said.append(
            ngettext(
                "Deelde ten minste %(num)s voorbeeld uit de eigen praktijk.",
                "Deelde ten minste %(num)s voorbeelden uit de eigen praktijk.",
                terms.examples,
            )
        )
    return said
