"""What export and erasure do with the records of this feature."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peergang.core.export import read_plain
from peergang.notifications.models import Notice, RuleOptOut

COLUMNS: dict[str, str] = {
    "notice.recipient_id": "Exported; removed at erasure, and what is queued is suppressed for who was deactivated.",
    "rule_opt_out.user_id": "Exported; removed at erasure.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What was or will be told to `user_id`, and which reminders they stopped. The words of a mail are not kept."""
    notices = select(
        Notice.rule,
        Notice.occurrence,
        Notice.planned_at,
        Notice.not_before,
        Notice.state,
        Notice.reason,
        Notice.finished_at,
    )
    stops = select(RuleOptOut.rule, RuleOptOut.since)
    return {
        "messages": read_plain(
            session, notices.where(Notice.recipient_id == user_id).order_by(Notice.planned_at, Notice.id)
        ),
        "stopped_reminders": read_plain(
            session, stops.where(RuleOptOut.user_id == user_id).order_by(RuleOptOut.rule)
        ),
    }


def erase(session: Session, user_id: UUID) -> list[str]:
    """Remove what was or would be told to them. The keys of files to remove: none."""
    for model, whose in ((Notice, Notice.recipient_id), (RuleOptOut, RuleOptOut.user_id)):
        session.execute(delete(model).where(whose == user_id))
    return []
