"""Selects about coursework."""

from sqlalchemy.orm import Session

from peergang.core.permissions import Actor


def count_new_reactions(session: Session, actor: Actor) -> int:
    """How many reactions on the actor's own work they have not read yet."""
    return 0


def count_to_review(session: Session, actor: Actor) -> int:
    """How many submitted reflections wait for this trainer."""
    return 0
