"""Undoing more time as if it had not been given."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.extensions import insert_extensions, revoke
from peergang.cohorts.models import Extension
from peergang.core.clock import local_date
from peergang.core.permissions import Actor
from peergang.identity.actions.audit import record_audit


def undo_extension(session: Session, actor: Actor, extension_id: UUID, *, now: datetime) -> None:
    """Let it be as it was before this extension was given: what it replaced counts again, as a new one with the same date and
    reason; when it replaced nothing, the date of the cohort counts. For whom `revoke_extension` is, and raises what that
    raises.
    """
    undone = revoke(session, actor, extension_id, now)
    before = _find_replaced(session, undone)
    if before is None:
        return
    activities = [before.activity_id]
    insert_extensions(session, actor, undone.enrolment_id, activities, before.due_at, before.reason, now)
    details = {"activities": [str(before.activity_id)], "due_on": str(local_date(before.due_at))}
    record_audit(session, actor, "extension_granted", "enrolment", undone.enrolment_id, details, now=now)


def _find_replaced(session: Session, extension: Extension) -> Extension | None:
    """What made way at the moment at which the extension was given; what somebody took back by hand was so before."""
    found: Extension | None = session.scalar(
        select(Extension)
        .where(
            Extension.enrolment_id == extension.enrolment_id,
            Extension.activity_id == extension.activity_id,
            Extension.revoked_at == extension.granted_at,
            Extension.id != extension.id,
        )
        .order_by(Extension.granted_at.desc())
        .limit(1)
    )
    return found
