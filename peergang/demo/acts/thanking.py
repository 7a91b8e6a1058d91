"""What a receiver says back about feedback, and the giver who reads it."""

from collections.abc import Sequence
from random import Random

from sqlalchemy import select

from peergang.cohorts.models import Enrolment
from peergang.core.db import AnyRow
from peergang.coursework.actions.thanking import open_thanks, rate_feedback, thank_for_feedback
from peergang.coursework.models import PeerFeedback, ReflectionVersion
from peergang.demo.events import Event, chance
from peergang.demo.stage import Stage

THANKS = (
    "Dank je, met je vraag ben ik nog eens teruggegaan.",
    "Hier had ik iets aan. Ik heb mijn laatste stuk herschreven.",
    "Fijn dat je de moeite nam. Je tip neem ik mee naar het team.",
    "Die vraag bleef hangen, ik kom er bij de bijeenkomst op terug.",
)
NOTES = ("Je vraag hielp me meer dan de tip.", "", "", "De tip kende ik al, je vraag nog niet.")


def thank(stage: Stage, event: Event) -> bool:
    """Say of what one read whether it helped, mostly; and thank for some of it. The giver reads that now and then."""
    dice = chance("thanks", event.more["author"], event.more["slug"])
    found = [one for one in _unrated(stage, event) if dice.random() < 0.8]
    for one in found:
        _say(stage, event, one, dice)
    return bool(found)


def _say(stage: Stage, event: Event, one: AnyRow, dice: Random) -> None:
    session, actor, now = stage.session, stage.actor(event.who), event.at
    helped = dice.choice(("helped", "helped", "helped", "a_bit", "not_really"))
    note = dice.choice(NOTES) if helped != "helped" else ""
    rate_feedback(session, actor, one.id, helped, note, now=now)
    if helped != "helped" or dice.random() < 0.45:
        return
    thank_for_feedback(session, actor, one.id, dice.choice(THANKS), now=now)
    parts = {stage.user_id(part.who): part.who for part in stage.story(event).parts}
    if one.user_id in parts and dice.random() < 0.6:
        open_thanks(session, stage.actor(parts[one.user_id]), one.id, now=now)


def _unrated(stage: Stage, event: Event) -> Sequence[AnyRow]:
    """What was read and not spoken of yet, with who gave it."""
    reflection = stage.reflection(event)
    return stage.session.execute(
        select(PeerFeedback.id, Enrolment.user_id)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Enrolment, Enrolment.id == PeerFeedback.giver_id)
        .where(
            ReflectionVersion.reflection_id == reflection.id,
            PeerFeedback.read_at.is_not(None),
            PeerFeedback.helpfulness.is_(None),
        )
        .order_by(PeerFeedback.sent_at)
    ).all()
