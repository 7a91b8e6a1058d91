"""Comments on the words of a version."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment
from peergang.core.prepared import Prepared
from peergang.coursework.models import Comment, PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.identity.models import User
from peergang.identity.rules import full_name


class ShownComment(NamedTuple):
    """A comment with its author. `sent` says that it reached its reader, so that it can no longer change."""

    comment_id: UUID
    version_id: UUID
    author_id: UUID
    given_name: str
    particle: str
    family_name: str
    prompt: str
    quote: str
    prefix: str
    suffix: str
    body: str
    created_at: datetime
    sent: bool

    @property
    def name(self) -> str:
        """Who wrote it."""
        return full_name(self.given_name, self.particle, self.family_name)


def _with_feedback(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the author of the comment sent feedback on the same version, under these conditions."""
    return exists().where(
        PeerFeedback.version_id == Comment.version_id,
        PeerFeedback.giver_id == Enrolment.id,
        Enrolment.user_id == Comment.author_id,
        PeerFeedback.sent_at.is_not(None),
        *conditions,
    )


# A comment goes out with the review of the same person on the same version that was sent after it, or with their feedback.
# Feedback may change until the author of the reflection reads it; to that author it is not there before.
_REVIEWED = exists().where(
    Review.version_id == Comment.version_id,
    Review.reviewer_id == Comment.author_id,
    Review.sent_at >= Comment.created_at,
)
_UNREAD, _READ = PeerFeedback.read_at.is_(None), PeerFeedback.read_at >= Comment.created_at
WENT_OUT = or_(_REVIEWED, _with_feedback(_READ))
"""Whether a comment reached the author of the reflection, so that it stays as it is."""

_author = aliased(Enrolment)
_IS_AUTHOR = (
    exists()
    .where(
        ReflectionVersion.id == Comment.version_id,
        Reflection.id == ReflectionVersion.reflection_id,
        _author.id == Reflection.enrolment_id,
        _author.user_id == bindparam("reader_id", type_=Uuid()),
    )
    .correlate(Comment)
)
_SHOWN = or_(WENT_OUT, and_(~_IS_AUTHOR, _with_feedback(_UNREAD)))


_comments = (
    select(
        Comment.id,
        Comment.version_id,
        Comment.author_id,
        User.given_name,
        User.name_particle,
        User.family_name,
        Comment.prompt,
        Comment.quote,
        Comment.prefix,
        Comment.suffix,
        Comment.body,
        Comment.created_at,
        WENT_OUT.label("sent"),
    )
    .join(User, User.id == Comment.author_id)
    .where(Comment.version_id == bindparam("version_id"))
    .order_by(Comment.created_at, Comment.id)
)
_own = Comment.author_id == bindparam("reader_id", type_=Uuid())
_COMMENTS, _OWN_COMMENTS = Prepared(_comments.where(or_(_own, _SHOWN))), Prepared(_comments.where(_own))


def list_comments(
    session: Session, version_id: UUID, reader_id: UUID | None, *, others: bool = True
) -> Sequence[ShownComment]:
    """The comments on a version that `reader_id` may see: their own, and with `others` those of others that were sent.
    The author of the reflection sees those of a peer once they opened that peer's feedback.

    In the order in which they were written.
    """
    comments = _COMMENTS if others else _OWN_COMMENTS
    return comments.each(ShownComment, session, version_id=version_id, reader_id=reader_id)
