"""Taking back the last change of the peer groups, and pinning somebody to their group."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.memberships import Place, apply_change
from peergang.cohorts.models import Enrolment, PeerGroupMembership
from peergang.cohorts.policy import can_arrange_groups, is_about_self
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.group_changes import find_last_change, list_changed
from peergang.cohorts.queries.people import PLACED
from peergang.cohorts.rules import CHANGEABLE
from peergang.cohorts.rules.groups import ChangeKind
from peergang.core.errors import Conflict, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit


def undo_group_change(
    session: Session, actor: Actor, cohort_id: UUID, change_id: UUID, *, now: datetime
) -> int:
    """Bring everybody back to where they were before the last change of the groups; done twice it is as it was. For
    organisers and trainers. Who has left the cohort since stays away. Gives how many people moved.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort.
        Conflict: `cohort_state`; `groups_changed` when another change came after it; `own_place` when it is about the
            actor alone; `pinned` when somebody who would move was pinned since.
    """
    require(can_arrange_groups(actor, cohort_id))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    last = find_last_change(session, cohort_id)
    if last is None or last.change_id != change_id:
        raise Conflict("groups_changed", cohort_id=cohort_id)
    rows = list_changed(session, change_id)
    if rows and all(is_about_self(actor, row.user_id) for row in rows):
        raise Conflict("own_place", cohort_id=cohort_id)
    if any(row.joined and row.pinned and row.left_at is None for row in rows):
        raise Conflict("pinned", cohort_id=cohort_id)
    back = [
        Place(row.peer_group_id, row.enrolment_id, row.pinned)
        for row in rows
        if not row.joined and row.state in PLACED
    ]
    returning = {one.enrolment_id for one in back}
    leaving = [
        row.enrolment_id
        for row in rows
        if row.joined and row.left_at is None and row.enrolment_id not in returning
    ]
    apply_change(session, cohort_id, ChangeKind.UNDONE, back, leaving=leaving, undoes_id=change_id, now=now)
    details = {"moved": len(back) + len(leaving), "kind": last.kind}
    record_audit(session, actor, "peer_groups_undone", "cohort", cohort_id, details, now=now)
    return len(back) + len(leaving)


def pin_member(session: Session, actor: Actor, enrolment_id: UUID, *, pinned: bool, now: datetime) -> UUID:
    """Keep somebody in the group they are in whatever is proposed or repaired, or let them go again. For organisers and
    trainers. Gives the cohort's id.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such participant.
        Conflict: `cohort_state`; `own_place` when it is the actor; `no_group` when there is nothing to be pinned to.
    """
    row = session.execute(
        select(Enrolment.cohort_id, Enrolment.user_id).where(
            Enrolment.id == enrolment_id, Enrolment.state.in_(PLACED)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    cohort_id: UUID = row.cohort_id
    require(can_arrange_groups(actor, cohort_id))
    if is_about_self(actor, row.user_id):
        raise Conflict("own_place", cohort_id=cohort_id)
    lock_cohort(session, cohort_id, *CHANGEABLE)
    membership = session.scalar(
        select(PeerGroupMembership)
        .where(PeerGroupMembership.enrolment_id == enrolment_id, PeerGroupMembership.left_at.is_(None))
        .execution_options(populate_existing=True)
    )
    if membership is None:
        raise Conflict("no_group", cohort_id=cohort_id)
    if membership.pinned != pinned:
        membership.pinned = pinned
        session.flush()
        verb = "peer_group_pinned" if pinned else "peer_group_unpinned"
        record_audit(session, actor, verb, "enrolment", enrolment_id, now=now)
    return cohort_id
