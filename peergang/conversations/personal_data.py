"""What privacy exports and erases of conversations."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peergang.conversations.models import Conversation

COLUMNS: dict[str, str] = {
    "conversation.user_id": "The log is exported in full, and erasure removes its rows: nothing else depends on them.",
    "conversation.enrolment_id": "Points at the author's own place in a cohort; it goes with the row.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, object]]]:
    """The conversations that this person wrote down, as plain rows."""
    rows = session.scalars(
        select(Conversation)
        .where(Conversation.user_id == user_id)
        .order_by(Conversation.held_on, Conversation.id)
    )
    return {
        "conversations": [
            {
                "held_on": row.held_on.isoformat(),
                "figure": row.figure,
                "topic": row.topic_code,
                "notes": row.notes,
                "agreements": row.agreements,
                "follow_up_on": row.follow_up_on.isoformat() if row.follow_up_on else None,
                "written_at": row.created_at.isoformat(),
            }
            for row in rows
        ]
    }


def erase(session: Session, user_id: UUID) -> list[str]:
    """Remove the log. The keys of files to remove: none."""
    session.execute(delete(Conversation).where(Conversation.user_id == user_id))
    return []
