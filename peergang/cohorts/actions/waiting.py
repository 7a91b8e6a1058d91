"""The order of the waiting list."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.cohorts.policy import can_manage_cohort, is_about_self
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.rules import CHANGEABLE, EnrolmentState
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit

REASON_MAX_LENGTH = 300


def move_to_front(session: Session, actor: Actor, enrolment_id: UUID, reason: str, *, now: datetime) -> UUID:
    """Put somebody in front of the waiting list, with a reason for the audit log. For organisers. Gives the cohort's id.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such enrolment.
        Conflict: `cohort_state`; `enrolment_state` when they do not wait (any more); `own_place` for oneself.
        Invalid: {"reason": "missing" | "long"}.
    """
    require(can_manage_cohort(actor))
    if not reason.strip():
        raise Invalid({"reason": "missing"})
    if len(reason) > REASON_MAX_LENGTH:
        raise Invalid({"reason": "long"})
    row = session.execute(
        select(Enrolment.cohort_id, Enrolment.user_id).where(Enrolment.id == enrolment_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    if is_about_self(actor, row.user_id):
        raise Conflict("own_place", cohort_id=row.cohort_id)
    lock_cohort(session, row.cohort_id, *CHANGEABLE)
    enrolment = session.get_one(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)
    if enrolment.state != EnrolmentState.WAITLISTED:
        raise Conflict("enrolment_state", state=enrolment.state)
    waiting = Enrolment.cohort_id == row.cohort_id, Enrolment.state == EnrolmentState.WAITLISTED
    front = session.scalar(select(func.max(Enrolment.moved_up)).where(*waiting)) or 0
    enrolment.moved_up = front + 1
    session.flush()
    record_audit(
        session, actor, "waiting_moved_up", "enrolment", enrolment_id, {"reason": reason.strip()}, now=now
    )
    return enrolment.cohort_id
