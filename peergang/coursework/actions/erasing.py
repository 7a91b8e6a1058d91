"""Erasing somebody from coursework: their words go, what others wrote stays readable (invariants 4 and 12)."""

from uuid import UUID

from sqlalchemy import Text, cast, delete, func, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.coursework.actions.attachment_cleaning import erase_attachments
from peergang.coursework.models import (
    CalibrationJudgement,
    Comment,
    HandOver,
    PeerFeedback,
    Promotion,
    PromotionConsent,
    Reflection,
    ReflectionVersion,
    Review,
    ReviewPhrase,
    TrainerAbsence,
)
from peergang.coursework.rules import ReflectionState
from peergang.coursework.rules.consent import seal
from peergang.coursework.rules.erasing import ERASED_QUOTE, ERASED_TEXT, ERASED_TITLE
from peergang.identity.actions.audit import erasing

_WAITING = (ReflectionState.SUBMITTED, ReflectionState.IN_REVIEW)


def erase_coursework(session: Session, user_id: UUID) -> list[str]:
    """Replace everything somebody wrote, and empty what they had in hand. What they gave others and sent stays with who got
    it, under no name. Called by erasure, after its own policy and with their account closed.

    Returns:
        The keys of their files, to remove once this is committed.
    """
    keys = erase_attachments(session, user_id)
    with erasing(session):
        _erase_reflections(session, user_id)
        _erase_given(session, user_id)
        _erase_consents(session, user_id)
        _erase_from_the_desk(session, user_id)
    session.expire_all()
    return keys


def _erase_reflections(session: Session, user_id: UUID) -> None:
    """Nobody needs to judge a text that is gone, so what waited waits no more."""
    mine = Reflection.enrolment_id.in_(select(Enrolment.id).where(Enrolment.user_id == user_id))
    out_of_hand = {"reviewer_id": None, "suggested_reviewer_id": None, "covering_for_id": None}
    session.execute(
        update(Reflection)
        .where(mine, Reflection.state.in_(_WAITING))
        .values(
            state=ReflectionState.WITHDRAWN,
            for_trainer_at=None,
            promised_on=None,
            lease_until=None,
            **out_of_hand,
        )
    )
    # The revision moves on, so that a save that is under way at this moment finds it has passed.
    session.execute(
        update(Reflection)
        .where(mine)
        .values(
            title=ERASED_TITLE,
            draft={},
            kept_prompts=[],
            prompt_set="",
            draft_saved_at=None,
            draft_revision=Reflection.draft_revision + 1,
        )
    )
    session.expire_all()
    versions = session.scalars(
        select(ReflectionVersion)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .where(mine)
        .with_for_update(of=ReflectionVersion)
    ).all()
    for version in versions:
        version.title = ERASED_TITLE
        version.answers = dict.fromkeys(version.answers, ERASED_TEXT)
    session.flush()
    here = [version.id for version in versions]
    anchored = update(Comment).where(Comment.version_id.in_(here), Comment.quote != "")
    session.execute(anchored.values(quote=ERASED_QUOTE, prefix="", suffix=""))
    session.execute(
        update(Comment)
        .where(Comment.version_id.in_(here), Comment.author_id == user_id)
        .values(body=ERASED_TEXT)
    )
    # What they answered to others: that it helped and that they thanked stays, the words go.
    received = PeerFeedback.version_id.in_(here)
    session.execute(update(PeerFeedback).where(received).values(helpfulness_note=""))
    session.execute(
        update(PeerFeedback).where(received, PeerFeedback.thanks != "").values(thanks=ERASED_TEXT)
    )
    session.execute(
        update(Review).where(Review.version_id.in_(here), Review.sent_at.is_(None)).values(held_until=None)
    )


def _erase_given(session: Session, user_id: UUID) -> None:
    """What was never sent was nobody's but theirs."""
    places = select(Enrolment.id).where(Enrolment.user_id == user_id)
    sent = (
        select(PeerFeedback.id)
        .where(
            PeerFeedback.version_id == Comment.version_id,
            PeerFeedback.giver_id.in_(places),
            PeerFeedback.sent_at.is_not(None),
        )
        .exists()
    )
    judged = (
        select(Review.id)
        .where(
            Review.version_id == Comment.version_id,
            Review.reviewer_id == user_id,
            Review.sent_at >= Comment.created_at,
        )
        .exists()
    )
    session.execute(delete(Comment).where(Comment.author_id == user_id, ~sent, ~judged))
    session.execute(
        delete(PeerFeedback).where(PeerFeedback.giver_id.in_(places), PeerFeedback.sent_at.is_(None))
    )
    session.execute(update(PeerFeedback).where(PeerFeedback.giver_id.in_(places)).values(rewrite=None))
    session.execute(delete(Review).where(Review.reviewer_id == user_id, Review.sent_at.is_(None)))


def _erase_consents(session: Session, user_id: UUID) -> None:
    """That was asked and what was answered stays; the passages and the names that the author typed go. What somebody
    agreed to is sealed, so that an example with those very words stays as it is, and can be changed around them.
    """
    asked = select(PromotionConsent).where(PromotionConsent.person_id == user_id)
    for consent in session.scalars(asked.with_for_update()):
        consent.passages = [seal(one) for one in consent.passages]
    session.flush()
    made = (
        select(Promotion.id)
        .join(Reflection, Reflection.id == Promotion.source_reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Enrolment.user_id == user_id)
    )
    theirs = update(PromotionConsent).where(PromotionConsent.promotion_id.in_(made))
    session.execute(theirs.values(passages=[]))
    nameless = func.concat("gewist-", func.left(cast(PromotionConsent.id, Text), 8))
    session.execute(theirs.where(PromotionConsent.person_id.is_(None)).values(outside_name=nameless))


def _erase_from_the_desk(session: Session, user_id: UUID) -> None:
    """The work of a trainer: phrases and days away are theirs, judgements that were sent are their colleagues' as well."""
    session.execute(delete(ReviewPhrase).where(ReviewPhrase.user_id == user_id))
    session.execute(delete(TrainerAbsence).where(TrainerAbsence.user_id == user_id))
    session.execute(update(TrainerAbsence).where(TrainerAbsence.cover_id == user_id).values(cover_id=None))
    session.execute(update(HandOver).where(HandOver.from_id == user_id).values(note=""))
    judgement = CalibrationJudgement.trainer_id == user_id
    session.execute(delete(CalibrationJudgement).where(judgement, CalibrationJudgement.sent_at.is_(None)))
