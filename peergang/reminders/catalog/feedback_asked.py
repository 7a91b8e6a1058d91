"""Somebody was asked for feedback on a peer's reflection: whose, and until when; never what it says, nor its title."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.rules import EnrolmentState
from peergang.core.i18n import lazy_gettext
from peergang.coursework.models import FeedbackAssignment, Reflection, ReflectionVersion
from peergang.coursework.queries.access import latest_number
from peergang.coursework.queries.allocation import feedback_activity_id
from peergang.coursework.rules.allocation import TIME_TO_READ
from peergang.coursework.rules.going import GOING
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.identity.rules import full_name
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Section
from peergang.reminders.queries.moments import stamp
from peergang.reminders.rules import daytime

NEWS = timedelta(days=7)
"""What was asked longer ago is on the page, and no news any more."""

giver = aliased(Enrolment, name="giver")


def _joined(*columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(FeedbackAssignment)
        .join(giver, giver.id == FeedbackAssignment.giver_id)
        .join(Reflection, Reflection.id == FeedbackAssignment.reflection_id)
        .join(Enrolment, Enrolment.id == FeedbackAssignment.receiver_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
    )


def standing(now: datetime) -> Rows:
    """All that was asked; what was given, or is asked somebody else by now, needs no mail."""
    blocked = case(
        (FeedbackAssignment.state == "given", "done"),
        (FeedbackAssignment.state == "released", "withdrawn"),
        (giver.state != EnrolmentState.ACTIVE, "withdrawn"),
        (Cohort.state.not_in(GOING), "closed"),
        else_=literal("", String),
    )
    return _joined(
        FeedbackAssignment.id.label("subject_id"),
        giver.user_id.label("recipient_id"),
        stamp(FeedbackAssignment.assigned_at).label("occurrence"),
        blocked.label("blocked"),
    )


def due(now: datetime) -> Rows:
    """What was asked this week and stands open, to be told by day."""
    news = (
        standing(now)
        .add_columns(FeedbackAssignment.assigned_at, Cohort.id.label("cohort_id"))
        .where(FeedbackAssignment.assigned_at > now - NEWS)
        .subquery("news")
    )
    return select(
        news.c.subject_id,
        news.c.recipient_id,
        news.c.occurrence,
        literal(daytime(now)).label("not_before"),
        (news.c.assigned_at + literal(2 * NEWS)).label("expires_at"),
        news.c.cohort_id,
    ).where(news.c.blocked == "")


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Whose reflection, on which assignment of the programme, and until when."""
    term = func.greatest(
        personal_due_at(FeedbackAssignment.giver_id, CohortActivity.activity_id),
        FeedbackAssignment.assigned_at + literal(TIME_TO_READ),
    )
    rows = session.execute(
        _joined(
            FeedbackAssignment.id,
            ReflectionVersion.id.label("version_id"),
            Activity.title,
            Activity.title_en,
            User.given_name,
            User.name_particle,
            User.family_name,
            term.label("due_at"),
            FeedbackAssignment.asked_by_id.is_not(None).label("by_name"),
        )
        .join(User, User.id == Enrolment.user_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(ReflectionVersion, ReflectionVersion.reflection_id == Reflection.id)
        .outerjoin(
            CohortActivity,
            (CohortActivity.cohort_id == Cohort.id) & (CohortActivity.activity_id == feedback_activity_id()),
        )
        .where(
            FeedbackAssignment.id.in_({claim.subject_id for claim in claims}),
            ReflectionVersion.number == latest_number(),
        )
    )
    found = {
        row.id: {
            "path": f"/feedback/{row.version_id}",
            "title": row.title,
            "title_en": row.title_en,
            "author": full_name(row.given_name, row.name_particle, row.family_name),
            "due_at": row.due_at,
            "by_name": row.by_name,
        }
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="feedback_asked",
    kind=Kind.REMINDER,
    title=lazy_gettext("Iemand uit je groep wacht op jouw feedback"),
    timing=lazy_gettext("Zodra je gevraagd wordt om mee te lezen"),
    reason=lazy_gettext("je in je peergroep gevraagd bent om iemands reflectie te lezen"),
    due=due,
    standing=standing,
    content=content,
    section=Section.WRITING,
)
