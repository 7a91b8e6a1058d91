"""What readers do with an example: bookmark it, and tell how it went when they tried it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.permissions import Actor, require
from peergang.practice.models import Adoption, SavedExample
from peergang.practice.policy import can_adopt_example
from peergang.practice.queries.example import find_institution_of, get_example
from peergang.practice.rules import Outcome


def share_experience(
    session: Session, actor: Actor, example_id: UUID, *, outcome: Outcome, note: str, now: datetime
) -> None:
    """Record that the actor tried the example, and how it went; a second time replaces their first note.

    Anyone in the network but the author may. Raises NotFound or Forbidden.
    """
    example = get_example(session, actor, example_id)
    require(can_adopt_example(actor, example))
    values = {
        "outcome": outcome,
        "note": note,
        "institution_id": find_institution_of(session, actor.user_id, local_date(now)),
        "created_at": now,
    }
    session.execute(
        insert(Adoption)
        .values(example_id=example.id, user_id=actor.user_id, **values)
        .on_conflict_do_update(index_elements=["example_id", "user_id"], set_=values)
    )


def take_back_experience(session: Session, actor: Actor, example_id: UUID) -> None:
    """Remove the actor's own note. Raises NotFound when they may not see the example."""
    get_example(session, actor, example_id)
    session.execute(
        delete(Adoption).where(Adoption.example_id == example_id, Adoption.user_id == actor.user_id)
    )


def bookmark_example(session: Session, actor: Actor, example_id: UUID, *, keep: bool, now: datetime) -> None:
    """Keep or drop a bookmark; doing it twice changes nothing. Raises NotFound."""
    example = get_example(session, actor, example_id)
    if keep:
        session.execute(
            insert(SavedExample)
            .values(user_id=actor.user_id, example_id=example.id, saved_at=now)
            .on_conflict_do_nothing()
        )
    else:
        session.execute(
            delete(SavedExample).where(
                SavedExample.user_id == actor.user_id, SavedExample.example_id == example_id
            )
        )
