"""Use cases about one's own data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.privacy.registry import list_personal_data


def export_personal_data(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Everything that all features keep about a person, as {feature: {kind: rows}}; everybody their own.

    That it was asked for is written in the log.

    Raises:
        Forbidden: for another person's data, whatever one's role.
    """
    require(actor.user_id == user_id)
    record_audit(session, actor, "personal_data_exported", "user", user_id, now=now)
    # What was just written belongs to it as well.
    session.flush()
    records = {name: module.export(session, user_id) for name, module in list_personal_data().items()}
    return {"exported_at": now.isoformat(), "records": records}
