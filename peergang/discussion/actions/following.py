"""How somebody follows a conversation, and how far they read; and conversations that go along to another edition."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort
from peergang.core.errors import Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.curriculum.models import Module
from peergang.discussion.actions.named import read_to
from peergang.discussion.models import Reader, Thread
from peergang.discussion.policy import can_join_discussion
from peergang.discussion.rules import Level


def choose_level(session: Session, actor: Actor, thread_id: UUID, level: str) -> None:
    """Follow a conversation, stop following it, or have silence; everybody for themselves.

    Raises:
        Forbidden: for whoever cannot read it. NotFound: when there is no such conversation.
        Invalid: {"level": "unknown"}.
    """
    user_id = _reader(session, actor, thread_id)
    if level not in set(Level):
        raise Invalid({"level": "unknown"})
    session.execute(
        insert(Reader)
        .values(thread_id=thread_id, user_id=user_id, level=level)
        .on_conflict_do_update(index_elements=["thread_id", "user_id"], set_={"level": level})
    )


def mark_read(session: Session, actor: Actor, thread_id: UUID, number: int) -> None:
    """Remember that one read up to post `number`; everybody for themselves. What was read stays read.

    Raises:
        Forbidden: for whoever cannot read it. NotFound: when there is no such conversation.
    """
    user_id = _reader(session, actor, thread_id)
    last = session.scalar(select(Thread.last_number).where(Thread.id == thread_id)) or 0
    read_to(session, thread_id, user_id, min(max(0, number), last))


def _reader(session: Session, actor: Actor, thread_id: UUID) -> UUID:
    # Shared with other readers: only removing the whole conversation waits for it.
    cohort_id = session.scalar(
        select(Thread.cohort_id).where(Thread.id == thread_id).with_for_update(read=True, key_share=True)
    )
    if cohort_id is None:
        raise NotFound
    require(can_join_discussion(actor, cohort_id))
    if actor.user_id is None:
        raise NotFound
    return actor.user_id


def follow_modules(session: Session, cohort_id: UUID, _: Mapping[UUID, UUID]) -> None:
    """Let the conversations of a cohort belong to the same module, by slug, of the edition it went over to.

    Those under a module that is no more keep it: who has the address still reads them. Called by the use case that upgrades,
    in its transaction.
    """
    old, new = aliased(Module), aliased(Module)
    session.execute(
        update(Thread)
        .where(
            Thread.cohort_id == cohort_id,
            Cohort.id == cohort_id,
            old.id == Thread.module_id,
            new.edition_id == Cohort.edition_id,
            new.slug == old.slug,
        )
        .values(module_id=new.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
