"""Use cases about one's own data, and about reading what concerns somebody else."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.openings import record_opening
from peergang.identity.policy import can_read_audit, can_read_on_behalf
from peergang.identity.rules import clean_text
from peergang.privacy.queries import MOST_EXPORTED, AuditFilter, list_events
from peergang.privacy.registry import list_personal_data

REASON_SHORTEST, REASON_LONGEST = 10, 200
"""Characters: a reason that its person can understand, and no file of its own."""

READ_ON_BEHALF: dict[str, tuple[str, ...]] = {
    "identity": ("account", "affiliations", "roles", "sign_ins", "opened_by"),
    "cohorts": ("enrolments", "peer_groups"),
}
"""What an admin may see of somebody, with a reason: facts about the account and the places. Never what somebody wrote,
said or was given back, and no conversation: those features are not named here, and a test holds them out.
"""


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


def export_audit(session: Session, actor: Actor, wanted: AuditFilter, *, now: datetime) -> Any:
    """The lines of the log that the filter asks for, at most MOST_EXPORTED; for admins. That they were taken along is a line.

    Raises:
        Forbidden: for anybody else.
    """
    require(can_read_audit(actor))
    record_audit(session, actor, "audit_exported", "user", wanted.user_id, now=now)
    session.flush()
    return list_events(session, wanted, limit=MOST_EXPORTED)[:MOST_EXPORTED]


def write_reason(session: Session, actor: Actor, reason: str, *, now: datetime) -> str:
    """Say why one is going to read personal data; for admins, whose work it is not. Gives the reason as it was written.

    Raises:
        Forbidden: for anybody else.
        Invalid: {"reason": "short" | "long"}.
    """
    require(actor.is_admin)
    words = check_reason(reason)
    record_audit(session, actor, "reason_given", "user", actor.user_id, {"reason": words}, now=now)
    return words


def read_on_behalf(
    session: Session, actor: Actor, user_id: UUID, reason: str, *, now: datetime
) -> dict[str, list[dict[str, Any]]]:
    """What we keep about the account and the places of somebody else, as {kind: rows}; for admins, with a reason.

    The log and the person's own page tell that it was read, by whom and why.

    Raises:
        Forbidden: for anybody else, and for oneself, who has a page of one's own for that.
        Invalid: {"reason": "short" | "long"}.
    """
    require(can_read_on_behalf(actor, user_id))
    words = check_reason(reason)
    record_audit(session, actor, "read_on_behalf", "user", user_id, {"reason": words}, now=now)
    record_opening(session, actor, [user_id], "on_behalf", now=now, reason=words)
    modules = list_personal_data()
    found: dict[str, list[dict[str, Any]]] = {}
    for feature, kinds in READ_ON_BEHALF.items():
        exported = modules[feature].export(session, user_id)
        found |= {kind: exported[kind] for kind in kinds if kind in exported}
    return found


def check_reason(reason: str) -> str:
    """The reason as it will be kept.

    Raises:
        Invalid: {"reason": "short" | "long"}.
    """
    words = clean_text(reason)
    if len(words) < REASON_SHORTEST:
        raise Invalid({"reason": "short"})
    if len(words) > REASON_LONGEST:
        raise Invalid({"reason": "long"})
    return words
