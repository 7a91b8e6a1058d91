"""What export and erasure do with the records of this feature."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

from peergang.core.export import read_plain
from peergang.discussion.actions.removing import erase_discussion
from peergang.discussion.models import Mention, Post, Reader, Thread
from peergang.discussion.queries.titles import title_for

COLUMNS: dict[str, str] = {
    "discussion_thread.author_id": "Exported with its title; at erasure the title goes, replies stay (erase_discussion).",
    "discussion_post.author_id": "Exported whole; at erasure the text is replaced by a line that says so, and replies stay.",
    "discussion_post.hidden_by_id": "Not exported: a trainer's work; at erasure their reason goes, what they hid stays hidden.",
    "discussion_mention.user_id": "Exported as where and when, without the words of others; removed at erasure.",
    "discussion_reader.user_id": "Exported whole; removed at erasure.",
}

_ME = bindparam("user_id", type_=Uuid())
_TITLE = title_for(_ME)
_POSTS = (
    select(
        _TITLE,
        Post.number,
        Post.body,
        Post.state,
        Post.created_at,
        Post.edited_at,
        Post.hidden_reason,
    )
    .join(Thread, Thread.id == Post.thread_id)
    .order_by(Post.created_at, Post.thread_id, Post.number)
)
_MENTIONS = (
    select(_TITLE, Post.number, Mention.created_at)
    .join(Post, Post.id == Mention.post_id)
    .join(Thread, Thread.id == Post.thread_id)
    .order_by(Mention.created_at, Post.id)
)
_FOLLOWING = (
    select(_TITLE, Reader.level, Reader.read_number)
    .join(Thread, Thread.id == Reader.thread_id)
    .order_by(Thread.created_at, Thread.id)
)


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What somebody wrote, where they were named, and what they follow."""
    return {
        "posts": read_plain(session, _POSTS.where(Post.author_id == _ME).params(user_id=user_id)),
        "mentions": read_plain(session, _MENTIONS.where(Mention.user_id == _ME).params(user_id=user_id)),
        "following": read_plain(session, _FOLLOWING.where(Reader.user_id == _ME).params(user_id=user_id)),
    }


def erase(session: Session, user_id: UUID) -> list[str]:
    """Replace what somebody wrote; replies stay. The keys of files to remove: none."""
    erase_discussion(session, user_id)
    return []
