"""Marking topics as read. When all of a module are, the reading of that module is completed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import TopicRead
from peergang.core.permissions import Actor, require
from peergang.coursework.policy import can_mark_topic_read
from peergang.coursework.queries.topics import (
    count_unread_topics,
    list_reading_activities,
    lock_reading_place,
)
from peergang.coursework.rules.going import check_goes_on

EVIDENCE = "topics_read"


def mark_topic_read(
    session: Session, actor: Actor, topic_id: UUID, *, cohort_id: UUID | None = None, now: datetime
) -> int:
    """Mark a topic as read, once: the first date stays.

    Allowed to an active participant of a cohort with this topic (`cohort_id` says which, for who is in several). The
    last topic of a module completes its reading. Raises NotFound for anybody else, and Conflict with the reasons of
    `check_goes_on`.

    Returns:
        How many topics of the module are still to be read.
    """
    place = lock_reading_place(session, actor, topic_id, cohort_id)
    require(can_mark_topic_read(actor, place))
    check_goes_on(place.cohort_state, place.opens_at, now)
    session.execute(
        insert(TopicRead)
        .values(enrolment_id=place.enrolment_id, topic_id=topic_id, read_at=now)
        .on_conflict_do_nothing()
    )
    left = count_unread_topics(session, place.enrolment_id, place.module_id)
    if left == 0:
        for activity_id in list_reading_activities(session, place.module_id):
            record_completion(
                session, place.enrolment_id, activity_id, completed_at=now, evidence_kind=EVIDENCE
            )
    return left


def unmark_topic_read(
    session: Session, actor: Actor, topic_id: UUID, *, cohort_id: UUID | None = None, now: datetime
) -> None:
    """Take the mark off again, for who clicked too soon or wants to come back to it.

    Allowed as above. What was completed stays completed (invariant 2). Raises as above.
    """
    place = lock_reading_place(session, actor, topic_id, cohort_id)
    require(can_mark_topic_read(actor, place))
    check_goes_on(place.cohort_state, place.opens_at, now)
    session.execute(
        delete(TopicRead).where(TopicRead.enrolment_id == place.enrolment_id, TopicRead.topic_id == topic_id)
    )
