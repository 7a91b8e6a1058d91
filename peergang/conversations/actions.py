"""Logging, correcting and removing a conversation. The log is private to its author."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.conversations.models import Conversation
from peergang.conversations.policy import can_change_conversation, can_log_conversation
from peergang.conversations.queries import get_conversation
from peergang.conversations.rules import MAX_AGREEMENTS, MAX_NOTES, date_problems
from peergang.core.clock import local_date
from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require


@dataclass(frozen=True, slots=True)
class ConversationNotes:
    """What somebody writes down about a conversation."""

    held_on: date
    figure: str
    topic_code: str = ""
    notes: str = ""
    agreements: str = ""
    follow_up_on: date | None = None


def log_conversation(
    session: Session,
    actor: Actor,
    written: ConversationNotes,
    *,
    enrolment_id: UUID | None = None,
    activity_id: UUID | None = None,
    now: datetime,
) -> Conversation:
    """Write down a conversation that was held.

    Anybody who is signed in, for themselves. `enrolment_id` and `activity_id` tie it to an activity; the caller has
    checked that they are the actor's. Raises Invalid by field: `in_future`, `too_long_ago`, `before_conversation`,
    `too_far_off`, `too_long`.
    """
    require(can_log_conversation(actor))
    _check(written, now)
    assert actor.user_id is not None
    conversation = Conversation(
        user_id=actor.user_id, enrolment_id=enrolment_id, activity_id=activity_id, created_at=now
    )
    _write(conversation, written)
    session.add(conversation)
    session.flush()
    return conversation


def change_conversation(
    session: Session, actor: Actor, conversation_id: UUID, written: ConversationNotes, *, now: datetime
) -> Conversation:
    """Correct what was written down. Its author only; raises NotFound for others, and Invalid as above."""
    conversation = get_conversation(session, actor, conversation_id)
    require(can_change_conversation(actor, conversation))
    _check(written, now)
    _write(conversation, written)
    session.flush()
    return conversation


def remove_conversation(session: Session, actor: Actor, conversation_id: UUID) -> None:
    """Remove a conversation with its notes, for good. Its author only; raises NotFound for others.

    An activity that it completed stays completed: that it was held remains a fact (invariant 2).
    """
    conversation = get_conversation(session, actor, conversation_id)
    require(can_change_conversation(actor, conversation))
    session.delete(conversation)
    session.flush()


def _check(written: ConversationNotes, now: datetime) -> None:
    problems = date_problems(written.held_on, written.follow_up_on, local_date(now))
    if len(written.notes) > MAX_NOTES:
        problems["notes"] = "too_long"
    if len(written.agreements) > MAX_AGREEMENTS:
        problems["agreements"] = "too_long"
    if problems:
        raise Invalid(problems)


def _write(conversation: Conversation, written: ConversationNotes) -> None:
    conversation.held_on = written.held_on
    conversation.figure = written.figure
    conversation.topic_code = written.topic_code
    conversation.notes = written.notes
    conversation.agreements = written.agreements
    conversation.follow_up_on = written.follow_up_on
