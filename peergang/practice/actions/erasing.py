"""Erasing somebody from the library: what is shared stays without a name, the rest goes."""

from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from peergang.practice.actions.writing import TEXTS
from peergang.practice.models import Adoption, PracticeExample, SavedExample
from peergang.practice.rules import VISIBLE


def erase_examples(session: Session, user_id: UUID) -> None:
    """Remove drafts and bookmarks, and the notes of experiences. What stands in the library under a licence others go on using,
    under no name; what was taken back or put away nobody reads any more, so of that the words go, and what others wrote
    about it stays with them. Called by erasure, after its own policy.
    """
    session.execute(delete(SavedExample).where(SavedExample.user_id == user_id))
    session.execute(update(Adoption).where(Adoption.user_id == user_id).values(note=""))
    never_shared = PracticeExample.published_at.is_(None)
    mine = PracticeExample.author_id == user_id
    session.execute(delete(PracticeExample).where(mine, never_shared))
    out_of_sight = PracticeExample.state.not_in(VISIBLE)
    empty: dict[str, object] = dict.fromkeys(("title", *TEXTS), "")
    session.execute(update(PracticeExample).where(mine, out_of_sight).values(tags=[], themes=[], **empty))
    session.expire_all()
