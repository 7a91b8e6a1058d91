"""Leaving a cohort, and what follows: the group is one smaller, the first who waits gets the seat."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.actions.groups import mend_groups
from peergang.cohorts.actions.invitations import request_invitations
from peergang.cohorts.actions.seats import Newcomer, enrol_participants, promote_waiting
from peergang.cohorts.actions.trainers import tell_trainer_left
from peergang.cohorts.models import Enrolment, PeerGroupMembership
from peergang.cohorts.policy import can_manage_cohort, can_withdraw_enrolment
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.rules import (
    CHANGEABLE,
    CohortState,
    EnrolmentRole,
    EnrolmentState,
    next_enrolment_state,
)
from peergang.cohorts.rules.joining import LeaveReason
from peergang.core.clock import local_date
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.queries.affiliations import find_affiliation_on


@dataclass(frozen=True, slots=True)
class Left:
    """Who left which cohort, and who came from the waiting list instead (enrolment ids)."""

    cohort_id: UUID
    user_id: UUID
    promoted: list[UUID]


def withdraw_enrolment(
    session: Session, actor: Actor, enrolment_id: UUID, *, reason: str = "", now: datetime
) -> Left:
    """Take somebody out of a cohort: organisers anybody, everybody themselves. Their facts and work stay.

    Membership of a peer group ends, the first on the waiting list is invited and a group that is too small now is
    mended (invariants 5 and 10), all in the same transaction. Before the cohort is opened nobody has seen anything, so
    then the enrolment disappears. `reason` is a LeaveReason; anything else is none.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such enrolment.
        Conflict: `cohort_state` when the cohort is closed; `enrolment_state` when it was completed or withdrawn before.
    """
    cohort_id, user_id = _place(session, enrolment_id)
    require(can_withdraw_enrolment(actor, user_id))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    enrolment = session.get_one(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)
    enrolment.state = next_enrolment_state(enrolment.state, EnrolmentState.WITHDRAWN)
    enrolment.withdrawn_at = now
    enrolment.withdrawn_reason = reason if reason in set(LeaveReason) else ""
    session.flush()
    tell_trainer_left(session, enrolment, now)
    _leave_group(session, enrolment_id, now)
    record_audit(
        session,
        actor,
        "enrolment_withdrawn",
        "enrolment",
        enrolment_id,
        {"reason": enrolment.withdrawn_reason},
        now=now,
    )
    if cohort.state == CohortState.PLANNED:
        _forget(session, enrolment)
    promoted = promote_waiting(session, cohort, now=now)
    mend_groups(session, cohort, now=now)
    return Left(cohort_id, user_id, promoted)


def invite_again(
    session: Session, actor: Actor, enrolment_id: UUID, *, now: datetime
) -> tuple[UUID, EnrolmentState]:
    """Give somebody who declined or left a new invitation, or a place on the waiting list; or send an invitation once
    more to who did not answer. For organisers. Gives the cohort's id and the state it led to.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such enrolment.
        Conflict: `cohort_state` when the cohort is closed; `own_place` for the actor's own enrolment that ended.
    """
    cohort_id, user_id = _place(session, enrolment_id)
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    enrolment = session.get_one(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)
    if enrolment.state == EnrolmentState.INVITED:
        # A new moment is a new occurrence in the ledger, so the mail goes out once more.
        enrolment.invited_at = now
        session.flush()
        request_invitations(session, cohort, [enrolment_id], now=now)
    elif enrolment.state == EnrolmentState.WITHDRAWN and enrolment.role == EnrolmentRole.PARTICIPANT:
        # They may work elsewhere by now; who works nowhere any more comes back as who they were.
        current = find_affiliation_on(session, user_id, local_date(now))
        affiliation_id = current.id if current else enrolment.affiliation_id
        newcomer = Newcomer(user_id, affiliation_id or UUID(int=0))
        enrol_participants(session, actor, cohort_id, [newcomer], now=now)
        session.refresh(enrolment)
    return cohort_id, EnrolmentState(enrolment.state)


def _place(session: Session, enrolment_id: UUID) -> tuple[UUID, UUID]:
    row = session.execute(
        select(Enrolment.cohort_id, Enrolment.user_id).where(Enrolment.id == enrolment_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.cohort_id, row.user_id


def _leave_group(session: Session, enrolment_id: UUID, now: datetime) -> None:
    session.execute(
        update(PeerGroupMembership)
        .where(PeerGroupMembership.enrolment_id == enrolment_id, PeerGroupMembership.left_at.is_(None))
        .values(left_at=now)
    )


def _forget(session: Session, enrolment: Enrolment) -> None:
    session.execute(delete(PeerGroupMembership).where(PeerGroupMembership.enrolment_id == enrolment.id))
    session.execute(delete(Enrolment).where(Enrolment.id == enrolment.id))
    session.expunge(enrolment)
