"""Whom a text names: an @ followed by a first name that only one person in the cohort has, or by a whole name."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

_AT = re.compile(r"(?<![\w@./-])@(?=\w)")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can read the conversation, with their names as written."""

    user_id: UUID
    given_name: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Named:
    """The people a text names, and the first names that more than one person has."""

    found: frozenset[UUID]
    unclear: tuple[str, ...] = ()


def fold(text: str) -> str:
    """`text` without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def find_named(text: str, people: Sequence[Person], chosen: Collection[UUID] = ()) -> Named:
    """Whom `text` names. A name of several is nobody's, unless one of them was `chosen` by hand; unknown names are words."""
    found: set[UUID] = set()
    unclear: list[str] = []
    for place in _AT.finditer(text):
        rest = fold(text[place.end() :][:200])
        some = _longest(rest, [(one, fold(one.full_name)) for one in people])
        some = some or _longest(rest, [(one, fold(one.given_name)) for one in people])
        ids = {one.user_id for one in some}
        if len(ids) == 1:
            found |= ids
        elif ids and ids.isdisjoint(chosen):
            unclear.append(some[0].given_name)
    return Named(frozenset(found), tuple(dict.fromkeys(unclear)))


def _longest(rest: str, names: Iterable[tuple[Person, str]]) -> list[Person]:
    """Those whose name `rest` begins with, as whole words; of names of different lengths the longest."""
    fitting = [(len(name), person) for person, name in names if _begins(rest, name)]
    most = max((length for length, _ in fitting), default=0)
    return [person for length, person in fitting if length == most]


def _begins(rest: str, name: str) -> bool:
    return bool(name) and rest.startswith(name) and not (rest[len(name) :][:1].isalnum())
