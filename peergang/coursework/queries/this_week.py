"""What this week shows besides the path: reactions on one's own work, the peer group, an example that fits."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, distinct, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment, PeerGroupMembership
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.queries.place import Rows
from peergang.curriculum.models import Activity
from peergang.identity.models import Affiliation, Institution, User
from peergang.practice.models import Adoption, PracticeExample
from peergang.practice.rules import VISIBLE

SHOWN_REACTIONS = 3
QUOTE_LENGTH = 240
"""Characters of a reaction on the page; the whole is one click away."""


def list_reactions(session: Session, enrolment_id: UUID) -> Rows:
    """The latest reactions on the work of an enrolment: unread ones first, then the newest.

    Columns: kind ("review" or "peer"), reflection_id, activity_id, title, activity_title, activity_title_en, given_name,
    name_particle, family_name, sent_at, read_at, decision (of a review), words (the first characters), unread (how many
    reactions in all are unread).
    """
    sent = union_all(_select_reviews(enrolment_id), _select_peer_feedback(enrolment_id)).subquery("sent")
    statement = (
        select(
            sent.c.kind,
            Reflection.id.label("reflection_id"),
            Reflection.activity_id,
            ReflectionVersion.title,
            Activity.title.label("activity_title"),
            Activity.title_en.label("activity_title_en"),
            User.given_name,
            User.name_particle,
            User.family_name,
            sent.c.sent_at,
            sent.c.read_at,
            sent.c.decision,
            sent.c.words,
            func.count().filter(sent.c.read_at.is_(None)).over().label("unread"),
        )
        .join(ReflectionVersion, ReflectionVersion.id == sent.c.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(User, User.id == sent.c.author_id)
        .order_by(sent.c.read_at.is_not(None), sent.c.sent_at.desc())
        .limit(SHOWN_REACTIONS)
    )
    return session.execute(statement).all()


def _select_reviews(enrolment_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal("review").label("kind"),
            Review.version_id,
            Review.reviewer_id.label("author_id"),
            Review.sent_at,
            Review.read_at,
            Review.decision,
            func.left(Review.message, QUOTE_LENGTH + 1).label("words"),
        )
        .join(ReflectionVersion, ReflectionVersion.id == Review.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .where(Reflection.enrolment_id == enrolment_id, Review.sent_at.is_not(None))
    )


def _select_peer_feedback(enrolment_id: UUID) -> Select[*tuple[Any, ...]]:
    giver = aliased(Enrolment)
    answer = func.jsonb_each_text(PeerFeedback.answers).table_valued("key", "value")
    first = select(func.left(answer.c.value, QUOTE_LENGTH + 1)).where(answer.c.value != "").limit(1)
    return (
        select(
            literal("peer"),
            PeerFeedback.version_id,
            giver.user_id,
            PeerFeedback.sent_at,
            PeerFeedback.read_at,
            cast(null(), Text),
            first.correlate(PeerFeedback).scalar_subquery(),
        )
        .join(giver, giver.id == PeerFeedback.giver_id)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .where(Reflection.enrolment_id == enrolment_id, PeerFeedback.sent_at.is_not(None))
    )


def list_group(session: Session, peer_group_id: UUID) -> Rows:
    """Everyone who belongs to a peer group now, by name.

    Columns: enrolment_id, given_name, name_particle, family_name, institution_name.
    """
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            User.given_name,
            User.name_particle,
            User.family_name,
            Institution.name.label("institution_name"),
        )
        .join(PeerGroupMembership, PeerGroupMembership.enrolment_id == Enrolment.id)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .where(
            PeerGroupMembership.peer_group_id == peer_group_id,
            PeerGroupMembership.left_at.is_(None),
            Enrolment.state.in_(TAKES_PART),
        )
        .order_by(User.sort_key, Enrolment.id)
    ).all()


def list_examples(
    session: Session, main_question: str | None, *, limit: int, besides: UUID | None = None
) -> Rows:
    """The examples on a main question that were used most; on any question for a programme without them.

    `besides` leaves out the examples of one author. Columns: example_id, title, summary, topic_code, institution_name,
    adoptions, institutions (how many used it), total (how many examples there are in all).
    """
    adopted = (
        select(
            Adoption.example_id,
            func.count().label("adoptions"),
            func.count(distinct(Adoption.institution_id)).label("institutions"),
        )
        .group_by(Adoption.example_id)
        .subquery("adopted")
    )
    adoptions = func.coalesce(adopted.c.adoptions, 0)
    statement = (
        select(
            PracticeExample.id.label("example_id"),
            PracticeExample.title,
            PracticeExample.summary,
            PracticeExample.topic_code,
            Institution.name.label("institution_name"),
            adoptions.label("adoptions"),
            func.coalesce(adopted.c.institutions, 0).label("institutions"),
            func.count().over().label("total"),
        )
        .outerjoin(adopted, adopted.c.example_id == PracticeExample.id)
        .outerjoin(Institution, Institution.id == PracticeExample.institution_id)
        .where(PracticeExample.state.in_(VISIBLE))
        .order_by(adoptions.desc(), PracticeExample.published_at.desc())
        .limit(limit)
    )
    if main_question is not None:
        statement = statement.where(PracticeExample.main_question == main_question)
    if besides is not None:
        statement = statement.where(PracticeExample.author_id != besides)
    return session.execute(statement).all()
