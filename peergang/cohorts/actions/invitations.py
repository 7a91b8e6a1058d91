"""Inviting people to a cohort, and what they answer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peergang.cohorts.actions.attendance import count_attended
from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.policy import can_answer_invitation
from peergang.cohorts.rules import INVITING, EnrolmentState, next_enrolment_state
from peergang.core.errors import Conflict, NotFound
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.identity.actions.links import invite_users
from peergang.identity.models import SingleUseToken, User
from peergang.identity.rules import TokenPurpose

RULE = "invitation"


def request_invitations(
    session: Session, cohort: Cohort, enrolment_ids: Sequence[UUID], *, now: datetime
) -> None:
    """Have invitations sent for these enrolments, when the cohort is open; before that its opening does so.

    Called by use cases that have asked their policy. Who never chose a password gets a link that works once, unless one
    is waiting for them already. The reminder rule "invitation" finds the rest.
    """
    if cohort.state not in INVITING or not enrolment_ids:
        return
    waiting = select(SingleUseToken.user_id).where(
        SingleUseToken.purpose == TokenPurpose.INVITATION,
        SingleUseToken.used_at.is_(None),
        SingleUseToken.expires_at > now,
    )
    without_password = session.scalars(
        select(User.id)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.id.in_(list(enrolment_ids)), User.password_hash.is_(None), User.id.not_in(waiting))
        .distinct()
    ).all()
    if without_password:
        invite_users(session, without_password, now=now)
    enqueue(session, Job.NOTICES_PLAN_RULE, RULE)


def accept_invitation(session: Session, actor: Actor, enrolment_id: UUID, *, now: datetime) -> UUID:
    """Take the place one is invited to; everybody their own. Accepting twice changes nothing. Gives the cohort's id.

    Raises:
        NotFound: for another person's invitation.
        Conflict: `invitation_closed` when the cohort takes nobody any more; `enrolment_state` after declining.
    """
    enrolment, cohort = _own(session, actor, enrolment_id)
    require(can_answer_invitation(actor, enrolment.user_id))
    if enrolment.state in (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED):
        return cohort.id
    if cohort.state not in INVITING:
        raise Conflict("invitation_closed")
    enrolment.state = next_enrolment_state(enrolment.state, EnrolmentState.ACTIVE)
    enrolment.activated_at = now
    session.flush()
    count_attended(session, [enrolment_id])
    return cohort.id


def activate_invited(session: Session, user_id: UUID, now: datetime) -> None:
    """Make all open invitations of `user_id` active: they came through the link in the invitation and chose a password,
    which is as clear a yes as a button. Identity calls this inside the transaction in which the link is used.
    """
    # Held as they are, so that none of them is closed or cancelled before this is written.
    going = session.scalars(
        select(Cohort.id)
        .where(
            Cohort.state.in_(INVITING),
            Cohort.id.in_(
                select(Enrolment.cohort_id).where(
                    Enrolment.user_id == user_id, Enrolment.state == EnrolmentState.INVITED
                )
            ),
        )
        .order_by(Cohort.id)
        .with_for_update(read=True)
    ).all()
    activated = session.scalars(
        update(Enrolment)
        .where(
            Enrolment.user_id == user_id,
            Enrolment.state == EnrolmentState.INVITED,
            Enrolment.cohort_id.in_(going),
        )
        .values(state=EnrolmentState.ACTIVE, activated_at=now)
        .returning(Enrolment.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    if activated:
        count_attended(session, activated)


def _own(session: Session, actor: Actor, enrolment_id: UUID) -> tuple[Enrolment, Cohort]:
    """The actor's enrolment and its cohort, which nobody closes meanwhile. The cohort first, as everywhere."""
    cohort_id = session.scalar(
        select(Enrolment.cohort_id).where(Enrolment.id == enrolment_id, Enrolment.user_id == actor.user_id)
    )
    if cohort_id is None:
        raise NotFound
    cohort = session.get_one(Cohort, cohort_id, with_for_update={"read": True}, populate_existing=True)
    enrolment = session.get(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)
    if enrolment is None:
        raise NotFound
    return enrolment, cohort
