"""What the desk of a trainer reads at once: the versions, what they wrote so far, and their phrases."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from peergang.core.prepared import Prepared
from peergang.coursework.models import ReflectionVersion, Review, ReviewPhrase
from peergang.coursework.queries.access import ME
from peergang.coursework.queries.reflections import VERSION, Version
from peergang.coursework.queries.review_queue import NOTHING_WRITTEN, ReviewDraft


class Phrase(NamedTuple):
    """A sentence of one's own. The id comes as text: it is only put into addresses."""

    phrase_id: str
    title: str
    text: str
    used: int


class DeskRows(NamedTuple):
    """`held_until` is set when send was pressed and it did not go out yet."""

    versions: Sequence[Version]
    draft: ReviewDraft
    held_until: datetime | None
    phrases: Sequence[Phrase]


def _phrases() -> ScalarSelect[Any]:
    """All phrases of the reader as one value: a statement of its own would cost the page more than they do."""
    one = func.json_build_array(
        cast(ReviewPhrase.id, Text), ReviewPhrase.title, ReviewPhrase.text, ReviewPhrase.used
    )
    return (
        select(func.json_agg(aggregate_order_by(one, ReviewPhrase.position, ReviewPhrase.id)))
        .where(ReviewPhrase.user_id == ME)
        .scalar_subquery()
    )


_DRAFT = (Review.decision, Review.criteria, Review.message, Review.revision, Review.saved_at)
_DESK = Prepared(
    select(*VERSION, *_DRAFT, Review.held_until, _phrases())
    .outerjoin(
        Review,
        (Review.version_id == ReflectionVersion.id) & (Review.reviewer_id == ME) & Review.sent_at.is_(None),
    )
    .where(ReflectionVersion.reflection_id == bindparam("reflection_id"))
    .order_by(ReflectionVersion.number.desc())
)


def list_desk_rows(session: Session, reflection_id: UUID, reviewer_id: UUID | None) -> DeskRows:
    """All versions, the latest first, the unsent review of `reviewer_id` of the latest, and their phrases."""
    rows = _DESK.all(session, reflection_id=reflection_id, user_id=reviewer_id)
    versions = [Version._make(row[: len(VERSION)]) for row in rows]
    if not rows:
        return DeskRows((), NOTHING_WRITTEN, None, ())
    *written, held_until, phrases = rows[0][len(VERSION) :]
    draft = ReviewDraft._make(written) if any(written) else NOTHING_WRITTEN
    return DeskRows(versions, draft, held_until, [Phrase._make(one) for one in phrases or ()])


_PHRASES = Prepared(
    select(cast(ReviewPhrase.id, Text), ReviewPhrase.title, ReviewPhrase.text, ReviewPhrase.used)
    .where(ReviewPhrase.user_id == ME)
    .order_by(ReviewPhrase.position, ReviewPhrase.id)
)


def list_phrases(session: Session, user_id: UUID | None) -> Sequence[Phrase]:
    """Somebody's own phrases, in their order."""
    return _PHRASES.each(Phrase, session, user_id=user_id)
