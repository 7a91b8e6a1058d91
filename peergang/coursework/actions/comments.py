"""Remarks at the words of a version. They go out with the review or the feedback of their author, and stay for ever."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.coursework.models import Comment, ReflectionVersion
from peergang.coursework.policy import can_comment_on_reflection
from peergang.coursework.queries.access import get_access, get_access_by_version
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.rules.anchors import Quote, find_quote, is_too_long, make_quote
from peergang.coursework.rules.drafts import MAX_COMMENT_LENGTH, clean_text

MAX_COMMENTS = 500
"""By one person on one version; far more than anybody writes, and a bound on what a page must show."""


def add_comment(
    session: Session, actor: Actor, version_id: UUID, prompt: str, quote: Quote, body: str, *, now: datetime
) -> Comment:
    """Put a remark at words of the answer to `prompt`; an empty quote is about the whole answer.

    Trainers who may review it, and peers who may give feedback on it. Until their review or feedback is sent, nobody
    else sees it.

    Raises:
        NotFound: when the version has no such answer.
        Invalid: `comment_empty`, `too_long`, `too_many`, or `quote_missing` when the words are not in the answer.
    """
    # Before anything is locked: others wait for that lock.
    if is_too_long(quote):
        raise Invalid({"body": "quote_missing"})
    access = get_access_by_version(session, actor, version_id)
    access = get_access(session, actor, access.reflection_id, lock=True)
    require(can_comment_on_reflection(actor, access))
    answers = session.execute(
        select(ReflectionVersion.answers).where(ReflectionVersion.id == version_id)
    ).scalar_one()
    if prompt not in answers:
        raise NotFound
    if len(list_comments(session, version_id, actor.user_id, others=False)) >= MAX_COMMENTS:
        raise Invalid({"body": "too_many"})
    place = _anchor(answers[prompt], quote)
    comment = Comment(
        version_id=version_id,
        author_id=actor.user_id,
        prompt=prompt,
        quote=place.exact,
        prefix=place.prefix,
        suffix=place.suffix,
        body=_checked(body),
        created_at=now,
    )
    session.add(comment)
    session.flush()
    return comment


def edit_comment(session: Session, actor: Actor, comment_id: UUID, body: str) -> Comment:
    """Change the words of a remark that nobody else has seen yet. Only its author.

    Raises:
        Invalid: `comment_empty`, `too_long`.
        Conflict: `comment_sent` when it went out already.
    """
    comment = _own_unsent(session, actor, comment_id)
    comment.body = _checked(body)
    session.flush()
    return comment


def remove_comment(session: Session, actor: Actor, comment_id: UUID) -> None:
    """Take back a remark that nobody else has seen yet. Only its author.

    Raises:
        Conflict: `comment_sent` when it went out already.
    """
    session.delete(_own_unsent(session, actor, comment_id))
    session.flush()


def _own_unsent(session: Session, actor: Actor, comment_id: UUID) -> Comment:
    comment = session.get(Comment, comment_id)
    if comment is None:
        raise NotFound
    require(actor.user_id is not None and comment.author_id == actor.user_id)
    access = get_access_by_version(session, actor, comment.version_id)
    # The lock keeps a review from being sent between the look and the change.
    access = get_access(session, actor, access.reflection_id, lock=True)
    require(can_comment_on_reflection(actor, access))
    unsent = {
        one.comment_id
        for one in list_comments(session, comment.version_id, actor.user_id, others=False)
        if not one.sent
    }
    if comment_id not in unsent:
        raise Conflict("comment_sent")
    return comment


def _anchor(answer: str, quote: Quote) -> Quote:
    if not quote.exact.strip():
        return Quote()
    span = find_quote(answer, quote)
    if span is None:
        raise Invalid({"body": "quote_missing"})
    return make_quote(answer, *span)


def _checked(body: str) -> str:
    text = clean_text(body).strip()
    if not text:
        raise Invalid({"body": "comment_empty"})
    if len(text) > MAX_COMMENT_LENGTH:
        raise Invalid({"body": "too_long"})
    return text
