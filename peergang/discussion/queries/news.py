"""What somebody may have to be told of conversations: the selects behind the rules of this feature."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Interval,
    Select,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, Meeting
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CohortState
from peergang.core.db import AMSTERDAM, AnyRow
from peergang.curriculum.models import Module
from peergang.discussion.models import Mention, Post, Reader, Thread
from peergang.discussion.rules import DIGEST_AT, Level, PostState
from peergang.identity.models import User

Rows = Select[*tuple[Any, ...]]
_SHOWN = Post.state == PostState.SHOWN


def _reads_along(user_id: Any) -> ColumnElement[bool]:
    place = select(Enrolment.id).where(
        Enrolment.cohort_id == Thread.cohort_id, Enrolment.user_id == user_id, Enrolment.state.in_(TAKES_PART)
    )
    return and_(place.correlate(Thread, Mention, Reader).exists(), Cohort.state != CohortState.CANCELLED)


def select_mentions() -> Rows:
    """Everybody who is named, as (subject_id, recipient_id, occurrence, blocked); the subject is the post."""
    blocked = case(
        (~_SHOWN, "withdrawn"),
        (~_reads_along(Mention.user_id), "withdrawn"),
        (func.coalesce(Reader.read_number, 0) >= Post.number, "read"),
        else_=literal("", String),
    )
    return (
        select(
            Post.id.label("subject_id"),
            Mention.user_id.label("recipient_id"),
            literal("once", String).label("occurrence"),
            blocked.label("blocked"),
        )
        .select_from(Mention)
        .join(Post, Post.id == Mention.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Cohort, Cohort.id == Thread.cohort_id)
        .outerjoin(Reader, and_(Reader.thread_id == Thread.id, Reader.user_id == Mention.user_id))
    )


def _digest_day() -> ColumnElement[Any]:
    """`rules.digest_day` for the database; a test holds the two beside each other."""
    later = literal(f"{24 - DIGEST_AT.hour} hours", String).cast(Interval)
    day = cast(func.timezone(AMSTERDAM, Post.created_at) + later, Date)
    weekday = cast(extract("isodow", day), Integer)
    return day + case((weekday >= 6, 8 - weekday), else_=0)


def select_replies() -> Rows:
    """Posts of others in conversations that somebody follows, by the day that tells of them: (subject_id, recipient_id,
    occurrence, blocked, day); the subject is the conversation.
    """
    day = _digest_day()
    unread = func.count().filter(and_(_SHOWN, Post.number > Reader.read_number))
    blocked = case(
        (Reader.level.is_distinct_from(Level.FOLLOW), "unsubscribed"),
        (~_reads_along(Reader.user_id), "withdrawn"),
        (unread == 0, "read"),
        else_=literal("", String),
    )
    return (
        select(
            Thread.id.label("subject_id"),
            Reader.user_id.label("recipient_id"),
            cast(day, String).label("occurrence"),
            blocked.label("blocked"),
            day.label("day"),
        )
        .select_from(Reader)
        .join(Thread, Thread.id == Reader.thread_id)
        .join(Cohort, Cohort.id == Thread.cohort_id)
        .join(Post, and_(Post.thread_id == Thread.id, Post.author_id != Reader.user_id))
        .group_by(Thread.id, Reader.thread_id, Reader.user_id, Cohort.id, day)
    )


def _select_place() -> Rows:
    return (
        select(
            Thread.id.label("thread_id"),
            func.coalesce(Module.title, Meeting.title).label("place"),
            func.coalesce(Module.title_en, "").label("place_en"),
            Cohort.name.label("cohort"),
        )
        .select_from(Thread)
        .join(Cohort, Cohort.id == Thread.cohort_id)
        .outerjoin(Module, Module.id == Thread.module_id)
        .outerjoin(Meeting, Meeting.id == Thread.meeting_id)
    )


def list_places_of_threads(session: Session, threads: Iterable[UUID]) -> dict[UUID, AnyRow]:
    """Where conversations belong, by their id. Columns: thread_id, place, place_en, cohort."""
    rows = session.execute(_select_place().where(Thread.id.in_(list(threads))))
    return {row.thread_id: row for row in rows}


def list_places_of_posts(session: Session, posts: Iterable[UUID]) -> dict[UUID, AnyRow]:
    """Where posts belong and who wrote them, by their id. Columns: as above, and post_id, given_name, name_particle,
    family_name.
    """
    rows = session.execute(
        _select_place()
        .join(Post, Post.thread_id == Thread.id)
        .join(User, User.id == Post.author_id)
        .add_columns(Post.id.label("post_id"), User.given_name, User.name_particle, User.family_name)
        .where(Post.id.in_(list(posts)))
    )
    return {row.post_id: row for row in rows}


def recent_mentions(since: datetime, until: datetime) -> Rows:
    """As `select_mentions`, of who was named between these moments, with `created_at` and `cohort_id`."""
    return (
        select_mentions()
        .add_columns(Mention.created_at, Thread.cohort_id)
        .where(Mention.created_at > since, Mention.created_at <= until)
    )


def recent_replies(since: datetime) -> Rows:
    """As `select_replies`, of what was said since a moment, with `cohort_id`."""
    return select_replies().add_columns(Thread.cohort_id).where(Post.created_at > since)
