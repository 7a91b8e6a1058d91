"""What a change of readers is about: who reads a reflection now, and what they gave back."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.coursework.models import Comment, PeerFeedback, Reflection, ReflectionVersion


class GivenByPeers(NamedTuple):
    """How much others who take part gave back and sent: pieces of feedback, and comments that went out with them."""

    feedback: int
    comments: int


def count_given_by_peers(session: Session, reflection_id: UUID) -> GivenByPeers:
    """What the author of a reflection got from peers so far, on all versions."""
    sent = (
        select(PeerFeedback.id, PeerFeedback.version_id, PeerFeedback.sent_at, Enrolment.user_id)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Enrolment, Enrolment.id == PeerFeedback.giver_id)
        .where(ReflectionVersion.reflection_id == reflection_id, PeerFeedback.sent_at.is_not(None))
        .cte("sent")
    )
    went_along = (
        select(func.count(Comment.id.distinct()))
        .join(
            sent,
            (sent.c.version_id == Comment.version_id)
            & (sent.c.user_id == Comment.author_id)
            & (sent.c.sent_at >= Comment.created_at),
        )
        .scalar_subquery()
    )
    row = session.execute(select(select(func.count()).select_from(sent).scalar_subquery(), went_along)).one()
    return GivenByPeers(*row)


def count_participants(session: Session, reflection_id: UUID) -> int:
    """How many take part in the cohort of a reflection, its author among them."""
    cohort = (
        select(Enrolment.cohort_id)
        .join(Reflection, Reflection.enrolment_id == Enrolment.id)
        .where(Reflection.id == reflection_id)
        .scalar_subquery()
    )
    statement = select(func.count()).where(
        Enrolment.cohort_id == cohort,
        Enrolment.role == EnrolmentRole.PARTICIPANT,
        Enrolment.state.in_(TAKES_PART),
    )
    return session.execute(statement).scalar_one()
