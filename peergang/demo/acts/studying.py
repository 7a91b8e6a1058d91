"""Reading topics, holding conversations, and reading what others sent."""

from datetime import timedelta

from peergang.conversations.actions import ConversationNotes
from peergang.conversations.rules import topic_key
from peergang.core.clock import local_date
from peergang.coursework.actions.conversation import log_conversation_for_activity
from peergang.coursework.actions.reading import mark_reactions_read
from peergang.coursework.actions.topics import mark_topic_read
from peergang.demo.events import Event
from peergang.demo.stage import Stage


def read(stage: Stage, event: Event) -> bool:
    """Mark a topic as read."""
    cohort_id = stage.calendar(event).cohort_id
    actor = stage.actor(event.who)
    mark_topic_read(stage.session, actor, event.more["topic"], cohort_id=cohort_id, now=event.at)
    return True


def converse(stage: Stage, event: Event) -> bool:
    """Log the conversation that an activity asks for, with a few words about it."""
    calendar = stage.calendar(event)
    task = calendar.find(event.more["task"].slug)
    pick = event.more["pick"]
    figures = task.settings.get("figures") or ["teacher"]
    figure = figures[int(pick * len(figures))]
    texts = stage.known.words.conversations[figure]
    # Some people only note that they spoke with somebody.
    text = texts[int(pick * 997) % len(texts)] if pick > 0.15 else None
    held_on = local_date(event.at)
    written = ConversationNotes(
        held_on=held_on,
        figure=figure,
        topic_code=topic_key(calendar.programme, task.topics[0]) if task.topics else "",
        notes=text.notes if text else "",
        agreements=text.agreements if text else "",
        follow_up_on=held_on + timedelta(days=21) if text and text.agreements and pick > 0.5 else None,
    )
    log_conversation_for_activity(stage.session, stage.actor(event.who), task.id, written, now=event.at)
    return True


def read_reactions(stage: Stage, event: Event) -> bool:
    """Read the feedback and the reviews on one's reflection."""
    reflection = stage.reflection(event)
    mark_reactions_read(stage.session, stage.actor(event.who), reflection.id, now=event.at)
    return True
