"""What the library holds about a person, for their download and for erasure."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.export import read_plain
from peergang.practice.actions.erasing import erase_examples
from peergang.practice.models import Adoption, PracticeExample, SavedExample

COLUMNS = {
    "practice_example.author_id": "Exported; at erasure what stands in the library stays without a name, other words go.",
    "practice_example.enrolment_id": "Exported with the example; erasing leaves it, the enrolment itself is erased.",
    "adoption.user_id": "Exported whole; erasing empties the note and keeps the count.",
    "saved_example.user_id": "Exported whole; erasing removes the bookmark.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """The person's own examples, experiences and bookmarks as plain rows."""
    return {
        "practice_examples": _rows(session, PracticeExample, PracticeExample.author_id == user_id),
        "experiences": _rows(session, Adoption, Adoption.user_id == user_id),
        "bookmarks": _rows(session, SavedExample, SavedExample.user_id == user_id),
    }


def _rows(session: Session, model: Any, condition: Any) -> list[dict[str, Any]]:
    columns = [column for column in model.__table__.columns if column.name != "search"]
    return read_plain(session, select(*columns).where(condition))


def erase(session: Session, user_id: UUID) -> list[str]:
    """Keep what was shared, without a name. The keys of files to remove: none."""
    erase_examples(session, user_id)
    return []
