"""What a receiver says back about feedback: whether it helped, and thanks. Between these two people alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Update, case, func, literal, null, select, update
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.coursework.models import PeerFeedback
from peergang.coursework.policy import can_answer_feedback, can_look_back_at_feedback
from peergang.coursework.queries.given_feedback import get_feedback_place
from peergang.coursework.rules.drafts import clean_text
from peergang.coursework.rules.feedback import MAX_NOTE_LENGTH, MAX_THANKS_LENGTH, Helpfulness


def answer_feedback(
    session: Session,
    actor: Actor,
    feedback_id: UUID,
    helpfulness: str,
    note: str,
    thanks: str | None,
    *,
    now: datetime,
) -> None:
    """Say at once how much the feedback helped and thank for it. Only the receiver. Thanks that are None or did not change
    stay as they are, and with thanks alone nothing is said of what it helped.

    Raises:
        Invalid, Conflict: what `rate_feedback` and `thank_for_feedback` raise.
    """
    require(can_answer_feedback(actor, get_feedback_place(session, feedback_id)))
    stored = session.scalar(select(PeerFeedback.thanks).where(PeerFeedback.id == feedback_id))
    thanks = None if thanks is None or clean_text(thanks).strip() == stored else thanks
    if helpfulness or note.strip() or thanks is None:
        rate_feedback(session, actor, feedback_id, helpfulness, note, now=now)
    if thanks is not None:
        thank_for_feedback(session, actor, feedback_id, thanks, now=now)


def rate_feedback(
    session: Session, actor: Actor, feedback_id: UUID, helpfulness: str, note: str, *, now: datetime
) -> None:
    """Say how much the feedback helped, with a note why when the receiver likes. Only the receiver; it may change.

    Raises:
        Invalid: `helpfulness_missing` for `helpfulness`, `too_long` for `note`.
        Conflict: `feedback_unread` when they did not open it yet.
    """
    require(can_answer_feedback(actor, get_feedback_place(session, feedback_id)))
    said = clean_text(note).strip()
    problems = {} if helpfulness in set(Helpfulness) else {"helpfulness": "helpfulness_missing"}
    if len(said) > MAX_NOTE_LENGTH:
        problems["note"] = "too_long"
    if problems:
        raise Invalid(problems)
    values = {"helpfulness": helpfulness, "helpfulness_note": said, "rated_at": now}
    if not _changed(session, _of(feedback_id).values(**values)):
        raise Conflict("feedback_unread")


def thank_for_feedback(
    session: Session, actor: Actor, feedback_id: UUID, message: str, *, now: datetime
) -> None:
    """Thank the giver with a few words; empty words take the thanks back. Only the receiver, until the giver read them.

    Raises:
        Invalid: `too_long` for `thanks`.
        Conflict: `thanks_read` when the giver read them already, `feedback_unread` when the feedback was not opened yet.
    """
    require(can_answer_feedback(actor, get_feedback_place(session, feedback_id)))
    words = clean_text(message).strip()
    if len(words) > MAX_THANKS_LENGTH:
        raise Invalid({"thanks": "too_long"})
    first = func.coalesce(PeerFeedback.thanked_at, literal(now, PeerFeedback.thanked_at.type))
    statement = _of(feedback_id).where(PeerFeedback.thanks_read_at.is_(None))
    statement = statement.values(thanks=words, thanked_at=case((literal(bool(words)), first), else_=null()))
    if not _changed(session, statement):
        feedback = session.get_one(PeerFeedback, feedback_id, populate_existing=True)
        raise Conflict("thanks_read" if feedback.read_at else "feedback_unread")
    enqueue(session, Job.NOTICES_PLAN_RULE, "feedback_thanked")


def open_thanks(session: Session, actor: Actor, feedback_id: UUID, *, now: datetime) -> None:
    """Note that the giver read the thanks, which stay as they are from then on. Only the giver; the first moment stays."""
    require(can_look_back_at_feedback(actor, get_feedback_place(session, feedback_id)))
    session.execute(
        _of(feedback_id)
        .where(PeerFeedback.thanked_at.is_not(None), PeerFeedback.thanks_read_at.is_(None))
        .values(thanks_read_at=now)
    )


def _of(feedback_id: UUID) -> Update:
    """An update of this feedback once its receiver read it."""
    return (
        update(PeerFeedback)
        .where(PeerFeedback.id == feedback_id, PeerFeedback.read_at.is_not(None))
        .execution_options(synchronize_session=False)
    )


def _changed(session: Session, statement: Update) -> bool:
    return session.execute(statement.returning(PeerFeedback.id)).one_or_none() is not None
