"""What somebody who searches in Dutch means: which words count, and in which forms they may stand in the text.

PostgreSQL's dutch stemmer alone misses coach/coaches, les/lessen, rol/rollen and thema/thema's, and it drops geen, meer
and veel; so the forms are made here and searched beside the stems.
"""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_DOUBLED = "bdfgklmnprst"
MAX_TERMS = 8
SUBSTRING_FROM = 5
"""From this length on a word is also found inside a compound: groep in intervisiegroep."""

_COMMON = """
aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een en er had heb hebben heeft hem
het hier hij hoe hun iets ik in is ja je jij jouw kan kon kunnen maar me mij mijn moet na naar nog nu of om omdat ons ook op
over te tot u uit uw van voor waar want waren was wat we wel werd wie wij wil worden wordt zal ze zei zelf zich zij zijn zo
zonder zou the a an of and or to in for with on
"""
STOP_WORDS = frozenset(_COMMON.split())
"""Words that say nothing about the subject. Unlike PostgreSQL's list it leaves geen, meer and veel alone."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a search: as typed, and the other forms it may have in a text."""

    word: str
    forms: tuple[str, ...]

    @property
    def inside(self) -> bool:
        """Whether the word is long enough to be looked for inside other words."""
        return len(self.word) >= SUBSTRING_FROM


def parse_search(text: str) -> list[Term]:
    """The words of `text` that count, at most eight; empty when there are only stop words or none."""
    seen: dict[str, Term] = {}
    for found in _WORD.findall(text.casefold().replace("’", "'")):
        for word in _parts(found):
            if word not in STOP_WORDS and word not in seen:
                seen[word] = Term(word, tuple(sorted(word_forms(word))))
    return list(seen.values())[:MAX_TERMS]


def _parts(found: str) -> list[str]:
    """A hyphenated word counts as its parts (i-coach: coach); a single letter says nothing."""
    bare = re.sub(r"'s$", "", found)
    return [part for part in re.split(r"[-']", bare) if len(part) > 1]


def word_forms(word: str) -> set[str]:
    """Singulars and plurals of `word` as Dutch makes them: -en, -s, -'s, -es, with or without a doubled consonant."""
    forms = {word}
    for singular in _singulars(word) | {word}:
        forms.add(singular)
        forms |= {singular + "s", singular + "en", singular + "es"}
        if (
            len(singular) > 2
            and singular[-1] in _DOUBLED
            and singular[-2] in "aeiou"
            and singular[-3] not in "aeiou"
        ):
            forms.add(singular + singular[-1] + "en")
    return {form for form in forms if len(form) > 1}


def _singulars(word: str) -> set[str]:
    found = set()
    for ending in ("en", "es", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3:
            found.add(stem)
            if ending == "en" and len(stem) >= 4 and stem[-1] == stem[-2] and stem[-1] in _DOUBLED:
                found.add(stem[:-1])
    return found
