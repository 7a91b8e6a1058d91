"""Whom a post names, and that who takes part in a conversation follows it from then on."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.errors import Invalid
from peergang.discussion.models import Mention, Post, Reader
from peergang.discussion.queries.places import list_people
from peergang.discussion.rules import MOST_MENTIONS, Level
from peergang.discussion.rules.mentions import find_named


def find_mentioned(
    session: Session, cohort_id: UUID, author_id: UUID, text: str, chosen: Collection[UUID]
) -> frozenset[UUID]:
    """Who is named in `text` or was `chosen`, as far as they can read it; never the author.

    Raises:
        Invalid: {"body": "mention_unclear"} for a first name of several; {"mentions": "many"}.
    """
    people = list_people(session, cohort_id)
    named = find_named(text, people, chosen)
    if named.unclear:
        raise Invalid({"body": "mention_unclear"})
    known = {one.user_id for one in people}
    found = (named.found | (set(chosen) & known)) - {author_id}
    if len(found) > MOST_MENTIONS:
        raise Invalid({"mentions": "many"})
    return frozenset(found)


def set_mentions(session: Session, post: Post, people: Iterable[UUID], now: datetime) -> None:
    """Let `post` name these people and nobody else. Who was named before keeps the moment; who is new starts to follow."""
    wanted = sorted(people)
    session.execute(delete(Mention).where(Mention.post_id == post.id, Mention.user_id.not_in(wanted)))
    if not wanted:
        return
    rows = [{"post_id": post.id, "user_id": one, "created_at": now} for one in wanted]
    new = session.scalars(
        insert(Mention).values(rows).on_conflict_do_nothing().returning(Mention.user_id)
    ).all()
    take_part(session, post.thread_id, new)


def take_part(session: Session, thread_id: UUID, people: Iterable[UUID]) -> None:
    """Let these people follow a conversation, except who asked for silence."""
    rows = [
        {"thread_id": thread_id, "user_id": one, "level": str(Level.FOLLOW)} for one in sorted(set(people))
    ]
    if rows:
        session.execute(
            insert(Reader)
            .values(rows)
            .on_conflict_do_update(
                index_elements=["thread_id", "user_id"],
                set_={"level": str(Level.FOLLOW)},
                where=func.coalesce(Reader.level, "") != Level.MUTE,
            )
        )


def read_to(session: Session, thread_id: UUID, user_id: UUID, number: int) -> None:
    """Remember that somebody read up to `number`; what they read before stays read."""
    statement = insert(Reader).values(thread_id=thread_id, user_id=user_id, read_number=number)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["thread_id", "user_id"],
            set_={"read_number": func.greatest(Reader.read_number, statement.excluded.read_number)},
        )
    )
