"""Selects about conversations. Every one takes the actor, because a log belongs to one person."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.conversations.models import Conversation
from peergang.core.db import Rows
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.curriculum.models import Activity, Module

LOG_SHOWN = 50


def list_conversations(session: Session, actor: Actor) -> Rows:
    """The actor's latest conversations, the newest first.

    Columns: conversation_id, held_on, figure, topic_code, notes, agreements, follow_up_on, module_code (of the activity
    it was held for, or None), activity_title, activity_title_en.
    """
    return session.execute(
        select(
            Conversation.id.label("conversation_id"),
            Conversation.held_on,
            Conversation.figure,
            Conversation.topic_code,
            Conversation.notes,
            Conversation.agreements,
            Conversation.follow_up_on,
            Module.code.label("module_code"),
            Activity.title.label("activity_title"),
            Activity.title_en.label("activity_title_en"),
        )
        .outerjoin(Activity, Activity.id == Conversation.activity_id)
        .outerjoin(Module, Module.id == Activity.module_id)
        .where(Conversation.user_id == actor.user_id)
        .order_by(Conversation.held_on.desc(), Conversation.created_at.desc())
        .limit(LOG_SHOWN)
    ).all()


def list_follow_ups(session: Session, actor: Actor, today: date) -> Rows:
    """What the actor agreed to come back to from today on, the first on top.

    Columns: conversation_id, held_on, figure, follow_up_on.
    """
    return session.execute(
        select(
            Conversation.id.label("conversation_id"),
            Conversation.held_on,
            Conversation.figure,
            Conversation.follow_up_on,
        )
        .where(Conversation.user_id == actor.user_id, Conversation.follow_up_on >= today)
        .order_by(Conversation.follow_up_on, Conversation.created_at)
        .limit(5)
    ).all()


def get_conversation(session: Session, actor: Actor, conversation_id: UUID) -> Conversation:
    """One conversation of the actor's own.

    Raises:
        NotFound: when there is none, or it is somebody else's: both look alike.
    """
    statement = select(Conversation).where(
        Conversation.id == conversation_id, Conversation.user_id == actor.user_id
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found
