"""What this week shows besides the path: reactions on one's own work, the peer group, an example that fits."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    distinct,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment, PeerGroupMembership
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.core.db import Rows
from peergang.core.prepared import Prepared
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.curriculum.models import Activity
from peergang.identity.models import Affiliation, Institution, User
from peergang.practice.models import Adoption, PracticeExample
from peergang.practice.rules import VISIBLE

SHOWN_REACTIONS = 3
QUOTE_LENGTH = 240
"""Characters of a reaction on the page; the whole is one click away."""


def _select_reviews() -> Select[*tuple[Any, ...]]:
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
        .where(Reflection.enrolment_id == bindparam("enrolment_id"), Review.sent_at.is_not(None))
    )


def _select_peer_feedback() -> Select[*tuple[Any, ...]]:
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
            # Until its receiver opens it, feedback may change, so its words are not shown.
            case((PeerFeedback.read_at.is_not(None), first.correlate(PeerFeedback).scalar_subquery())),
        )
        .join(giver, giver.id == PeerFeedback.giver_id)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .where(Reflection.enrolment_id == bindparam("enrolment_id"), PeerFeedback.sent_at.is_not(None))
    )


_SENT = union_all(_select_reviews(), _select_peer_feedback()).subquery("sent")
_REACTIONS = Prepared(
    select(
        _SENT.c.kind,
        Reflection.id.label("reflection_id"),
        Reflection.activity_id,
        ReflectionVersion.title,
        Activity.title.label("activity_title"),
        Activity.title_en.label("activity_title_en"),
        User.given_name,
        User.name_particle,
        User.family_name,
        _SENT.c.sent_at,
        _SENT.c.read_at,
        _SENT.c.decision,
        _SENT.c.words,
        func.count().filter(_SENT.c.read_at.is_(None)).over().label("unread"),
    )
    .join(ReflectionVersion, ReflectionVersion.id == _SENT.c.version_id)
    .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
    .join(Activity, Activity.id == Reflection.activity_id)
    .join(User, User.id == _SENT.c.author_id)
    .order_by(_SENT.c.read_at.is_not(None), _SENT.c.sent_at.desc())
    .limit(SHOWN_REACTIONS)
)
_GROUP = Prepared(
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
        PeerGroupMembership.peer_group_id == bindparam("peer_group_id"),
        PeerGroupMembership.left_at.is_(None),
        Enrolment.state.in_(TAKES_PART),
    )
    .order_by(User.sort_key, Enrolment.id)
)
_ADOPTED = (
    select(
        Adoption.example_id,
        func.count().label("adoptions"),
        func.count(distinct(Adoption.institution_id)).label("institutions"),
    )
    .group_by(Adoption.example_id)
    .subquery("adopted")
)
_ADOPTIONS = func.coalesce(_ADOPTED.c.adoptions, 0)
_most_used = (
    select(
        PracticeExample.id.label("example_id"),
        PracticeExample.title,
        PracticeExample.summary,
        PracticeExample.topic_code,
        Institution.name.label("institution_name"),
        _ADOPTIONS.label("adoptions"),
        func.coalesce(_ADOPTED.c.institutions, 0).label("institutions"),
        func.count().over().label("total"),
    )
    .outerjoin(_ADOPTED, _ADOPTED.c.example_id == PracticeExample.id)
    .outerjoin(Institution, Institution.id == PracticeExample.institution_id)
    .where(
        PracticeExample.state.in_(VISIBLE),
        PracticeExample.author_id.is_distinct_from(bindparam("besides", type_=Uuid())),
    )
    .order_by(_ADOPTIONS.desc(), PracticeExample.published_at.desc())
    .limit(bindparam("shown", type_=Integer()))
)
_MOST_USED = Prepared(_most_used)
_MOST_USED_ON = Prepared(_most_used.where(PracticeExample.main_question == bindparam("main_question")))
# These are made once: putting selects of this size together takes longer than running them.


def list_reactions(session: Session, enrolment_id: UUID) -> Rows:
    """The latest reactions on the work of an enrolment: unread ones first, then the newest.

    Columns: kind ("review" or "peer"), reflection_id, activity_id, title, activity_title, activity_title_en, given_name,
    name_particle, family_name, sent_at, read_at, decision (of a review), words (the first characters; none of
    feedback that was not opened), unread (how many
    reactions in all are unread).
    """
    return _REACTIONS.all(session, enrolment_id=enrolment_id)


def list_group(session: Session, peer_group_id: UUID) -> Rows:
    """Everyone who belongs to a peer group now, by name.

    Columns: enrolment_id, given_name, name_particle, family_name, institution_name.
    """
    return _GROUP.all(session, peer_group_id=peer_group_id)


def list_examples(
    session: Session, main_question: str | None, *, limit: int, besides: UUID | None = None
) -> Rows:
    """The examples on a main question that were used most; on any question for a programme without them.

    `besides` leaves out the examples of one author. Columns: example_id, title, summary, topic_code, institution_name,
    adoptions, institutions (how many used it), total (how many examples there are in all).
    """
    values = {"besides": besides, "shown": limit}
    if main_question is None:
        return _MOST_USED.all(session, **values)
    return _MOST_USED_ON.all(session, main_question=main_question, **values)
