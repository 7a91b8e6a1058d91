"""Taking words back: removing one's own post, hiding one as a trainer, and what erasure leaves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require
from peergang.discussion.actions.posting import hold_post
from peergang.discussion.models import Mention, Post, Reader, Thread
from peergang.discussion.policy import can_change_post, can_hide_post
from peergang.discussion.rules import REASON_MAX_LENGTH, PostState
from peergang.identity.actions.audit import record_audit
from peergang.identity.rules import clean_text


def remove_post(session: Session, actor: Actor, post_id: UUID) -> UUID | None:
    """Take back what one wrote, also after the cohort closed. With something after it a line stays in its place, so that
    replies keep their meaning; without, it disappears, and the conversation with it when nothing is left. The title goes
    with the post that it stood above.

    Gives the conversation, or None when it is gone. Done twice it changes nothing.

    Raises:
        Forbidden: for a post of somebody else. NotFound: when there is no such post.
        Conflict: `post_hidden` when a trainer hid it: who has to act on it may need the words.
    """
    post, thread, _ = hold_post(session, actor, post_id)
    require(can_change_post(actor, thread.cohort_id, post.author_id))
    if post.state == PostState.HIDDEN:
        raise Conflict("post_hidden")
    return _take_away(session, post, thread)


def remove_hidden_post(session: Session, actor: Actor, post_id: UUID, *, now: datetime) -> UUID | None:
    """Take away for good what was hidden, when nothing has to be done about it any more; for trainers of the cohort, of
    others' posts. What remains in its place is as with remove_post, and so is what it gives.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such post.
        Conflict: `post_gone` when it is not hidden (any more).
    """
    post, thread, _ = hold_post(session, actor, post_id)
    require(can_hide_post(actor, thread.cohort_id, post.author_id))
    if post.state != PostState.HIDDEN:
        raise Conflict("post_gone")
    details = {"thread": str(thread.id), "number": post.number}
    record_audit(session, actor, "discussion_post_removed", "user", post.author_id, details, now=now)
    return _take_away(session, post, thread)


def _take_away(session: Session, post: Post, thread: Thread) -> UUID | None:
    later = session.scalar(select(func.count()).where(Post.thread_id == thread.id, Post.number > post.number))
    session.execute(delete(Mention).where(Mention.post_id == post.id))
    if later:
        if post.state in {PostState.SHOWN, PostState.HIDDEN}:
            _empty(post, PostState.REMOVED)
            if post.number == 1:
                thread.title = ""
        session.flush()
        return thread.id
    session.delete(post)
    session.flush()
    return _settle(session, thread)


def _empty(post: Post, state: PostState) -> None:
    post.body = post.body_html = post.hidden_reason = ""
    post.state, post.hidden_by_id = state, None


def _settle(session: Session, thread: Thread) -> UUID | None:
    """After the last post went: lines that nothing follows any more go too, and so does an empty conversation."""
    words = func.coalesce(func.max(Post.number).filter(Post.state != PostState.REMOVED), 0)
    left = session.scalar(select(words).where(Post.thread_id == thread.id))
    session.execute(delete(Post).where(Post.thread_id == thread.id, Post.number > left))
    latest = session.scalar(select(func.max(Post.created_at)).where(Post.thread_id == thread.id))
    if latest is None:
        session.delete(thread)
        session.flush()
        return None
    thread.last_post_at = latest
    session.flush()
    return thread.id


def hide_post(session: Session, actor: Actor, post_id: UUID, reason: str, *, now: datetime) -> None:
    """Hide a post of somebody else and say why; for trainers of the cohort. Its author and the trainers still read it. With
    the first post its title is hidden: queries/titles.py.

    That it was done is written in the log, without the words of the post or the reason.

    Raises:
        Forbidden: for anybody else, and for one's own post. NotFound: when there is no such post.
        Conflict: `post_gone` when there is nothing (left) to hide.
        Invalid: {"reason": "missing" | "long"}.
    """
    post, thread, _ = hold_post(session, actor, post_id)
    require(can_hide_post(actor, thread.cohort_id, post.author_id))
    words = clean_text(reason)
    if not 0 < len(words) <= REASON_MAX_LENGTH:
        raise Invalid({"reason": "long" if words else "missing"})
    if post.state != PostState.SHOWN:
        raise Conflict("post_gone")
    post.state, post.hidden_by_id, post.hidden_reason = PostState.HIDDEN, actor.user_id, words
    details = {"thread": str(thread.id), "number": post.number}
    record_audit(session, actor, "discussion_post_hidden", "user", post.author_id, details, now=now)
    session.flush()


def show_post(session: Session, actor: Actor, post_id: UUID, *, now: datetime) -> None:
    """Show again what a trainer hid; for trainers of the cohort, of others' posts.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such post.
        Conflict: `post_gone` when it is not hidden (any more).
    """
    post, thread, _ = hold_post(session, actor, post_id)
    require(can_hide_post(actor, thread.cohort_id, post.author_id))
    if post.state != PostState.HIDDEN:
        raise Conflict("post_gone")
    post.state, post.hidden_by_id, post.hidden_reason = PostState.SHOWN, None, ""
    details = {"thread": str(thread.id), "number": post.number}
    record_audit(session, actor, "discussion_post_shown", "user", post.author_id, details, now=now)
    session.flush()


def erase_discussion(session: Session, user_id: UUID) -> None:
    """Replace what somebody wrote by the line that it was erased; called by erasure, after its own policy. The replies of
    others stay. Reasons that they gave as a trainer go as well, and what they hid stays hidden.
    """
    own = select(Post.id).where(Post.author_id == user_id)
    session.execute(delete(Mention).where((Mention.user_id == user_id) | Mention.post_id.in_(own)))
    session.execute(delete(Reader).where(Reader.user_id == user_id))
    gone = {"body": "", "body_html": "", "state": str(PostState.ERASED), "hidden_by_id": None}
    session.execute(update(Post).where(Post.author_id == user_id).values(hidden_reason="", **gone))
    session.execute(update(Post).where(Post.hidden_by_id == user_id).values(hidden_reason=""))
    session.execute(update(Thread).where(Thread.author_id == user_id).values(title=""))
    session.expire_all()
