"""Where the consent of somebody in a practice example stands."""

from collections.abc import Collection
from enum import StrEnum


class Answer(StrEnum):
    """What was answered. The last two are said by the author, about who is not in the network or is not meant."""

    YES = "yes"
    NO = "no"
    ASKED_MYSELF = "asked_myself"
    NOT_MEANT = "not_meant"


class Consent(StrEnum):
    """What the author sees."""

    OPEN = "open"
    ASKED = "asked"
    CHANGED = "changed"
    GIVEN = "given"
    REFUSED = "refused"


def where_it_stands(
    passages: Collection[str], *, is_sure: bool, asked: Collection[str] | None, answer: str | None
) -> Consent:
    """The state for these passages, when `asked` were shown (None: nobody was asked) and this was the answer.

    Consent is for the words that were shown: new words are asked about again, words that went need nothing.
    """
    if asked is None:
        return Consent.OPEN
    if not set(passages) <= set(asked):
        return Consent.CHANGED
    if answer == Answer.NO:
        return Consent.REFUSED
    if answer is None:
        return Consent.ASKED
    if answer == Answer.NOT_MEANT and is_sure:
        return Consent.OPEN
    return Consent.GIVEN
