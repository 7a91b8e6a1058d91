"""What was sent back to an author on a reflection and is not read yet: reviews, and feedback of peers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, case, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import CohortState
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.rules import ReflectionState
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.notifications.catalog import Claim, Content, Rows
from peergang.reminders.queries.moments import Expression, stamp
from peergang.reminders.rules import daytime

Reaction = type[Review] | type[PeerFeedback]

NEWS = timedelta(days=7)
"""Older reactions are no news any more, for instance when the platform gets its first worker."""


def select_reactions(kind: Reaction) -> Rows:
    """Sent reactions of `kind` as (subject_id, recipient_id, occurrence, blocked); the recipient is who wrote the work."""
    blocked = case(
        (kind.read_at.is_not(None), "read"),
        (Reflection.state == ReflectionState.WITHDRAWN, "withdrawn"),
        (Cohort.state == CohortState.CANCELLED, "closed"),
        else_=literal("", String),
    )
    return _joined(
        kind,
        kind.id.label("subject_id"),
        Enrolment.user_id.label("recipient_id"),
        stamp(kind.sent_at).label("occurrence"),
        blocked.label("blocked"),
    )


def select_news(kind: Reaction, now: datetime) -> Rows:
    """Reactions of this week that were not read, to be told by day."""
    cohort = Cohort.id.label("cohort_id")
    sent = select_reactions(kind).add_columns(kind.sent_at, cohort).where(kind.sent_at > now - NEWS)
    news = sent.subquery("news")
    return select(
        news.c.subject_id,
        news.c.recipient_id,
        news.c.occurrence,
        literal(daytime(now)).label("not_before"),
        (news.c.sent_at + literal(2 * NEWS)).label("expires_at"),
        news.c.cohort_id,
    ).where(news.c.blocked == "")


def read_reactions(
    session: Session, kind: Reaction, claims: Sequence[Claim], by: Expression
) -> Mapping[UUID, Content]:
    """Who reacted (`by`: their person's id) on a reflection about which activity, in one query. Never what they wrote, nor
    the title, which is the author's text.
    """
    rows = session.execute(
        _joined(
            kind,
            kind.id,
            Reflection.id.label("reflection_id"),
            Activity.title,
            Activity.title_en,
            User.given_name,
            User.name_particle,
            User.family_name,
            *((Review.decision,) if kind is Review else ()),
        )
        .join(User, User.id == by)
        .where(kind.id.in_({claim.subject_id for claim in claims}))
    )
    found = {
        row.id: {
            "path": f"/reflecties/{row.reflection_id}",
            "title": row.title,
            "title_en": row.title_en,
            "by": " ".join(part for part in (row.given_name, row.name_particle, row.family_name) if part),
            "decision": getattr(row, "decision", None),
        }
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


def _joined(kind: Reaction, *columns: Expression) -> Rows:
    return (
        select(*columns)
        .select_from(kind)
        .join(ReflectionVersion, ReflectionVersion.id == kind.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .where(kind.sent_at.is_not(None))
    )
