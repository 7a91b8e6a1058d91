"""Opening reactions: from then on they are read, and what peers sent stays as it is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, func, literal, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.permissions import Actor, require
from peergang.coursework.models import Comment, PeerFeedback, ReflectionVersion, Review
from peergang.coursework.policy import is_author
from peergang.coursework.queries.access import get_access


def mark_reactions_read(
    session: Session, actor: Actor, reflection_id: UUID, reaction_id: UUID | None = None, *, now: datetime
) -> None:
    """Note that the author opened a review or a peer's feedback, or all of them without `reaction_id`. Only the author.

    The first moment stays, and from then on what was read cannot change. Whoever changes it at this very moment is either
    before us, and then that is what is read, or too late.
    """
    access = get_access(session, actor, reflection_id)
    require(is_author(actor, access))
    # As whoever places a comment does: what is read is what was there when the lock was ours.
    get_access(session, actor, reflection_id, lock=True)
    versions = select(ReflectionVersion.id).where(ReflectionVersion.reflection_id == reflection_id)
    for table, moment in ((Review, now), (PeerFeedback, _after_comments(now))):
        statement = (
            update(table)
            .where(table.version_id.in_(versions), table.sent_at.is_not(None), table.read_at.is_(None))
            .values(read_at=moment)
            .execution_options(synchronize_session=False)
        )
        if reaction_id is not None:
            statement = statement.where(table.id == reaction_id)
        session.execute(statement)


def _after_comments(now: datetime) -> ColumnElement[datetime]:
    """The moment of reading: `now`, or that of the giver's last comment, when two clocks differ by a little."""
    written = (
        select(func.max(Comment.created_at))
        .join(Enrolment, Enrolment.user_id == Comment.author_id)
        .where(Comment.version_id == PeerFeedback.version_id, Enrolment.id == PeerFeedback.giver_id)
        .correlate(PeerFeedback)
    )
    return func.greatest(literal(now, DateTime(timezone=True)), written.scalar_subquery())
