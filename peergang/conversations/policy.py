"""Who may do what with conversations. The log is private: nobody but its author reads it, whatever their role."""

from peergang.conversations.models import Conversation
from peergang.core.permissions import Actor


def can_log_conversation(actor: Actor) -> bool:
    """Write down a conversation: everyone who is signed in."""
    return actor.user_id is not None


def can_read_conversation(actor: Actor, conversation: Conversation) -> bool:
    """See the notes and agreements: their author."""
    return actor.user_id is not None and conversation.user_id == actor.user_id


def can_change_conversation(actor: Actor, conversation: Conversation) -> bool:
    """Correct or remove it: its author."""
    return can_read_conversation(actor, conversation)
