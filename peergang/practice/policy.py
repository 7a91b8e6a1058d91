"""Who may do what with practice examples."""

from peergang.core.permissions import Actor
from peergang.practice.models import PracticeExample
from peergang.practice.rules import VISIBLE


def can_write_example(actor: Actor) -> bool:
    """Anyone who is signed in may share what they tried."""
    return actor.user_id is not None


def can_edit_example(actor: Actor, example: PracticeExample) -> bool:
    """Only the author changes the words."""
    return actor.user_id is not None and actor.user_id == example.author_id


def can_read_example(actor: Actor, example: PracticeExample) -> bool:
    """Published examples are for the whole network; a draft is for its author."""
    return can_edit_example(actor, example) or (actor.user_id is not None and example.state in VISIBLE)


def can_adopt_example(actor: Actor, example: PracticeExample) -> bool:
    """Everybody but the author can say that they tried it."""
    return can_read_example(actor, example) and not can_edit_example(actor, example)
