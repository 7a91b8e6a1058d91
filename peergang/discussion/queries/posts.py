"""One conversation and what was said in it."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.discussion.models import Mention, Post, Reader, Thread
from peergang.discussion.queries.titles import title_for
from peergang.discussion.rules import PAGE
from peergang.identity.models import User

_COUNT = select(func.count()).where(Post.thread_id == Thread.id).correlate(Thread).scalar_subquery()
_THREAD: tuple[Any, ...] = (
    Thread.id.label("thread_id"),
    Thread.cohort_id,
    Thread.module_id,
    Thread.meeting_id,
    Thread.author_id,
    Thread.created_at,
    Thread.last_number,
    func.coalesce(Reader.read_number, 0).label("read_number"),
    Reader.level,
    _COUNT.label("posts"),
)


def get_thread(session: Session, thread_id: UUID, user_id: UUID | None) -> AnyRow:
    """A conversation as `user_id` sees it.

    Columns: thread_id, cohort_id, module_id, meeting_id, author_id, title, created_at, last_number, read_number, level,
    posts.

    Raises:
        NotFound: when there is no such conversation.
    """
    reader = and_(Reader.thread_id == Thread.id, Reader.user_id == user_id)
    row = session.execute(
        select(*_THREAD, title_for(user_id))
        .select_from(Thread)
        .outerjoin(Reader, reader)
        .where(Thread.id == thread_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


_person = aliased(User)
_name = func.concat_ws(
    " ", _person.given_name, func.nullif(_person.name_particle, ""), func.nullif(_person.family_name, "")
)
_named = (
    select(func.array_agg(aggregate_order_by(_name, _person.sort_key)))
    .select_from(Mention)
    .join(_person, _person.id == Mention.user_id)
    .where(Mention.post_id == Post.id)
    .correlate(Post)
    .scalar_subquery()
)
_trains = (
    select(Enrolment.id)
    .where(
        Enrolment.cohort_id == Thread.cohort_id,
        Enrolment.user_id == Post.author_id,
        Enrolment.role == EnrolmentRole.TRAINER,
        Enrolment.state.in_(TAKES_PART),
    )
    .correlate(Thread, Post)
    .exists()
)
_POSTS = (
    select(
        Post.id.label("post_id"),
        Post.number,
        Post.author_id,
        User.given_name,
        User.name_particle,
        User.family_name,
        _trains.label("is_trainer"),
        Post.state,
        Post.body_html,
        Post.created_at,
        Post.edited_at,
        Post.hidden_reason,
        _named.label("named"),
    )
    .select_from(Post)
    .join(Thread, Thread.id == Post.thread_id)
    .join(User, User.id == Post.author_id)
)


def list_posts(
    session: Session, thread: AnyRow, *, after: int | None = None, before: int | None = None
) -> tuple[Rows, bool]:
    """A page of posts in their order, and whether there are more in the direction that was asked for: those `after` a
    number, or the last ones `before` one.

    Columns: post_id, number, author_id, given_name, name_particle, family_name, is_trainer, state, body_html, created_at,
    edited_at, hidden_reason, named (whole names in their order, or None).
    """
    statement = _POSTS.where(Post.thread_id == thread.thread_id)
    if before is not None:
        statement = statement.where(Post.number < before).order_by(Post.number.desc())
    else:
        statement = statement.where(Post.number > (after or 0)).order_by(Post.number)
    rows = session.execute(statement.limit(PAGE + 1)).all()
    shown, more = rows[:PAGE], len(rows) > PAGE
    return (shown[::-1] if before is not None else shown), more


_chosen = (
    select(func.array_agg(Mention.user_id))
    .where(Mention.post_id == Post.id)
    .correlate(Post)
    .scalar_subquery()
)
_others = aliased(Post)
_posts = (
    select(func.count()).select_from(_others).where(_others.thread_id == Thread.id).correlate(Thread)
).scalar_subquery()
_POST = (
    select(
        Post.id.label("post_id"),
        Post.thread_id,
        Post.number,
        Post.author_id,
        Post.body,
        Post.state,
        Thread.cohort_id,
        _chosen.label("chosen"),
        _posts.label("posts"),
    )
    .select_from(Post)
    .join(Thread, Thread.id == Post.thread_id)
)


def get_post(session: Session, post_id: UUID, user_id: UUID | None) -> AnyRow:
    """One post, for `user_id` to act on. Columns: post_id, thread_id, number, author_id, body, state, cohort_id, title, chosen
    (the ids of who is named, or None), posts (of the conversation).

    Raises:
        NotFound: when there is no such post.
    """
    row = session.execute(_POST.add_columns(title_for(user_id)).where(Post.id == post_id)).one_or_none()
    if row is None:
        raise NotFound
    return row
