"""Erasing somebody from the library: what was shared stays without a name, the rest goes."""

from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from peergang.practice.models import Adoption, PracticeExample, SavedExample


def erase_examples(session: Session, user_id: UUID) -> None:
    """Remove drafts and bookmarks, and the notes of experiences; what was shared under a licence others may go on using.
    Called by erasure, after its own policy.
    """
    session.execute(delete(SavedExample).where(SavedExample.user_id == user_id))
    session.execute(update(Adoption).where(Adoption.user_id == user_id).values(note=""))
    never_shared = PracticeExample.published_at.is_(None)
    session.execute(delete(PracticeExample).where(PracticeExample.author_id == user_id, never_shared))
    session.expire_all()
