"""A reflection that becomes a practice example: who may be asked about it, and what they answered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.coursework.models import (
    Comment,
    PeerFeedback,
    Promotion,
    PromotionConsent,
    Reflection,
    ReflectionVersion,
    Review,
)
from peergang.coursework.queries.comments import WENT_OUT
from peergang.coursework.rules.consent import Answer, Consent, may_ask_from, where_it_stands
from peergang.coursework.rules.quoting import Known, Mentioned, find_mentioned
from peergang.identity.models import User
from peergang.identity.rules import full_name
from peergang.practice.models import PracticeExample
from peergang.practice.queries.example import get_own_example

PARTS = ("context", "goal", "approach", "result", "learned", "conditions")
"""The parts of an example that text is taken over to, in the order in which they are read."""

TEXTS = ("title", "summary", *PARTS)


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody in the text of an example, and where their consent stands."""

    who: Mentioned
    state: Consent
    consent: PromotionConsent | None

    @property
    def may_ask_from(self) -> datetime | None:
        """From when they may be asked again; None when nobody asked yet."""
        one = self.consent
        return may_ask_from(one.answer, one.asked_at, one.answered_at) if one else None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is needed for this person."""
        return self.state == Consent.GIVEN


def text_of(values: Any) -> str:
    """All the words of an example, or of what is typed for one, in the order of its parts."""
    read = values.get if isinstance(values, dict) else lambda name: getattr(values, name)
    return "\n".join(str(read(name) or "") for name in TEXTS)


def list_known(session: Session, reflection_id: UUID) -> list[Known]:
    """Everybody of the network who may be quoted or named in what comes of a reflection: the people of its cohort and
    whoever reacted, with their words about it. Two statements for the people, three for the words.
    """
    words = _words(session, reflection_id)
    own, others = aliased(Enrolment), aliased(Enrolment)
    author, cohort = session.execute(
        select(own.user_id, own.cohort_id)
        .join(Reflection, Reflection.enrolment_id == own.id)
        .where(Reflection.id == reflection_id)
    ).one()
    in_cohort = select(others.user_id).where(others.cohort_id == cohort)
    rows = session.execute(
        select(User.id, User.given_name, User.name_particle, User.family_name)
        .where(User.id.in_(in_cohort) | User.id.in_(words.keys()), User.id != author)
        .order_by(User.sort_key, User.id)
    )
    return [Known(row.id, row.given_name, full_name(*row[1:]), tuple(words.get(row.id, ()))) for row in rows]


def _words(session: Session, reflection_id: UUID) -> dict[UUID, list[tuple[str, str]]]:
    """What each person sent about a reflection, with the text it was about: words that stood there were the author's."""
    about = ReflectionVersion.reflection_id == reflection_id
    reviews = (
        select(Review.reviewer_id, Review.message, ReflectionVersion.answers)
        .join(ReflectionVersion, ReflectionVersion.id == Review.version_id)
        .where(about, Review.sent_at.is_not(None))
    )
    feedback = (
        select(Enrolment.user_id, PeerFeedback.answers, ReflectionVersion.answers)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Enrolment, Enrolment.id == PeerFeedback.giver_id)
        .where(about, PeerFeedback.sent_at.is_not(None))
    )
    comments = (
        select(Comment.author_id, Comment.body, ReflectionVersion.answers)
        .join(ReflectionVersion, ReflectionVersion.id == Comment.version_id)
        .where(about, WENT_OUT)
    )
    found: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for statement in (reviews, feedback, comments):
        for person_id, said, answers in session.execute(statement):
            texts = [str(one) for one in said.values()] if isinstance(said, dict) else [said]
            found[person_id] += [(text, "\n".join(answers.values())) for text in texts if text]
    return found


def find_promotion(session: Session, example_id: UUID) -> Promotion | None:
    """What an example was made of, when it was made of a reflection. For its author alone."""
    return session.scalars(select(Promotion).where(Promotion.example_id == example_id)).one_or_none()


