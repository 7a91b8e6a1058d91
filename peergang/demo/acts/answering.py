"""What others give back on a reflection: feedback of peers, comments and reviews of trainers."""

from uuid import UUID

from sqlalchemy import select

from peergang.cohorts.models import Enrolment
from peergang.core.errors import Invalid
from peergang.coursework.actions.claiming import claim_review
from peergang.coursework.actions.comments import add_comment
from peergang.coursework.actions.feedback import save_feedback, send_feedback
from peergang.coursework.actions.reviewing import ReviewText, save_review, send_review
from peergang.coursework.models import Comment, FeedbackAssignment, ReflectionVersion, Review
from peergang.coursework.queries.feedback_task import asked_by, find_feedback_task, find_own_feedback
from peergang.coursework.rules import ReflectionState
from peergang.coursework.rules.anchors import Quote
from peergang.demo.acts.writing import prompts_of, text_of
from peergang.demo.events import Event, chance
from peergang.demo.stage import Stage


def give(stage: Stage, event: Event) -> bool:
    """Give feedback on the latest version, unless it was given already: who planned to, or else who was asked."""
    session = stage.session
    reflection = stage.reflection(event)
    version = stage.latest_version(reflection)
    who = event.who if event.more.get("fixed") else _who_reads(stage, event, reflection.id)
    if version is None or who is None:
        return False
    actor, giver = stage.actor(who), stage.enrolment(event, who)
    own = find_own_feedback(session, version.id, giver.id)
    if own.sent_at:
        return False
    task = find_feedback_task(session, reflection.activity_id)
    asked = asked_by(task)
    notes, number = stage.known.words.feedback, event.more["note"]
    note = text_of(stage, event).feedback if number < 0 else notes[number % len(notes)]
    answers = {one["slug"]: said for one, said in zip(asked.questions, note, strict=False)}
    dice = chance("seen", who, *event.more["text"])
    seen = {one["slug"]: {"seen": _seen(dice.random()), "where": ""} for one in asked.criteria}
    seen = {slug: said for slug, said in seen.items() if said["seen"]}
    revision = save_feedback(
        session, actor, version.id, answers, seen, expected_revision=own.revision, now=event.at
    )
    send_feedback(session, actor, version.id, expected_revision=revision, now=event.at)
    return True


def _seen(dice: float) -> str:
    return "clearly" if dice < 0.55 else "partly" if dice < 0.8 else "not_found" if dice < 0.9 else ""


def _who_reads(stage: Stage, event: Event, reflection_id: UUID) -> str | None:
    """Who gives now: the person planned when the platform asked them or nobody yet, else the first who is asked."""
    rows = stage.session.execute(
        select(Enrolment.user_id, FeedbackAssignment.state)
        .join(FeedbackAssignment, FeedbackAssignment.giver_id == Enrolment.id)
        .where(FeedbackAssignment.reflection_id == reflection_id, FeedbackAssignment.state != "released")
        .order_by(FeedbackAssignment.round, FeedbackAssignment.assigned_at)
    ).all()
    opened = [row.user_id for row in rows if row.state == "open"]
    if not rows or stage.user_id(event.who) in opened:
        return event.who
    people = {stage.user_id(part.who): part.who for part in stage.story(event).parts}
    return next((people[one] for one in opened if one in people), None)


def take_up(stage: Stage, event: Event) -> bool:
    """Pick a reflection up, put a comment at its words, and begin to write."""
    session, actor = stage.session, stage.actor(event.who)
    reflection = stage.reflection(event)
    version = stage.latest_version(reflection)
    if version is None or reflection.state != ReflectionState.SUBMITTED:
        return False
    claim_review(session, actor, reflection.id, now=event.at)
    text = text_of(stage, event)
    if text.comment and not _commented(stage, reflection.id):
        # PostgreSQL keeps the keys of a JSON object in an order of its own, so the questions say which answer is which.
        prompt = prompts_of(stage, event)[text.comment.answer - 1]
        try:
            with session.begin_nested():
                quote = Quote(text.comment.quote)
                add_comment(session, actor, version.id, prompt, quote, text.comment.body, now=event.at)
        except Invalid:
            # A visitor wrote other words: the remark is then about the whole answer.
            add_comment(session, actor, version.id, prompt, Quote(), text.comment.body, now=event.at)
    review = _text(stage, event, decided=False)
    save_review(session, actor, reflection.id, version.id, review, expected_revision=0, now=event.at)
    return True


def _commented(stage: Stage, reflection_id: UUID) -> bool:
    """Whether this trainer commented on an earlier version already; saying it again would be strange."""
    found = stage.session.execute(
        select(Comment.id)
        .join(ReflectionVersion, ReflectionVersion.id == Comment.version_id)
        .where(ReflectionVersion.reflection_id == reflection_id)
        .limit(1)
    ).first()
    return found is not None


def decide(stage: Stage, event: Event) -> bool:
    """Send the review."""
    session, actor = stage.session, stage.actor(event.who)
    reflection = stage.reflection(event)
    mine = reflection.state == ReflectionState.IN_REVIEW and reflection.reviewer_id == actor.user_id
    version = stage.latest_version(reflection)
    # Picked up long ago it is in nobody's hands by now: saving picks it up again.
    if version is None or not (mine or reflection.state == ReflectionState.SUBMITTED):
        return False
    begun = session.scalar(
        select(Review).where(
            Review.version_id == version.id, Review.reviewer_id == actor.user_id, Review.sent_at.is_(None)
        )
    )
    revision = save_review(
        session,
        actor,
        reflection.id,
        version.id,
        _text(stage, event, decided=True),
        expected_revision=begun.revision if begun else 0,
        now=event.at,
    )
    send_review(session, actor, reflection.id, expected_revision=revision, now=event.at)
    return True


def _text(stage: Stage, event: Event, *, decided: bool) -> ReviewText:
    text = text_of(stage, event)
    returning = event.more["returning"] and text.first is not None
    message = text.first.message if returning and text.first else text.trainer
    criteria = stage.calendar(event).find(event.more["slug"]).settings["criteria"]
    dice = chance("criteria", *event.more["text"], returning)
    judged = {one["slug"]: _judgement(dice.random(), returning=returning) for one in criteria}
    if not decided:
        first_two = dict(list(judged.items())[:2])
        return ReviewText("", first_two, " ".join(message.split(" ")[:9]) + " …")
    return ReviewText("return" if returning else "approve", judged, message)


def _judgement(dice: float, *, returning: bool) -> str:
    if returning:
        return "yes" if dice < 0.4 else "partly" if dice < 0.75 else "not_yet"
    return "yes" if dice < 0.75 else "partly"
