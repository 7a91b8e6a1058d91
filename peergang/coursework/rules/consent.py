"""Where the consent of somebody in a practice example stands."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

ASK_AGAIN, AFTER_NO = timedelta(hours=1), timedelta(days=30)
"""How long somebody is left in peace after a question without an answer, and after they said no."""

_SEALED = "sha256:"


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
    AWAY = "away"
    """Nobody is there to answer any more."""


def seal(passage: str) -> str:
    """What is kept of a passage when the person it was shown to is erased: enough to know it again, and no word of it."""
    return passage if passage.startswith(_SEALED) else _SEALED + sha256(passage.encode()).hexdigest()


def may_ask_from(answer: str | None, asked_at: datetime, answered_at: datetime | None) -> datetime:
    """From when the same person may be asked once more, about other words. Who agreed may be asked at once."""
    if answer == Answer.NO:
        return (answered_at or asked_at) + AFTER_NO
    return asked_at + ASK_AGAIN if answer is None else asked_at


def where_it_stands(
    passages: Collection[str],
    *,
    is_sure: bool,
    asked: Collection[str] | None,
    answer: str | None,
    is_there: bool = True,
) -> Consent:
    """The state for these passages, when `asked` were shown (None: nobody was asked) and this was the answer.

    Consent is for the words that were shown: new words are asked about again, words that went need nothing. Who is not
    there any more is not asked: what they agreed to stays, anything else has to go.
    """
    state = _where(passages, is_sure, asked, answer)
    waits = state in (Consent.OPEN, Consent.ASKED, Consent.CHANGED)
    return state if is_there or not waits else Consent.AWAY


def _where(
    passages: Collection[str], is_sure: bool, asked: Collection[str] | None, answer: str | None
) -> Consent:
    if asked is None:
        return Consent.OPEN
    known = {seal(one) for one in asked}
    if not {seal(one) for one in passages} <= known:
        return Consent.CHANGED
    if answer == Answer.NO:
        return Consent.REFUSED
    if answer is None:
        return Consent.ASKED
    if answer == Answer.NOT_MEANT and is_sure:
        return Consent.OPEN
    return Consent.GIVEN
