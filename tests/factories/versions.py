"""What a reader of the tables finds of a reflection: its versions and what a trainer has written so far."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from peergang.core.prepared import Prepared
from peergang.coursework.models import ReflectionVersion, Review
from peergang.coursework.queries.access import ME
from peergang.coursework.queries.reflections import VERSION, Version
from peergang.coursework.queries.review_queue import NOTHING_WRITTEN, ReviewDraft

_VERSIONS_AND_DRAFT = Prepared(
    select(*VERSION, Review.decision, Review.criteria, Review.message, Review.revision, Review.saved_at)
    .outerjoin(
        Review,
        (Review.version_id == ReflectionVersion.id) & (Review.reviewer_id == ME) & Review.sent_at.is_(None),
    )
    .where(ReflectionVersion.reflection_id == bindparam("reflection_id"))
    .order_by(ReflectionVersion.number.desc())
)


def list_versions_and_draft(
    session: Session, reflection_id: UUID, reviewer_id: UUID | None
) -> tuple[Sequence[Version], ReviewDraft]:
    """All versions of a reflection, the latest first, and the unsent review of `reviewer_id` of the latest."""
    rows = _VERSIONS_AND_DRAFT.all(session, reflection_id=reflection_id, user_id=reviewer_id)
    versions = [Version._make(row[: len(VERSION)]) for row in rows]
    written = rows[0][len(VERSION) :] if rows else ()
    return versions, ReviewDraft._make(written) if any(written) else NOTHING_WRITTEN
