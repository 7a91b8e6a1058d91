"""A reflection that becomes a practice example, with the consent of who is in it."""

from sqlalchemy import select

from peergang.coursework.actions.promotion import ask_consent, promote_reflection
from peergang.coursework.models import Promotion
from peergang.coursework.queries.promotion import get_own_promotion, list_standings
from peergang.coursework.rules import ReflectionState
from peergang.demo.events import Event
from peergang.demo.stage import Stage


def promote(stage: Stage, event: Event) -> bool:
    """Make a draft example of an approved reflection, and ask everybody of the network who is in its text."""
    session, actor = stage.session, stage.actor(event.who)
    reflection = stage.reflection(event)
    known = select(Promotion.id).where(Promotion.source_reflection_id == reflection.id).limit(1)
    if reflection.state != ReflectionState.APPROVED or session.execute(known).first():
        return False
    made = promote_reflection(
        session, actor, reflection.id, event.more["values"], no_student_data=True, now=event.at
    )
    example, promotion = get_own_promotion(session, actor, made.id)
    for one in list_standings(session, promotion, example):
        if one.who.person_id is not None:
            ask_consent(session, actor, example.id, one.who.person_id, now=event.at)
    return True