def get_own_promotion(
    session: Session, actor: Actor, example_id: UUID, *, lock: bool = False
) -> tuple[PracticeExample, Promotion]:
    """An example of the actor with its promotion.

    Raises:
        NotFound: it is not the actor's, or was not made of a reflection.
    """
    example = get_own_example(session, actor, example_id, lock=lock)
    promotion = find_promotion(session, example_id)
    if promotion is None:
        raise NotFound
    return example, promotion


def list_standings(session: Session, promotion: Promotion, example: PracticeExample) -> list[Standing]:
    """Everybody who stands in the text of an example as it is now, with where their consent stands."""
    consents = session.scalars(
        select(PromotionConsent).where(PromotionConsent.promotion_id == promotion.id)
    ).all()
    by_key = {one.person_id or one.outside_name.casefold(): one for one in consents}
    mentioned = find_mentioned(text_of(example), list_known(session, promotion.source_reflection_id))
    gone = _list_gone(session, [one.person_id for one in mentioned if one.person_id])
    return [
        _standing(one, by_key.get(one.person_id or one.name.casefold()), one.person_id not in gone)
        for one in mentioned
    ]


def _list_gone(session: Session, people: list[UUID]) -> set[UUID]:
    """Whose account is closed."""
    closed = select(User.id).where(User.id.in_(people), User.deactivated_at.is_not(None))
    return set(session.scalars(closed)) if people else set()


def _standing(who: Mentioned, consent: PromotionConsent | None, is_there: bool) -> Standing:
    state = where_it_stands(
        who.passages,
        is_sure=who.is_sure or who.person_id is None,
        asked=consent.passages if consent else None,
        answer=consent.answer if consent else None,
        is_there=is_there,
    )
    if who.person_id is None and consent is not None and consent.answer == Answer.NOT_MEANT:
        state = Consent.GIVEN
    return Standing(who, state, consent)


def list_promoted(session: Session, actor: Actor, reflection_id: UUID) -> Sequence[PracticeExample]:
    """The examples that the actor made of this reflection before."""
    return session.scalars(
        select(PracticeExample)
        .join(Promotion, Promotion.example_id == PracticeExample.id)
        .where(
            Promotion.source_reflection_id == reflection_id,
            PracticeExample.author_id == actor.user_id,
        )
        .order_by(Promotion.created_at)
    ).all()


class Asked(NamedTuple):
    """What somebody is asked: by whom, for which example, about which words."""

    consent_id: UUID
    person_id: UUID
    title: str
    given_name: str
    particle: str
    family_name: str
    passages: list[str]
    asked_at: datetime
    answer: str | None

    @property
    def author(self) -> str:
        """Who asks."""
        return full_name(self.given_name, self.particle, self.family_name)


# In the order of Asked.
_ASKED = (
    select(
        PromotionConsent.id,
        PromotionConsent.person_id,
        PracticeExample.title,
        User.given_name,
        User.name_particle,
        User.family_name,
        PromotionConsent.passages,
        PromotionConsent.asked_at,
        PromotionConsent.answer,
    )
    .join(Promotion, Promotion.id == PromotionConsent.promotion_id)
    .join(PracticeExample, PracticeExample.id == Promotion.example_id)
    .join(User, User.id == PracticeExample.author_id)
)
# What the author said about somebody who is not meant, that somebody never sees.
THEIRS = PromotionConsent.answer.is_(None) | PromotionConsent.answer.in_((Answer.YES, Answer.NO))


def get_asked(session: Session, actor: Actor, consent_id: UUID) -> Asked:
    """The question that was put to the actor.

    Raises:
        NotFound: there is none, or it was put to somebody else.
    """
    row = session.execute(
        _ASKED.where(PromotionConsent.id == consent_id, PromotionConsent.person_id == actor.user_id, THEIRS)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Asked._make(row)


def list_asked(session: Session, actor: Actor) -> list[Asked]:
    """What was asked of the actor, the newest first."""
    rows = session.execute(
        _ASKED.where(PromotionConsent.person_id == actor.user_id, THEIRS).order_by(
            PromotionConsent.asked_at.desc()
        )
    )
    return [Asked._make(row) for row in rows]
