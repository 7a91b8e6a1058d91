"""Words for the fixed lists of profiles."""

from peergang.core.i18n import LazyText, lazy_gettext, pick
from peergang.profiles.rules import FACTORS, SUBJECTS, SubjectKind, Visibility, factor_of

VISIBILITY: dict[str, LazyText] = {
    Visibility.TRAINERS: lazy_gettext("Alleen mijn trainers"),
    Visibility.COHORTS: lazy_gettext("Mijn cohorten"),
    Visibility.NETWORK: lazy_gettext("Het hele netwerk"),
}

VISIBILITY_HINTS: dict[str, LazyText] = {
    Visibility.TRAINERS: lazy_gettext("En jijzelf. Je staat niet in ‘Wie weet wat?’."),
    Visibility.COHORTS: lazy_gettext("Wie met jou in een cohort zit, en jullie trainers, vinden je."),
    Visibility.NETWORK: lazy_gettext("Iedereen die is ingelogd vindt je in ‘Wie weet wat?’."),
}

KINDS: dict[str, LazyText] = {
    SubjectKind.EXPERTISE: lazy_gettext("Weet ervan"),
    SubjectKind.INTEREST: lazy_gettext("Wil er meer van weten"),
}

TEXTS: dict[str, LazyText] = {
    "long": lazy_gettext("Houd het korter."),
    "unknown": lazy_gettext("Kies wie je profiel mag zien."),
}

_FACTOR = lazy_gettext("Succesfactor %(number)s")


def name_subjects(titles: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Every subject as code → (number or name of the factor, title), in their order, in the language of the reader."""
    found = {}
    for code in SUBJECTS:
        sign = _FACTOR % {"number": factor_of(code)} if code in FACTORS else code
        title = titles.get(code)
        found[code] = (sign, pick(*title) if title else "")
    return found
