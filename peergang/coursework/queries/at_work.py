"""Where the reading of a group may have to be divided anew, and holding what it is about."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment, PeerGroup, PeerGroupMembership
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CohortState
from peergang.coursework.models import FeedbackAssignment, Reflection
from peergang.coursework.rules import READABLE, ReflectionState


class Author(NamedTuple):
    """Whose reflection it is, and where."""

    enrolment_id: UUID
    cohort_id: UUID


def find_author(session: Session, reflection_id: UUID) -> Author | None:
    """The author's place of a reflection."""
    row = session.execute(
        select(Enrolment.id, Enrolment.cohort_id)
        .join(Reflection, Reflection.enrolment_id == Enrolment.id)
        .where(Reflection.id == reflection_id)
    ).one_or_none()
    return Author._make(row) if row else None


def share_cohort(session: Session, cohort_id: UUID) -> Cohort:
    """A cohort that stays as it is until the end of the transaction: nobody leaves, moves or changes its edition. Several may
    do so at once. It comes before any reflection: see actions/allocation.py.
    """
    return session.get_one(Cohort, cohort_id, with_for_update={"read": True}, populate_existing=True)


def lock_group(session: Session, peer_group_id: UUID) -> None:
    """Let one at a time divide what a group reads."""
    session.execute(select(PeerGroup.id).where(PeerGroup.id == peer_group_id).with_for_update(key_share=True))


def find_group_id(session: Session, enrolment_id: UUID) -> UUID | None:
    """The peer group of a participant now."""
    return session.scalar(
        select(PeerGroupMembership.peer_group_id).where(
            PeerGroupMembership.enrolment_id == enrolment_id, PeerGroupMembership.left_at.is_(None)
        )
    )


def lock_reflections(session: Session, members: Sequence[UUID]) -> None:
    """Hold what these members wrote and what they were asked to read, always in the same order, so that nobody waits in a
    circle.
    """
    asked = select(FeedbackAssignment.reflection_id).where(
        FeedbackAssignment.giver_id.in_(members), FeedbackAssignment.state == "open"
    )
    session.execute(
        select(Reflection.id)
        .where(or_(Reflection.enrolment_id.in_(members), Reflection.id.in_(asked)))
        .order_by(Reflection.id)
        .with_for_update()
    )


def list_cohorts_at_work(session: Session) -> list[UUID]:
    """Cohorts in which a group has something to read or an assignment stands open; also those that ended with it."""
    author = aliased(Enrolment)
    waiting = (
        select(Reflection.id)
        .join(author, author.id == Reflection.enrolment_id)
        .where(
            author.cohort_id == Cohort.id,
            author.state.in_(TAKES_PART),
            Reflection.state == ReflectionState.SUBMITTED,
            Reflection.for_trainer_at.is_(None),
        )
        .exists()
    )
    receiver = aliased(Enrolment)
    asked = (
        select(FeedbackAssignment.id)
        .join(receiver, receiver.id == FeedbackAssignment.receiver_id)
        .where(receiver.cohort_id == Cohort.id, FeedbackAssignment.state == "open")
        .exists()
    )
    statement = select(Cohort.id).where(or_(waiting & (Cohort.state != CohortState.CANCELLED), asked))
    return list(session.scalars(statement.order_by(Cohort.id)))


def list_groups_at_work(session: Session, cohort_id: UUID) -> list[UUID]:
    """The peer groups of a cohort of which a member handed something in or was asked something."""
    handed = select(Reflection.id).where(
        Reflection.enrolment_id == PeerGroupMembership.enrolment_id, Reflection.state.in_(READABLE)
    )
    asked = select(FeedbackAssignment.id).where(
        FeedbackAssignment.giver_id == PeerGroupMembership.enrolment_id, FeedbackAssignment.state == "open"
    )
    return list(
        session.scalars(
            select(PeerGroupMembership.peer_group_id)
            .where(
                PeerGroupMembership.cohort_id == cohort_id,
                PeerGroupMembership.left_at.is_(None),
                or_(handed.exists(), asked.exists()),
            )
            .distinct()
            .order_by(PeerGroupMembership.peer_group_id)
        )
    )


def list_strayed(session: Session, cohort_id: UUID) -> list[UUID]:
    """Open assignments of a cohort between two who share no group any more, or of which one takes part no longer. Their
    reflections are held.
    """
    giver, receiver = aliased(Enrolment), aliased(Enrolment)
    mine, theirs = aliased(PeerGroupMembership), aliased(PeerGroupMembership)
    together = (
        select(mine.id)
        .join(theirs, theirs.peer_group_id == mine.peer_group_id)
        .where(
            mine.enrolment_id == giver.id,
            theirs.enrolment_id == receiver.id,
            mine.left_at.is_(None),
            theirs.left_at.is_(None),
        )
        .correlate(giver, receiver)
        .exists()
    )
    statement = (
        select(FeedbackAssignment.id)
        .join(Reflection, Reflection.id == FeedbackAssignment.reflection_id)
        .join(giver, giver.id == FeedbackAssignment.giver_id)
        .join(receiver, receiver.id == FeedbackAssignment.receiver_id)
        .where(
            receiver.cohort_id == cohort_id,
            FeedbackAssignment.state == "open",
            or_(~together, giver.state.not_in(TAKES_PART), receiver.state.not_in(TAKES_PART)),
        )
    )
    return list(session.scalars(statement.order_by(Reflection.id).with_for_update(of=Reflection)))
