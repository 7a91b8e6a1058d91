"""Leaving a cohort, and what follows: the group is one smaller, the first who waits gets the seat."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.actions.groups import mend_groups
from peergang.cohorts.actions.invitations import request_invitations
from peergang.cohorts.actions.memberships import tell_groups_changed
from peergang.cohorts.actions.seats import Newcomer, enrol_participants, promote_waiting
from peergang.cohorts.actions.trainers import keep_a_trainer, tell_trainer_left
from peergang.cohorts.models import (
    ActivityCompletion,
    Cohort,
    CompletionOverride,
    Enrolment,
    Extension,
    PeerGroupMembership,
)
from peergang.cohorts.policy import can_manage_cohort, can_withdraw_enrolment
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.rules import (
    CHANGEABLE,
    MAY_LEAVE,
    CohortState,
    EnrolmentRole,
    EnrolmentState,
    next_enrolment_state,
)
from peergang.cohorts.rules.joining import LeaveReason
from peergang.core.clock import local_date
from peergang.core.errors import Conflict, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import User
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
    then the enrolment disappears, unless something stands in it that was done elsewhere or granted. `reason` is a
    LeaveReason; anything else is none.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such enrolment.
        Conflict: `cohort_state` when the cohort is closed; `enrolment_state` when it was completed or withdrawn before;
            `last_trainer` when nobody would be left to train it.
    """
    cohort_id, user_id = _place(session, enrolment_id)
    require(can_withdraw_enrolment(actor, user_id))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    keep_a_trainer(session, cohort, enrolment_id)
    return Left(cohort_id, user_id, _take_out(session, actor, cohort, enrolment_id, reason, now))


def give_up_places(session: Session, user_id: UUID, now: datetime) -> None:
    """Free the places of somebody whose account is closed in all cohorts that go on: nobody waits for them, or for what
    they would hand in, and they train no more, also when they were the last one (the cohort's page says so then).
    Identity calls this inside the transaction in which the account is closed.
    """
    places = session.execute(
        select(Enrolment.cohort_id, Enrolment.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Enrolment.user_id == user_id,
            Enrolment.state.in_(MAY_LEAVE),
            Cohort.state.in_(CHANGEABLE),
        )
        .order_by(Enrolment.cohort_id, Enrolment.role)
    ).all()
    for cohort_id, enrolment_id in places:
        cohort = lock_cohort(session, cohort_id)
        state = session.scalar(select(Enrolment.state).where(Enrolment.id == enrolment_id))
        # It may have been closed, or they may have left, while we waited.
        if cohort.state in CHANGEABLE and state in MAY_LEAVE:
            _take_out(session, None, cohort, enrolment_id, "", now)


def _take_out(
    session: Session, actor: Actor | None, cohort: Cohort, enrolment_id: UUID, reason: str, now: datetime
) -> list[UUID]:
    """Take somebody out of a cohort that is held, with all that follows. Gives who came from the waiting list."""
    enrolment = session.get_one(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)
    _withdraw(session, enrolment, reason, now)
    details = {"reason": enrolment.withdrawn_reason}
    record_audit(session, actor, "enrolment_withdrawn", "enrolment", enrolment_id, details, now=now)
    if cohort.state == CohortState.PLANNED and not _holds_anything(session, enrolment_id):
        _forget(session, enrolment)
    promoted = promote_waiting(session, cohort, now=now)
    mend_groups(session, cohort, now=now)
    tell_groups_changed(session, cohort.id, now)
    return promoted


def invite_again(
    session: Session, actor: Actor, enrolment_id: UUID, *, now: datetime
) -> tuple[UUID, EnrolmentState]:
    """Give somebody who declined or left a new invitation, or a place on the waiting list; or send an invitation once
    more to who did not answer. For organisers. Gives the cohort's id and the state it led to.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such enrolment.
        Conflict: `cohort_state` when the cohort is closed; `account_closed`; `own_place` for the actor's own enrolment
            that ended.
    """
    cohort_id, user_id = _place(session, enrolment_id)
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    refuse_closed_account(session, user_id, cohort_id)
    enrolment = session.get_one(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)
    before = enrolment.state
    if before == EnrolmentState.INVITED:
        # A new moment is a new occurrence in the ledger, so the mail goes out once more.
        enrolment.invited_at = now
        session.flush()
        request_invitations(session, cohort, [enrolment_id], now=now)
    elif before == EnrolmentState.WITHDRAWN and enrolment.role == EnrolmentRole.PARTICIPANT:
        # They may work elsewhere by now; who works nowhere any more comes back as who they were.
        current = find_affiliation_on(session, user_id, local_date(now))
        affiliation_id = current.id if current else enrolment.affiliation_id
        newcomer = Newcomer(user_id, affiliation_id or UUID(int=0))
        enrol_participants(session, actor, cohort_id, [newcomer], now=now)
        session.refresh(enrolment)
    if before == EnrolmentState.INVITED or before != enrolment.state:
        details = {"state": enrolment.state}
        record_audit(session, actor, "invited_again", "enrolment", enrolment_id, details, now=now)
    return cohort_id, EnrolmentState(enrolment.state)


def refuse_closed_account(session: Session, user_id: UUID, cohort_id: UUID) -> None:
    """Give no place to who cannot sign in to take it.

    Raises:
        Conflict: `account_closed`, with `cohort_id`.
    """
    if session.scalar(select(User.deactivated_at).where(User.id == user_id)) is not None:
        raise Conflict("account_closed", cohort_id=cohort_id)


def _place(session: Session, enrolment_id: UUID) -> tuple[UUID, UUID]:
    row = session.execute(
        select(Enrolment.cohort_id, Enrolment.user_id).where(Enrolment.id == enrolment_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.cohort_id, row.user_id


def _withdraw(session: Session, enrolment: Enrolment, reason: str, now: datetime) -> None:
    """End the enrolment and the membership of a peer group that goes with it."""
    enrolment.state = next_enrolment_state(enrolment.state, EnrolmentState.WITHDRAWN)
    enrolment.withdrawn_at = now
    enrolment.withdrawn_reason = reason if reason in set(LeaveReason) else ""
    session.flush()
    tell_trainer_left(session, enrolment, now)
    session.execute(
        update(PeerGroupMembership)
        .where(PeerGroupMembership.enrolment_id == enrolment.id, PeerGroupMembership.left_at.is_(None))
        .values(left_at=now)
    )


def _holds_anything(session: Session, enrolment_id: UUID) -> bool:
    """Whether facts came along from another cohort (they stay for ever, invariant 2), or more time or a judgment was given."""
    facts = select(ActivityCompletion.enrolment_id).where(ActivityCompletion.enrolment_id == enrolment_id)
    granted = select(Extension.enrolment_id).where(Extension.enrolment_id == enrolment_id)
    judged = select(CompletionOverride.enrolment_id).where(CompletionOverride.enrolment_id == enrolment_id)
    return any(session.execute(one.limit(1)).first() for one in (facts, granted, judged))


def _forget(session: Session, enrolment: Enrolment) -> None:
    session.execute(delete(PeerGroupMembership).where(PeerGroupMembership.enrolment_id == enrolment.id))
    session.execute(delete(Enrolment).where(Enrolment.id == enrolment.id))
    session.expunge(enrolment)
