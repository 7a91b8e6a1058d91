"""From one cohort to another of the same programme. docs/decisions/0023-joining.md says what goes along and why."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.attendance import count_attended
from peergang.cohorts.actions.carrying import carry_facts
from peergang.cohorts.actions.leaving import refuse_closed_account, withdraw_enrolment
from peergang.cohorts.actions.seats import Newcomer, enrol_participants
from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.policy import can_manage_cohort, is_about_self
from peergang.cohorts.queries.cohorts import count_seats_taken, lock_cohort
from peergang.cohorts.rules import CHANGEABLE, INVITING, MAY_LEAVE, EnrolmentRole, EnrolmentState
from peergang.cohorts.rules.joining import LeaveReason
from peergang.core.clock import local_date
from peergang.core.errors import Conflict, NotFound
from peergang.core.permissions import Actor, require
from peergang.curriculum.models import Edition
from peergang.identity.actions.audit import record_audit
from peergang.identity.queries.affiliations import find_affiliation_on

_FACTS = carry_facts("SELECT CAST(:old_enrolment AS uuid) AS old_id, CAST(:new_enrolment AS uuid) AS new_id")


def transfer_enrolment(
    session: Session, actor: Actor, enrolment_id: UUID, target_id: UUID, *, now: datetime
) -> UUID:
    """Let a participant go on in another cohort of the same programme. For organisers. Gives the new enrolment.

    What was completed stays in the old cohort with its date, and counts in the new one for the activities with the same
    slug, and so do topics that were read. Who took part takes part at once; who was still invited is invited there.
    The first who waits gets the old seat.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such enrolment or cohort.
        Conflict: `cohort_state` when either is over; `other_programme`; `cohort_full`; `already_there`; `own_place`;
            `account_closed`; `enrolment_state` when they are no participant with a place or on the list.
    """
    require(can_manage_cohort(actor))
    old, target = _hold(session, actor, enrolment_id, target_id)
    takes_part, source_id = old.state == EnrolmentState.ACTIVE, old.cohort_id
    new = _enrol_there(session, actor, old, target_id, now)
    if takes_part and target.state in INVITING:
        new.state, new.activated_at = EnrolmentState.ACTIVE, now
        session.flush()
        # They may have been invited there before, and have come to a meeting.
        count_attended(session, [new.id])
    values = {"old_enrolment": enrolment_id, "new_enrolment": new.id, "new": target.edition_id}
    for statement in _FACTS:
        session.execute(statement, values)
    withdraw_enrolment(session, actor, enrolment_id, reason=LeaveReason.TRANSFERRED, now=now)
    details = {"from": str(source_id), "to": str(target_id), "enrolment": str(new.id)}
    record_audit(session, actor, "enrolment_transferred", "enrolment", enrolment_id, details, now=now)
    return new.id


def _hold(session: Session, actor: Actor, enrolment_id: UUID, target_id: UUID) -> tuple[Enrolment, Cohort]:
    """Who goes and where to, with both cohorts held, once nothing stands in the way."""
    old = session.get(Enrolment, enrolment_id)
    if old is None:
        raise NotFound
    if is_about_self(actor, old.user_id):
        raise Conflict("own_place", cohort_id=old.cohort_id)
    refuse_closed_account(session, old.user_id, old.cohort_id)
    _, target = _lock_both(session, old.cohort_id, target_id)
    session.refresh(old, with_for_update=True)
    if old.role != EnrolmentRole.PARTICIPANT or old.state not in MAY_LEAVE:
        raise Conflict("enrolment_state", state=old.state)
    if count_seats_taken(session, target_id) >= target.capacity:
        raise Conflict("cohort_full")
    return old, target


def _enrol_there(session: Session, actor: Actor, old: Enrolment, target_id: UUID, now: datetime) -> Enrolment:
    """The person of `old` in the other cohort, for the institution where they work now."""
    current = find_affiliation_on(session, old.user_id, local_date(now))
    affiliation_id = current.id if current else old.affiliation_id
    newcomer = Newcomer(old.user_id, affiliation_id or UUID(int=0))
    enrolled = enrol_participants(session, actor, target_id, [newcomer], now=now)
    if enrolled.unchanged or not enrolled.invited:
        raise Conflict("already_there" if enrolled.unchanged else "cohort_full")
    return session.get_one(Enrolment, enrolled.invited[0], populate_existing=True)


def _lock_both(session: Session, source_id: UUID, target_id: UUID) -> tuple[Cohort, Cohort]:
    """Both cohorts, always locked in the same order, so that two transfers never wait for each other."""
    if source_id == target_id:
        raise Conflict("already_there")
    locked = {one: lock_cohort(session, one, *CHANGEABLE) for one in sorted((source_id, target_id))}
    source, target = locked[source_id], locked[target_id]
    programmes = session.scalars(
        select(Edition.programme_id).where(Edition.id.in_((source.edition_id, target.edition_id))).distinct()
    ).all()
    if len(programmes) > 1:
        raise Conflict("other_programme")
    return source, target
