"""From an approved reflection to a draft practice example, with the consent of everybody in it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.coursework.models import Promotion, PromotionConsent
from peergang.coursework.policy import can_promote_reflection
from peergang.coursework.queries.access import get_access
from peergang.coursework.queries.promotion import (
    PARTS,
    TEXTS,
    Standing,
    find_promotion,
    get_asked,
    get_own_promotion,
    list_standings,
)
from peergang.coursework.rules.consent import Answer, Consent
from peergang.practice.actions.writing import start_example, unshare_example
from peergang.practice.models import PracticeExample
from peergang.practice.rules import VISIBLE


def promote_reflection(
    session: Session,
    actor: Actor,
    reflection_id: UUID,
    values: Mapping[str, str],
    *,
    no_student_data: bool,
    now: datetime,
) -> PracticeExample:
    """Keep a draft example with these texts, and remember which reflection it was made of. The author may, once a trainer
    approved it; the reflection itself and who may read it stay as they are.

    Raises:
        Forbidden: not the author's, or not approved.
        Invalid: no title, no text at all, or the author did not look whether students can be recognised.
    """
    access = get_access(session, actor, reflection_id, lock=True)
    require(can_promote_reflection(actor, access))
    problems = _missing(values) | ({} if no_student_data else {"no_student_data": "not_looked"})
    if problems:
        raise Invalid(problems)
    texts = {name: values.get(name, "") for name in TEXTS}
    example = start_example(session, actor, texts, activity_id=None, now=now)
    session.add(Promotion(example_id=example.id, source_reflection_id=access.reflection_id, created_at=now))
    session.flush()
    return example


def _missing(values: Mapping[str, str]) -> dict[str, str]:
    problems = {}
    if not values.get("title", "").strip():
        problems["title"] = "title_missing"
    if not any(values.get(name, "").strip() for name in PARTS):
        problems["take"] = "nothing_taken"
    return problems


def ask_consent(session: Session, actor: Actor, example_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Ask somebody of the network about the passages with their words or name, as they are now. The author may.

    A question about the same passages that was answered or is still open is not put again, nor to who is not there.

    Raises:
        NotFound: not the actor's example, or that person is not in its text.
        Conflict: `asked_lately` when it is too soon after they said no, or after a question they did not answer yet.
    """
    promotion, standing = _find_standing(session, actor, example_id, person_id)
    if standing.state in (Consent.OPEN, Consent.CHANGED):
        again = standing.may_ask_from
        if again is not None and again > now:
            raise Conflict("asked_lately", until=again)
        _keep(session, promotion, standing, None, now)


def settle_myself(
    session: Session, actor: Actor, example_id: UUID, key: UUID | str, answer: str, *, now: datetime
) -> None:
    """The author says of somebody outside the network (by name) that they were asked, or of a name that it is nobody's or
    somebody else's. Whoever is certainly meant and is in the network answers for themselves.

    Raises:
        NotFound: not the actor's example, or nobody of that name is in its text.
        Conflict: `answers_themselves` when it is for that person to answer.
    """
    promotion, standing = _find_standing(session, actor, example_id, key)
    inside = standing.who.person_id is not None
    allowed = {Answer.NOT_MEANT} if inside else {Answer.NOT_MEANT, Answer.ASKED_MYSELF}
    if answer not in allowed or (inside and (standing.who.is_sure or standing.state == Consent.REFUSED)):
        raise Conflict("answers_themselves")
    _keep(session, promotion, standing, answer, now)


def _find_standing(
    session: Session, actor: Actor, example_id: UUID, key: UUID | str
) -> tuple[Promotion, Standing]:
    # The example is locked, so its text stays what is asked about, and two buttons ask after one another.
    example, promotion = get_own_promotion(session, actor, example_id, lock=True)
    for one in list_standings(session, promotion, example):
        if key in (one.who.person_id, one.who.name if one.who.person_id is None else None):
            return promotion, one
    raise NotFound


def _keep(
    session: Session, promotion: Promotion, standing: Standing, answer: str | None, now: datetime
) -> None:
    consent = standing.consent
    if consent is None:
        who = standing.who
        consent = PromotionConsent(
            promotion_id=promotion.id,
            person_id=who.person_id,
            outside_name="" if who.person_id else who.name,
        )
        session.add(consent)
    consent.passages = standing.who.passages
    consent.asked_at = now
    consent.answer = answer
    consent.answered_at = now if answer else None
    session.flush()


def answer_consent(
    session: Session, actor: Actor, consent_id: UUID, answer: str, *, asked_at: str, now: datetime
) -> None:
    """Say yes or no to the passages that were shown; who said so before may come back on it. Only who was asked.

    A no about an example that is shared takes it out of the library, back to a draft of its author.

    Raises:
        NotFound: it was not put to the actor.
        Invalid: neither yes nor no.
        Conflict: `consent_changed` when other words are asked about by now.
    """
    example = _lock_example(session, actor, consent_id)
    asked = get_asked(session, actor, consent_id)
    if answer not in (Answer.YES, Answer.NO):
        raise Invalid({"answer": "answer_missing"})
    if asked.asked_at.isoformat() != asked_at:
        raise Conflict("consent_changed")
    consent = session.get_one(PromotionConsent, consent_id, populate_existing=True)
    consent.answer, consent.answered_at = answer, now
    if answer == Answer.NO and example.state in VISIBLE:
        unshare_example(session, example, now=now)
    session.flush()


def _lock_example(session: Session, actor: Actor, consent_id: UUID) -> PracticeExample:
    """The example that the actor is asked about, ours until the end of the transaction: whoever shares or edits it locks it
    too, so nothing is shared on a yes that becomes a no at this moment.
    """
    example_id = session.execute(
        select(Promotion.example_id)
        .join(PromotionConsent, PromotionConsent.promotion_id == Promotion.id)
        .where(PromotionConsent.id == consent_id, PromotionConsent.person_id == actor.user_id)
    ).scalar()
    if example_id is None:
        raise NotFound
    return session.get_one(PracticeExample, example_id, with_for_update=True, populate_existing=True)


def check_consents(session: Session, example: PracticeExample) -> dict[str, str]:
    """What still stands between an example and the library: {} when nobody has to be asked any more. Called by the library
    before an example is shared, and when a shared one is changed.
    """
    promotion = find_promotion(session, example.id)
    if promotion is None:
        return {}
    states = {one.state for one in list_standings(session, promotion, example)} - {Consent.GIVEN}
    if Consent.REFUSED in states:
        return {"consent": "consent_refused"}
    if Consent.AWAY in states:
        return {"consent": "consent_away"}
    return {"consent": "consent_open"} if states else {}
