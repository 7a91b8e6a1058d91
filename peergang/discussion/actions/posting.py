"""Beginning a conversation, replying, and changing what one wrote."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.discussion.actions.named import find_mentioned, read_to, set_mentions, take_part
from peergang.discussion.models import Post, Thread
from peergang.discussion.policy import can_change_post, can_join_discussion
from peergang.discussion.queries.places import (
    Place,
    find_thread_place,
    get_meeting_place,
    get_module_place,
    hold_place,
)
from peergang.discussion.rules import BODY_MAX_LENGTH, TITLE_MAX_LENGTH, PostState, check_open
from peergang.discussion.rules.text import clean_body, render
from peergang.identity.rules import clean_text


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to say, and whom they chose to name; `title` belongs to what begins a conversation."""

    body: str
    mentions: Collection[UUID] = ()
    title: str = ""


def start_thread(
    session: Session,
    actor: Actor,
    draft: Draft,
    *,
    cohort_id: UUID | None = None,
    module_id: UUID | None = None,
    meeting_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Begin a conversation under a module of a cohort or under a meeting; for its participants and trainers.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such place.
        Conflict: the reason why it is not open.
        Invalid: {"title": "missing" | "long"}, and what `add_reply` raises.
    """
    place = _get_place(session, cohort_id, module_id, meeting_id)
    require(can_join_discussion(actor, place.cohort_id))
    author_id = _person(actor)
    title, body = _check_opening(draft)
    check_open(hold_place(session, place.cohort_id), place.opens_at, now)
    named = find_mentioned(session, place.cohort_id, author_id, body, draft.mentions)
    thread = Thread(
        cohort_id=place.cohort_id,
        module_id=place.module_id,
        meeting_id=place.meeting_id,
        author_id=author_id,
        title=title,
        created_at=now,
        last_post_at=now,
    )
    session.add(thread)
    session.flush()
    _add(session, thread, author_id, body, named, now)
    return thread.id


def add_reply(
    session: Session, actor: Actor, thread_id: UUID, draft: Draft, *, seen: int = 0, now: datetime
) -> UUID:
    """Say something in a conversation; for participants and trainers of its cohort. Who replies has read up to `seen`.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such conversation.
        Conflict: the reason why it is not open.
        Invalid: {"body": "missing" | "long" | "mention_unclear"}, {"mentions": "many"}.
    """
    thread, state = _hold_thread(session, actor, thread_id)
    author_id = _person(actor)
    body = _check_body(draft.body, {})
    check_open(state, find_thread_place(session, thread).opens_at, now)
    named = find_mentioned(session, thread.cohort_id, author_id, body, draft.mentions)
    post = _add(session, thread, author_id, body, named, now)
    read_to(session, thread_id, author_id, min(max(0, seen), post.number))
    return post.id


def edit_post(
    session: Session, actor: Actor, post_id: UUID, draft: Draft, *, read: str, now: datetime
) -> None:
    """Change the text of one's own post, which then says so; `read` is the text it was made from. With the first post its
    title can change; an empty one leaves it as it is.

    Raises:
        Forbidden: for a post of somebody else. NotFound: when there is no such post.
        Conflict: the reason why it is not open; `post_gone`; `post_changed` when it has another text by now.
        Invalid: what `add_reply` raises, and {"title": "long"}.
    """
    post, thread, state = hold_post(session, actor, post_id)
    require(can_change_post(actor, thread.cohort_id, post.author_id))
    opens = post.number == 1 and bool(clean_text(draft.title))
    title, body = _check_opening(draft) if opens else (thread.title, _check_body(draft.body, {}))
    check_open(state, find_thread_place(session, thread).opens_at, now)
    if post.state != PostState.SHOWN:
        raise Conflict("post_gone")
    if post.body not in {clean_body(read), body}:
        raise Conflict("post_changed", body=post.body)
    named = find_mentioned(session, thread.cohort_id, post.author_id, body, draft.mentions)
    set_mentions(session, post, named, now)
    if (post.body, thread.title) != (body, title):
        post.body, post.body_html, post.edited_at = body, render(body), now
        thread.title = title
    session.flush()


def hold_post(session: Session, actor: Actor, post_id: UUID) -> tuple[Post, Thread, str]:
    """A post, its conversation and the state of its cohort, held until the end of the transaction.

    Raises:
        Forbidden: for whoever has no place in the cohort. NotFound: when there is no such post.
    """
    thread_id = session.scalar(select(Post.thread_id).where(Post.id == post_id))
    if thread_id is None:
        raise NotFound
    thread, state = _hold_thread(session, actor, thread_id)
    post = session.get(Post, post_id, populate_existing=True)
    if post is None:
        raise NotFound
    return post, thread, state


def _hold_thread(session: Session, actor: Actor, thread_id: UUID) -> tuple[Thread, str]:
    cohort_id = session.scalar(select(Thread.cohort_id).where(Thread.id == thread_id))
    if cohort_id is None:
        raise NotFound
    require(can_join_discussion(actor, cohort_id))
    # The cohort first, as everybody who changes a cohort does: closing it and going over to another edition wait here.
    state = hold_place(session, cohort_id)
    thread = session.get(Thread, thread_id, with_for_update={"key_share": True}, populate_existing=True)
    if thread is None:
        raise NotFound
    return thread, state


def _get_place(
    session: Session, cohort_id: UUID | None, module_id: UUID | None, meeting_id: UUID | None
) -> Place:
    if meeting_id is not None:
        return get_meeting_place(session, meeting_id)
    if cohort_id is None or module_id is None:
        raise NotFound
    return get_module_place(session, cohort_id, module_id)


def _person(actor: Actor) -> UUID:
    require(actor.user_id is not None)
    assert actor.user_id is not None
    return actor.user_id


def _check_opening(draft: Draft) -> tuple[str, str]:
    title = clean_text(draft.title)
    problems = {"title": "long" if title else "missing"} if not 0 < len(title) <= TITLE_MAX_LENGTH else {}
    return title, _check_body(draft.body, problems)


def _check_body(text: str, problems: dict[str, str]) -> str:
    body = clean_body(text)
    if not 0 < len(body) <= BODY_MAX_LENGTH:
        problems = problems | {"body": "long" if body else "missing"}
    if problems:
        raise Invalid(problems)
    return body


def _add(
    session: Session, thread: Thread, author_id: UUID, body: str, named: Collection[UUID], now: datetime
) -> Post:
    thread.last_number += 1
    thread.last_post_at = now
    post = Post(
        thread_id=thread.id,
        number=thread.last_number,
        author_id=author_id,
        body=body,
        body_html=render(body),
        created_at=now,
    )
    session.add(post)
    session.flush()
    take_part(session, thread.id, [author_id])
    set_mentions(session, post, named, now)
    return post
