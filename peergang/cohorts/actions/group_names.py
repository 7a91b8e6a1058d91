"""What a peer group is called."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import PeerGroup
from peergang.cohorts.policy import can_arrange_groups
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.rules import CHANGEABLE
from peergang.core.errors import Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit

NAME_MAX_LENGTH = 60


def rename_group(session: Session, actor: Actor, group_id: UUID, name: str, *, now: datetime) -> UUID:
    """Give a peer group a name of its own. For organisers and trainers. Gives the cohort's id.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such group. Conflict: `cohort_state`.
        Invalid: {"name": "missing" | "long" | "taken"}.
    """
    group = session.get(PeerGroup, group_id)
    if group is None:
        raise NotFound
    require(can_arrange_groups(actor, group.cohort_id))
    lock_cohort(session, group.cohort_id, *CHANGEABLE)
    wanted = " ".join(name.split())
    if not wanted:
        raise Invalid({"name": "missing"})
    if len(wanted) > NAME_MAX_LENGTH:
        raise Invalid({"name": "long"})
    others = select(PeerGroup.id).where(
        PeerGroup.cohort_id == group.cohort_id, PeerGroup.name == wanted, PeerGroup.id != group_id
    )
    if session.execute(others).first():
        raise Invalid({"name": "taken"})
    if group.name != wanted:
        details = {"from": group.name, "to": wanted}
        group.name = wanted
        session.flush()
        record_audit(session, actor, "peer_group_renamed", "peer_group", group_id, details, now=now)
    return group.cohort_id
