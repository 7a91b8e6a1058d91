"""The title of a conversation, which goes the way of the post that began it."""

from typing import Any

from sqlalchemy import ColumnElement, String, case, exists, literal, or_
from sqlalchemy.orm import aliased

from peergang.cohorts.models import Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.discussion.models import Post, Thread
from peergang.discussion.rules import PostState


def title_for(user_id: Any) -> ColumnElement[str]:
    """The title of the `Thread` of the surrounding select, as this person reads it: empty where a trainer hid how it began,
    but for its author and the trainers.
    """
    opener, trainer = aliased(Post), aliased(Enrolment)
    hidden = (
        exists()
        .where(opener.thread_id == Thread.id, opener.number == 1, opener.state == PostState.HIDDEN)
        .correlate(Thread)
    )
    trains = (
        exists()
        .where(
            trainer.cohort_id == Thread.cohort_id,
            trainer.user_id == user_id,
            trainer.role == EnrolmentRole.TRAINER,
            trainer.state.in_(TAKES_PART),
        )
        .correlate(Thread)
    )
    return case(
        (or_(~hidden, Thread.author_id == user_id, trains), Thread.title), else_=literal("", String)
    ).label("title")
