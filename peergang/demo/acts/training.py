"""What trainers do around reviewing: phrases of their own, being away, asking a colleague, and judging a sample together."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from peergang.core.clock import local_date
from peergang.coursework.actions.absences import plan_absence
from peergang.coursework.actions.calibration import JudgementText, open_calibration, save_judgement
from peergang.coursework.actions.handing_over import hand_over_review
from peergang.coursework.actions.phrases import add_phrase
from peergang.coursework.models import Calibration, ReviewPhrase, TrainerAbsence
from peergang.coursework.rules import WAITING
from peergang.demo.events import Event
from peergang.demo.stage import Stage


def keep_phrases(stage: Stage, event: Event) -> bool:
    """Keep sentences of one's own, unless there are some."""
    actor = stage.actor(event.who)
    known = select(ReviewPhrase.id).where(ReviewPhrase.user_id == actor.user_id).limit(1)
    if stage.session.execute(known).first():
        return False
    for title, text in event.more["phrases"]:
        add_phrase(stage.session, actor, title, text)
    return True


def be_away(stage: Stage, event: Event) -> bool:
    """Say when one is away, and who reviews meanwhile."""
    actor = stage.actor(event.who)
    planned = select(TrainerAbsence.id).where(TrainerAbsence.user_id == actor.user_id).limit(1)
    if stage.session.execute(planned).first():
        return False
    first = local_date(event.at) + timedelta(days=1)
    last = first + timedelta(days=event.more["days"])
    plan_absence(stage.session, actor, first, last, stage.user_id(event.more["cover"]), now=event.at)
    return True


def hand_over(stage: Stage, event: Event) -> bool:
    """Ask a colleague for what waits, with a word."""
    reflection = stage.reflection(event)
    if reflection.state not in WAITING or reflection.for_trainer_at is None:
        return False
    to_id, note = stage.user_id(event.more["to"]), event.more["note"]
    hand_over_review(stage.session, stage.actor(event.who), reflection.id, to_id, note, now=event.at)
    return True


def calibrate(stage: Stage, event: Event) -> bool:
    """Put a version forward to judge it with a colleague, and give one's own judgement."""
    session, actor = stage.session, stage.actor(event.who)
    if session.execute(select(Calibration.id).limit(1)).first():
        return False
    reflection = stage.reflection(event)
    asked: list[UUID] = [stage.user_id(event.more["with"])]
    sample = open_calibration(session, actor, reflection.id, asked, now=event.at)
    criteria = stage.calendar(event).find(event.more["slug"]).settings["criteria"]
    judged = {one["slug"]: said for one, said in zip(criteria, event.more["judged"], strict=False)}
    text = JudgementText(judged, "approve", event.more["note"])
    save_judgement(session, actor, sample, text, send=True, now=event.at)
    return True
