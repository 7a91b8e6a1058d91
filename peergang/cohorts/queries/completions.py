"""What somebody has completed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, TopicRead
from peergang.core.db import Rows


def list_completed(session: Session, enrolment_id: UUID) -> Rows:
    """The facts of one enrolment, oldest first. Columns: activity_id, completed_at, evidence_kind, evidence_id."""
    return session.execute(
        select(
            ActivityCompletion.activity_id,
            ActivityCompletion.completed_at,
            ActivityCompletion.evidence_kind,
            ActivityCompletion.evidence_id,
        )
        .where(ActivityCompletion.enrolment_id == enrolment_id)
        .order_by(ActivityCompletion.completed_at, ActivityCompletion.activity_id)
    ).all()


def list_topics_read(session: Session, enrolment_id: UUID) -> dict[UUID, datetime]:
    """When each topic was marked as read by this enrolment, by topic id."""
    rows = session.execute(
        select(TopicRead.topic_id, TopicRead.read_at).where(TopicRead.enrolment_id == enrolment_id)
    )
    return dict(rows.all())
