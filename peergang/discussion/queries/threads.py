"""Conversations in lists: those of a place, and the two that its page shows."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, Uuid, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, Rows
from peergang.core.prepared import Prepared
from peergang.discussion.models import Post, Reader, Thread
from peergang.discussion.queries.places import Place
from peergang.discussion.queries.titles import title_for
from peergang.discussion.rules import THREADS_PAGE, Level, PostState
from peergang.identity.models import User

SHOWN_IN_BLOCK = 2
_READ_TO = func.coalesce(Reader.read_number, 0)


def count_new(user_id: Any) -> ScalarSelect[int]:
    """How many posts of others in the `Thread` came after what its `Reader` read; none where they asked for silence."""
    return (
        select(func.count())
        .where(
            Post.thread_id == Thread.id,
            Post.number > _READ_TO,
            Post.author_id != user_id,
            Post.state == PostState.SHOWN,
            func.coalesce(Reader.level, "") != Level.MUTE,
        )
        .correlate(Thread, Reader)
        .scalar_subquery()
    )


def _count_posts() -> ScalarSelect[int]:
    return select(func.count()).where(Post.thread_id == Thread.id).correlate(Thread).scalar_subquery()


def _own(user_id: Any) -> ColumnElement[bool]:
    return and_(Reader.thread_id == Thread.id, Reader.user_id == user_id)


_ME = bindparam("user_id", type_=Uuid())
_NEW = count_new(_ME)


def _block() -> Select[*tuple[Any, ...]]:
    new = _NEW.label("new")
    found = (
        select(Thread.id.label("thread_id"), title_for(_ME), Thread.last_post_at, new)
        .select_from(Thread)
        .outerjoin(Reader, _own(_ME))
        .where(
            Thread.cohort_id == bindparam("cohort_id", type_=Uuid()),
            or_(
                Thread.module_id == bindparam("module_id", type_=Uuid()),
                Thread.meeting_id == bindparam("meeting_id", type_=Uuid()),
            ),
        )
        .subquery()
    )
    return (
        select(
            *found.c,
            func.count().over().label("threads"),
            func.sum(found.c.new).over().label("all_new"),
        )
        .order_by(found.c.last_post_at.desc(), found.c.thread_id)
        .limit(SHOWN_IN_BLOCK)
    )


_BLOCK = Prepared(_block())


def list_latest(
    session: Session, user_id: UUID, cohort_id: UUID, module_id: UUID | None, meeting_id: UUID | None
) -> Rows:
    """The two conversations of a place in which something was said last. One statement.

    Columns: thread_id, title, last_post_at, new, threads and all_new (of the whole place).
    """
    return _BLOCK.all(
        session, user_id=user_id, cohort_id=cohort_id, module_id=module_id, meeting_id=meeting_id
    )


_LISTED: tuple[Any, ...] = (
    Thread.id.label("thread_id"),
    Thread.created_at,
    Thread.last_post_at,
    Thread.author_id,
    User.given_name,
    User.name_particle,
    User.family_name,
    _count_posts().label("posts"),
)


def list_threads(session: Session, user_id: UUID, place: Place, after: AnyRow | None = None) -> Rows:
    """A page of the conversations of a place, what was said last first; `after` is the last one of the page before.
    One more than THREADS_PAGE says that there is a next page.

    Columns: thread_id, title, created_at, last_post_at, author_id, given_name, name_particle, family_name, posts, new,
    level.
    """
    statement = (
        select(
            *_LISTED,
            title_for(user_id),
            count_new(user_id).label("new"),
            Reader.level,
        )
        .select_from(Thread)
        .join(User, User.id == Thread.author_id)
        .outerjoin(Reader, _own(user_id))
        .where(Thread.cohort_id == place.cohort_id)
        .order_by(Thread.last_post_at.desc(), Thread.id.desc())
        .limit(THREADS_PAGE + 1)
    )
    if place.meeting_id is not None:
        statement = statement.where(Thread.meeting_id == place.meeting_id)
    else:
        statement = statement.where(Thread.module_id == place.module_id)
    if after is not None:
        statement = statement.where(
            tuple_(Thread.last_post_at, Thread.id) < (after.last_post_at, after.thread_id)
        )
    return session.execute(statement).all()


def find_position(session: Session, thread_id: UUID) -> AnyRow | None:
    """Where a conversation stands in its list. Columns: thread_id, last_post_at."""
    return session.execute(
        select(Thread.id.label("thread_id"), Thread.last_post_at).where(Thread.id == thread_id)
    ).one_or_none()
