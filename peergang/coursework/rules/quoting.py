"""Whose words or name stand in a text: who is asked before it is shared."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from peergang.practice.rules.student_data import sentences_in

RUN = 6
"""So many words in a row are taken from somebody: fewer are said alike by chance."""

_WORD = re.compile(r"[^\W_]+")
_NAME = r"[A-ZÀ-Þ][\w’'-]*[a-zà-ÿ]"
_WHOLE_NAME = rf"{_NAME}(?:\s+(?:(?:van|de|der|den|el|al|ter|ten|te|’t|'t)\s+)*{_NAME})?"
_ROLE = (
    r"(?:[Cc]ollega|[Dd]ocente?|[Tt]eamleider|[Ll]eidinggevende|[Dd]irecteur|[Mm]anager|[Oo]nderwijsmanager|[Mm]evrouw|"
    r"[Mm]eneer|[Mm]w\.|[Dd]hr\.|[Cc]oach|[Ii][-‑]coach|[Tt]rainer|[Bb]egeleider)"
)
_LEADING_ROLE = re.compile(rf"^{_ROLE}(?:\s+|$)")
_SAID = r"(?:zei|zegt|vertelde|vertelt|schreef|schrijft|vroeg|vond|vindt|antwoordde|merkte)"
_OUTSIDE = (
    re.compile(rf"\b{_ROLE},?\s+({_WHOLE_NAME})"),
    re.compile(rf"\b({_WHOLE_NAME})\s+{_SAID}\b"),
    re.compile(rf"\b{_SAID}\s+({_WHOLE_NAME})"),
)
_WORDS = """
ik je jij we wij ze zij hij u men iemand niemand iedereen de het een die dat deze dit wat wie toen daar dan maar en of mijn
onze hun haar als er ook teams magister
"""
_NO_NAMES = frozenset(_WORDS.split())


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the network who may stand in the text, with what they wrote about the reflection.

    Each of `words` is what they wrote and the text they wrote it about.
    """

    person_id: UUID
    given_name: str
    whole_name: str
    words: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Mentioned:
    """Somebody whose words or name stand in the text, and where.

    `is_sure` is False when only a first name was found, which may be somebody else's.
    """

    name: str
    person_id: UUID | None
    passages: list[str] = field(default_factory=list)
    is_sure: bool = False


def find_mentioned(text: str, known: Sequence[Known]) -> list[Mentioned]:
    """Who is quoted or named in `text`, with the sentences concerned: people of the network first, then names of others."""
    sentences = sentences_in(text)
    found = [one for person in known if (one := _find_known(sentences, person))]
    names = {part.casefold() for person in known for part in (person.given_name, person.whole_name)}
    return found + _find_outside(sentences, names)


def _find_known(sentences: Sequence[str], person: Known) -> Mentioned | None:
    found = Mentioned(person.whole_name, person.person_id)
    runs = {run for words, about in person.words for run in _runs(words) - _runs(about)}
    whole, given = _as_name(person.whole_name), _as_name(person.given_name)
    for number, sentence in enumerate(sentences):
        # A quote may run on over a full stop, so the next sentence is read along and shown as well.
        both = f"{sentence} {sentences[number + 1]}" if number + 1 < len(sentences) else sentence
        is_quoted = bool(runs & _runs(sentence))
        runs_on = not is_quoted and bool(runs & _runs(both)) and not runs & _runs(both[len(sentence) :])
        if is_quoted or runs_on or whole.search(sentence):
            found.is_sure = True
            found.passages.append(both if runs_on else sentence)
        elif given.search(sentence):
            found.passages.append(sentence)
    return found if found.passages else None


def _as_name(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?:['’]?s)?(?!\w)") if name else re.compile(r"(?!)")


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def _find_outside(sentences: Iterable[str], names: set[str]) -> list[Mentioned]:
    found: dict[str, Mentioned] = {}
    for sentence in sentences:
        for name in dict.fromkeys(_names(sentence)):
            if name.casefold() not in names and name.split()[0].casefold() not in names:
                one = found.setdefault(name.casefold(), Mentioned(name, None, is_sure=True))
                one.passages.append(sentence)
    return list(found.values())


def _names(sentence: str) -> Iterator[str]:
    for pattern in _OUTSIDE:
        for found in pattern.finditer(sentence):
            name = _LEADING_ROLE.sub("", found[1])
            if name and name.split(maxsplit=1)[0].casefold() not in _NO_NAMES:
                yield name
