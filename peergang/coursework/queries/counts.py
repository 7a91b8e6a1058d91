"""The two numbers in the menu."""

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.permissions import Actor
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.queries.review_queue import in_queue_of


def count_new_reactions(session: Session, actor: Actor) -> int:
    """How many reactions on the actor's own work they have not read yet: sent reviews and sent feedback of peers."""
    if not actor.is_participant:
        return 0
    mine = (
        select(ReflectionVersion.id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Enrolment.user_id == actor.user_id)
    )
    both = union_all(
        *(
            select(table.id).where(
                table.version_id.in_(mine), table.sent_at.is_not(None), table.read_at.is_(None)
            )
            for table in (Review, PeerFeedback)
        )
    ).subquery()
    return session.execute(select(func.count()).select_from(both)).scalar_one()


def count_to_review(session: Session, actor: Actor) -> int:
    """How many reflections wait for this trainer: nobody picked them up yet, or this trainer did."""
    if not actor.is_trainer:
        return 0
    statement = (
        select(func.count())
        .select_from(Reflection)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(in_queue_of(actor), func.coalesce(Reflection.reviewer_id, actor.user_id) == actor.user_id)
    )
    return session.execute(statement).scalar_one()
