"""Sentences of one's own for reviewing. Only their owner ever sees them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require
from peergang.coursework.models import ReviewPhrase
from peergang.coursework.policy import can_list_reviews
from peergang.coursework.rules.drafts import clean_text
from peergang.identity.models import User

MAX_PHRASES = 60
MAX_TITLE, MAX_TEXT = 80, 600


def add_phrase(session: Session, actor: Actor, title: str, text: str) -> ReviewPhrase:
    """Keep a sentence, as the last one.

    Only who trains a cohort.

    Raises:
        Invalid: `phrase_empty`, `too_long` or `too_many` for `text`, `too_long` for `title`.
    """
    require(can_list_reviews(actor))
    title, text = _checked(title, text)
    kept = _locked(session, actor)
    if len(kept) >= MAX_PHRASES:
        raise Invalid({"text": "too_many_phrases"})
    position = kept[-1].position + 1 if kept else 0
    phrase = ReviewPhrase(user_id=actor.user_id, title=title, text=text, position=position)
    session.add(phrase)
    session.flush()
    return phrase


def take_over_phrases(session: Session, actor: Actor, examples: Sequence[tuple[str, str]]) -> int:
    """Keep the examples (title, text) that are not there yet; how many came. Only who trains a cohort."""
    require(can_list_reviews(actor))
    known = {one.text for one in _locked(session, actor)}
    new = [one for one in examples if one[1] not in known]
    for title, text in new:
        add_phrase(session, actor, title, text)
    return len(new)


def edit_phrase(session: Session, actor: Actor, phrase_id: UUID, title: str, text: str) -> None:
    """Change a sentence. Only its owner.

    Raises:
        Invalid: as add_phrase does.
    """
    phrase = _own(session, actor, phrase_id)
    phrase.title, phrase.text = _checked(title, text)
    session.flush()


def remove_phrase(session: Session, actor: Actor, phrase_id: UUID) -> None:
    """Throw a sentence away; what was written with it stays. Only its owner."""
    session.delete(_own(session, actor, phrase_id))
    session.flush()


def move_phrase(session: Session, actor: Actor, phrase_id: UUID, *, up: bool) -> None:
    """Change places with the one before it or after it; at the end of the list nothing happens. Only its owner."""
    phrase = _own(session, actor, phrase_id)
    kept = _locked(session, actor)
    at = kept.index(phrase)
    to = at - 1 if up else at + 1
    if 0 <= to < len(kept):
        kept[at], kept[to] = kept[to], kept[at]
    for position, one in enumerate(kept):
        one.position = position
    session.flush()


def count_phrase_use(session: Session, actor: Actor, phrase_id: UUID) -> None:
    """Remember that a sentence was put into a text once more. Only its owner."""
    _own(session, actor, phrase_id)
    session.execute(
        update(ReviewPhrase).where(ReviewPhrase.id == phrase_id).values(used=ReviewPhrase.used + 1)
    )


def _own(session: Session, actor: Actor, phrase_id: UUID) -> ReviewPhrase:
    phrase = session.get(ReviewPhrase, phrase_id)
    require(phrase is not None and actor.user_id is not None and phrase.user_id == actor.user_id)
    assert phrase is not None
    return phrase


def _locked(session: Session, actor: Actor) -> list[ReviewPhrase]:
    """The sentences of the actor in their order; a second tab of theirs waits, also when there are none yet."""
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))
    statement = select(ReviewPhrase).where(ReviewPhrase.user_id == actor.user_id)
    return list(
        session.scalars(
            statement.order_by(ReviewPhrase.position, ReviewPhrase.id).execution_options(
                populate_existing=True
            )
        )
    )


def _checked(title: str, text: str) -> tuple[str, str]:
    title, text = clean_text(title).strip(), clean_text(text).strip()
    problems = {}
    if not text:
        problems["text"] = "phrase_empty"
    if len(text) > MAX_TEXT:
        problems["text"] = "phrase_too_long"
    if len(title) > MAX_TITLE:
        problems["title"] = "phrase_too_long"
    if problems:
        raise Invalid(problems)
    return title, text
