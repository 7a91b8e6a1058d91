"""Signs in a text that a student could be recognised. It only points: the author looks and decides, so it never blocks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """What was seen."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    BSN = "bsn"
    NUMBER = "number"
    BIRTH = "birth"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class Seen:
    """A sign in one of the parts: the words, and the sentence they stand in."""

    part: str
    sign: Sign
    words: str
    sentence: str


_STUDENT = r"(?:[Ss]tudent(?:e|en)?|[Ll]eerling(?:e|en)?|[Dd]eelnemer|[Ss]tagiaire?|[Oo]ud-student)"
# Bounded, because names tied to each other by hyphens take the third power of their length in time.
_NAME = r"[A-ZÀ-Þ][\w’'-]{0,60}[a-zà-ÿ][\w’'-]{0,60}"
_WHOLE_NAME = rf"{_NAME}(?:\s+(?:(?:van|de|der|den|el|al|ter|ten|te|’t|'t)\s+)*{_NAME})?"
_AFTER_STUDENT = re.compile(rf"\b{_STUDENT}\s*(?:,|\(|:|genaamd|met de naam)?\s*({_WHOLE_NAME})")
_BEFORE_STUDENT = re.compile(
    rf"\b({_WHOLE_NAME}),?\s+(?:\()?(?:een|mijn|onze|die|deze)\s+(?:\w+\s+)?{_STUDENT}\b"
)
_WORDS = """
zorg techniek economie groen nederlands engels duits frans rekenen burgerschap ict mbo hbo vmbo roc de het een als die ik we
wij ze zij hij niveau teams magister word excel entree retail
"""
_NO_NAMES = frozenset(_WORDS.split())
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\d-])(?:\+31[\s-]?(?:\(0\))?|0)(?:[\s-]?\d){8,9}(?!\d)")
_DIGITS = re.compile(r"(?<![\d.,€/-])(?<!€\s)\d{6,9}(?![\d/-]|[.,]\d)")
_MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_DATE = rf"(?:\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|\d{{1,2}}\s+(?:{_MONTHS})\s+\d{{4}})"
_BIRTH = re.compile(rf"\b(?:geboren|geboortedatum|geb\.)\W+(?:\w+\W+){{0,2}}?({_DATE})", re.IGNORECASE)
_OLD_DATE = re.compile(
    rf"\b(?:\d{{1,2}}[-/.]\d{{1,2}}[-/.]|\d{{1,2}}\s+(?:{_MONTHS})\s+)(?:19\d\d|200\d|201[0-4])\b"
)
_CLASS = re.compile(r"\b(?:[A-Z]{1,5}-?\d[A-Z0-9]{0,3}|\d[A-Z]{1,4}\d?[A-Z]?)\b")
_LATER_NAME = re.compile(rf"(?<=[a-zà-ÿ,]\s)({_NAME})")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]*)*[.!?]*")
LONGEST = 500
"""Letters of a sentence that are looked at and shown together. Most patterns here take the square of that in time, and every
sign brings its sentence along: a text without full stops would hold up everybody and become a page of gigabytes.
"""
_BREAKS = (
    re.compile(r"(?<= )[a-zà-ÿ]{1,30}[,;:] (?=[a-zà-ÿ])"),
    re.compile(r"(?<= )(?!(?:van|de|der|den|el|al|ter|ten|te) )[a-zà-ÿ]{1,30} (?=[a-zà-ÿ])"),
    re.compile(r" "),
)
"""Between which letters something too long is cut, the best first."""


def sentences_in(text: str) -> list[str]:
    """The sentences of a text; a line is at least one. A full stop within a word or an address ends none. What goes on for
    longer than anybody reads is cut between two words.
    """
    whole = (found[0].strip() for found in _SENTENCE.finditer(text))
    return [piece for sentence in whole for piece in _cut(sentence)]


def _cut(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST:
        at = _place_to_cut(sentence[:LONGEST])
        yield sentence[:at].rstrip()
        sentence = sentence[at:].lstrip()
    if sentence:
        yield sentence


def _place_to_cut(words: str) -> int:
    """Where no name is broken, if there is such a place in the second half: after a word with a comma, else between words."""
    for pattern in _BREAKS:
        places = [found.end() for found in pattern.finditer(words) if found.end() > LONGEST // 2]
        if places:
            return places[-1]
    return LONGEST


def find_student_data(parts: Mapping[str, str]) -> list[Seen]:
    """What in these parts (by name) may tell who a student is, in reading order and each thing once."""
    found = [
        Seen(part, sign, words, sentence)
        for part, text in parts.items()
        for sentence in sentences_in(text)
        for sign, words in _signs(sentence)
    ]
    return list(dict.fromkeys(found))


def _signs(sentence: str) -> Iterator[tuple[Sign, str]]:
    for pattern in (_AFTER_STUDENT, _BEFORE_STUDENT):
        for found in pattern.finditer(sentence):
            if _is_name(found[1]):
                yield Sign.NAME, found[1]
    for found in _EMAIL.finditer(sentence):
        yield Sign.EMAIL, found[0]
    yield from _numbers(sentence)
    births = {found[1] for found in _BIRTH.finditer(sentence)}
    for words in sorted(births | {found[0] for found in _OLD_DATE.finditer(sentence)}):
        yield Sign.BIRTH, words
    name = _LATER_NAME.search(sentence)
    if name and _is_name(name[1]):
        for found in _CLASS.finditer(sentence):
            yield Sign.CLASS, f"{found[0]}, {name[1]}"


def _is_name(words: str) -> bool:
    return words.split(maxsplit=1)[0].casefold() not in _NO_NAMES


def _numbers(sentence: str) -> Iterator[tuple[Sign, str]]:
    phones = [found[0].strip() for found in _PHONE.finditer(sentence)]
    for words in phones:
        yield Sign.PHONE, words
    for found in _DIGITS.finditer(sentence):
        if not any(found[0] in words for words in phones):
            yield (Sign.BSN if is_bsn(found[0]) else Sign.NUMBER), found[0]


def is_bsn(digits: str) -> bool:
    """Whether this is a citizen service number by its test of eleven."""
    if len(digits) not in (8, 9) or int(digits) == 0:
        return False
    padded = digits.zfill(9)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(digit) * weight for digit, weight in zip(padded, weights, strict=True)) % 11 == 0
