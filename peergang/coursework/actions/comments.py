"""Remarks at the words of a version. They go out with the review or the feedback of their author: with a review they stay
for ever from then on, with feedback from the moment its receiver reads it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.coursework.actions.claiming import renew_lease
from peergang.coursework.actions.held import check_not_held
from peergang.coursework.models import Comment, ReflectionVersion
from peergang.coursework.policy import can_comment_on_reflection, can_review_reflection
from peergang.coursework.queries.access import ReflectionAccess, get_access, get_access_by_version
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.queries.feedback_task import find_own_feedback
from peergang.coursework.queries.going import get_going
from peergang.coursework.queries.open_account import hold_account
from peergang.coursework.rules import WAITING
from peergang.coursework.rules.anchors import Quote, is_too_long, make_anchor
from peergang.coursework.rules.drafts import MAX_COMMENT_LENGTH, clean_text
from peergang.coursework.rules.going import check_goes_on

MAX_COMMENTS = 500
"""By one person on one version; far more than anybody writes, and a bound on what a page must show."""


def add_comment(
    session: Session, actor: Actor, version_id: UUID, prompt: str, quote: Quote, body: str, *, now: datetime
) -> Comment:
    """Put a remark at words of the answer to `prompt`; an empty quote is about the whole answer.

    Trainers who may review it, and peers who may give feedback on it. Until their review or feedback is sent, nobody
    else sees it. Feedback that was sent takes it along as long as its receiver has not read it.

    Raises:
        NotFound: when the version has no such answer.
        Invalid: `comment_empty`, `too_long`, `too_many`, or `quote_missing` when the words are not in the answer.
        Conflict: `review_held` while the trainer's review is on its way, `comment_too_late` when nothing that could take
            it along will be sent any more, and for peers the reasons of `check_goes_on`.
    """
    # Before anything is locked: others wait for that lock.
    if is_too_long(quote):
        raise Invalid({"body": "quote_missing"})
    access = get_access_by_version(session, actor, version_id)
    access = get_access(session, actor, access.reflection_id, lock=True)
    require(can_comment_on_reflection(actor, access))
    if not can_review_reflection(actor, access):
        check_goes_on(*get_going(session, access.cohort_id, access.activity_id), now)
    _check_can_go_out(session, actor, access, version_id)
    answers = session.execute(
        select(ReflectionVersion.answers).where(ReflectionVersion.id == version_id)
    ).scalar_one()
    if prompt not in answers:
        raise NotFound
    if len(list_comments(session, version_id, actor.user_id, others=False)) >= MAX_COMMENTS:
        raise Invalid({"body": "too_many"})
    place, text = _anchor(answers[prompt], quote), _checked(body)
    hold_account(session, actor.user_id)
    anchor = {"prompt": prompt, "quote": place.exact, "prefix": place.prefix, "suffix": place.suffix}
    comment = Comment(version_id=version_id, author_id=actor.user_id, body=text, created_at=now, **anchor)
    session.add(comment)
    session.flush()
    if actor.is_trainer:
        renew_lease(session, actor, access.reflection_id, now=now)
    return comment


def edit_comment(session: Session, actor: Actor, comment_id: UUID, body: str) -> Comment:
    """Change the words of a remark that nobody else has seen yet. Only its author.

    Raises:
        Invalid: `comment_empty`, `too_long`.
        Conflict: `comment_sent` when it went out already, `review_held` when it is on its way.
    """
    comment = _own_unsent(session, actor, comment_id)
    comment.body = _checked(body)
    session.flush()
    return comment


def remove_comment(session: Session, actor: Actor, comment_id: UUID) -> None:
    """Take back a remark that nobody else has seen yet. Only its author.

    Raises:
        Conflict: `comment_sent` when it went out already, `review_held` when it is on its way.
    """
    session.delete(_own_unsent(session, actor, comment_id))
    session.flush()


def _own_unsent(session: Session, actor: Actor, comment_id: UUID) -> Comment:
    comment = session.get(Comment, comment_id)
    if comment is None:
        raise NotFound
    require(actor.user_id is not None and comment.author_id == actor.user_id)
    access = get_access_by_version(session, actor, comment.version_id)
    # The lock keeps a review from being sent, and feedback from being read, between the look and the change.
    access = get_access(session, actor, access.reflection_id, lock=True)
    require(can_comment_on_reflection(actor, access))
    if can_review_reflection(actor, access):
        check_not_held(session, access.reflection_id)
    unsent = {
        one.comment_id
        for one in list_comments(session, comment.version_id, actor.user_id, others=False)
        if not one.sent
    }
    if comment_id not in unsent:
        raise Conflict("comment_sent")
    return comment


def _check_can_go_out(session: Session, actor: Actor, access: ReflectionAccess, version_id: UUID) -> None:
    """A comment goes out with a review of the latest version, or with feedback on this one. Refuse one that cannot."""
    if can_review_reflection(actor, access):
        check_not_held(session, access.reflection_id)
        latest = session.scalar(
            select(ReflectionVersion.id).where(
                ReflectionVersion.reflection_id == access.reflection_id,
                ReflectionVersion.number == access.latest,
            )
        )
        if access.state not in WAITING:
            raise Conflict("reflection_state", state=access.state)
        if version_id != latest:
            raise Conflict("newer_version")
    elif find_own_feedback(session, version_id, access.own_enrolment_id).is_fixed:
        raise Conflict("comment_too_late")


def _anchor(answer: str, quote: Quote) -> Quote:
    anchor = make_anchor(answer, quote)
    if anchor is None:
        raise Invalid({"body": "quote_missing"})
    return anchor


def _checked(body: str) -> str:
    text = clean_text(body).strip()
    if not text:
        raise Invalid({"body": "comment_empty"})
    if len(text) > MAX_COMMENT_LENGTH:
        raise Invalid({"body": "too_long"})
    return text
