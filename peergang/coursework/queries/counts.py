"""The two numbers in the menu."""

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.permissions import Actor
from peergang.core.prepared import Prepared
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.queries.access import ME
from peergang.coursework.queries.review_queue import MINE
from peergang.coursework.queries.turns import FOR_ME, IN_QUEUE, queue_of

_mine = (
    select(ReflectionVersion.id)
    .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
    .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
    .where(Enrolment.user_id == ME)
)
_unread = union_all(
    *(
        select(table.id).where(
            table.version_id.in_(_mine), table.sent_at.is_not(None), table.read_at.is_(None)
        )
        for table in (Review, PeerFeedback)
    )
).subquery()
_NEW_REACTIONS = Prepared(select(func.count()).select_from(_unread))
_TO_REVIEW = Prepared(
    select(func.count())
    .select_from(Reflection)
    .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
    .where(IN_QUEUE, FOR_ME)
)


def count_new_reactions(session: Session, actor: Actor) -> int:
    """How many reactions on the actor's own work they have not read yet: sent reviews and sent feedback of peers."""
    if not actor.is_participant:
        return 0
    found: int = _NEW_REACTIONS.scalar(session, user_id=actor.user_id)
    return found


def count_to_review(session: Session, actor: Actor) -> int:
    """How many reflections wait for this trainer: in their hand, suggested to them, or free for all."""
    if not actor.is_trainer:
        return 0
    reader, known = session.info.get(MINE, (None, 0))
    found: int = known if reader == actor.user_id else _TO_REVIEW.scalar(session, now=None, **queue_of(actor))
    return found
