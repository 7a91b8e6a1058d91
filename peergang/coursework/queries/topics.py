"""A topic's page, and the place from which somebody marks it as read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortModule, Enrolment, TopicRead
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.coursework.queries.at_work import share_cohort
from peergang.curriculum.models import Activity, Topic
from peergang.curriculum.rules import ActivityKind


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """The actor's enrolment in a cohort whose edition holds a topic."""

    enrolment_id: UUID
    user_id: UUID
    state: str
    module_id: UUID
    opens_at: datetime
    cohort_state: str


def get_topic(session: Session, topic_id: UUID) -> AnyRow:
    """One topic. Columns: topic_id, module_id, code, title, title_en, summary, summary_en, minutes, body_html.

    Raises:
        NotFound: when there is no such topic.
    """
    row = session.execute(
        select(
            Topic.id.label("topic_id"),
            Topic.module_id,
            Topic.code,
            Topic.title,
            Topic.title_en,
            Topic.summary,
            Topic.summary_en,
            Topic.minutes,
            Topic.body_html,
        ).where(Topic.id == topic_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_reading_place(
    session: Session, actor: Actor, topic_id: UUID, cohort_id: UUID | None = None
) -> ReadingPlace:
    """The actor's place from which they read this topic, in `cohort_id` when given, else the latest cohort.

    The enrolment is locked: of two windows that mark the last two topics at once, the second sees what the first did. Its
    cohort is shared before that, in the order of actions/allocation.py: completing needs it, and whoever leaves waits.

    Raises:
        NotFound: when the actor takes part in no cohort with this topic.
    """
    statement = (
        select(
            Enrolment.id,
            Enrolment.user_id,
            Enrolment.state,
            Topic.module_id,
            CohortModule.opens_at,
            Cohort.state,
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(CohortModule, CohortModule.cohort_id == Cohort.id)
        .join(Topic, Topic.module_id == CohortModule.module_id)
        .where(
            Topic.id == topic_id,
            Enrolment.user_id == actor.user_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(TAKES_PART),
        )
        .order_by(Cohort.starts_on.desc(), Cohort.id)
        .limit(1)
    )
    if cohort_id is not None:
        statement = statement.where(Cohort.id == cohort_id)
    found = session.scalar(statement.with_only_columns(Cohort.id))
    if found is None:
        raise NotFound
    share_cohort(session, found)
    statement = statement.where(Cohort.id == found).with_for_update(of=Enrolment, key_share=True)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return ReadingPlace(*row)


def count_unread_topics(session: Session, enrolment_id: UUID, module_id: UUID) -> int:
    """How many topics of the module the enrolment has not marked as read."""
    read = select(TopicRead.topic_id).where(TopicRead.enrolment_id == enrolment_id)
    statement = select(func.count()).where(Topic.module_id == module_id, Topic.id.not_in(read))
    return session.execute(statement).scalar_one()


def list_reading_activities(session: Session, module_id: UUID) -> list[UUID]:
    """The activities of a module that are done by reading all its topics."""
    statement = select(Activity.id).where(Activity.module_id == module_id, Activity.kind == ActivityKind.READ)
    return list(session.scalars(statement))
