"""Logging the conversation that an activity asks for, which completes it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.conversations.actions import ConversationNotes, log_conversation
from peergang.conversations.models import Conversation
from peergang.core.permissions import Actor, require
from peergang.coursework.policy import can_log_conversation
from peergang.coursework.queries.conversation import get_conversation_place
from peergang.coursework.rules.going import check_goes_on

EVIDENCE = "conversation"


def log_conversation_for_activity(
    session: Session,
    actor: Actor,
    activity_id: UUID,
    written: ConversationNotes,
    *,
    cohort_id: UUID | None = None,
    now: datetime,
) -> Conversation:
    """Write down the conversation that an activity asks for, and record that the activity is completed, now.

    Allowed to an active participant of a cohort with this activity (`cohort_id` says which, for who is in several). What
    was completed before keeps its date. Raises NotFound for anybody else, Conflict with the reasons of `check_goes_on`,
    and Invalid by field as `log_conversation` does.
    """
    place = get_conversation_place(session, actor, activity_id, cohort_id)
    require(can_log_conversation(actor, place))
    check_goes_on(place.cohort_state, place.opens_at, now)
    conversation = log_conversation(
        session, actor, written, enrolment_id=place.enrolment_id, activity_id=activity_id, now=now
    )
    record_completion(
        session,
        place.enrolment_id,
        activity_id,
        completed_at=now,
        evidence_kind=EVIDENCE,
        evidence_id=conversation.id,
    )
    return conversation
