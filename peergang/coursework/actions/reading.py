"""Marking reactions as read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor, require
from peergang.coursework.models import PeerFeedback, ReflectionVersion, Review
from peergang.coursework.policy import is_author
from peergang.coursework.queries.access import get_access


def mark_reactions_read(
    session: Session, actor: Actor, reflection_id: UUID, reaction_id: UUID | None = None, *, now: datetime
) -> None:
    """Note that the author read a review or a peer's feedback, or all of them without `reaction_id`. Only the author.

    The first moment stays.
    """
    access = get_access(session, actor, reflection_id)
    require(is_author(actor, access))
    versions = select(ReflectionVersion.id).where(ReflectionVersion.reflection_id == reflection_id)
    for table in (Review, PeerFeedback):
        statement = (
            update(table)
            .where(table.version_id.in_(versions), table.sent_at.is_not(None), table.read_at.is_(None))
            .values(read_at=now)
            .execution_options(synchronize_session=False)
        )
        if reaction_id is not None:
            statement = statement.where(table.id == reaction_id)
        session.execute(statement)
