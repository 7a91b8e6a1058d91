"""Somebody got a place without being asked: a trainer with an account starts at once, and who was moved to another cohort
goes on in it. They hear so, with what to do first.

Who is invited needs no such mail: they accept on the site and see there what comes first (reminders/catalog/invitation.py).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, String, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import INVITING, EnrolmentRole, EnrolmentState
from peergang.cohorts.rules.joining import LeaveReason
from peergang.core.i18n import lazy_gettext
from peergang.curriculum.models import Edition
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.queries.moments import stamp
from peergang.reminders.rules import daytime

NEWS = timedelta(days=7)
TRAINING, FOLLOWING = "/cohorten/mijn", "/deze-week"


def _given() -> ColumnElement[bool]:
    """Whether the `Enrolment` became active by what an organiser did."""
    old = aliased(Enrolment)
    was_moved = (
        exists()
        .where(
            old.user_id == Enrolment.user_id,
            old.role == EnrolmentRole.PARTICIPANT,
            old.withdrawn_reason == LeaveReason.TRANSFERRED,
            old.withdrawn_at == Enrolment.activated_at,
        )
        .correlate(Enrolment)
    )
    trains = (Enrolment.role == EnrolmentRole.TRAINER) & Enrolment.invited_at.is_(None)
    return or_(trains, (Enrolment.role == EnrolmentRole.PARTICIPANT) & was_moved)


def standing(now: datetime) -> Rows:
    """All who got a place in this way. A cohort that is still being made tells nobody; a later place is another occurrence."""
    blocked = case(
        (Enrolment.state.not_in(TAKES_PART), "withdrawn"),
        (Enrolment.state == EnrolmentState.COMPLETED, "done"),
        (Cohort.state.not_in(INVITING), "closed"),
        else_=literal("", String),
    )
    return (
        select(
            Enrolment.id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            stamp(Enrolment.activated_at).label("occurrence"),
            blocked.label("blocked"),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.activated_at.is_not(None), _given())
    )


def due(now: datetime) -> Rows:
    """The same of this week, once their cohort is open."""
    since = func.greatest(Enrolment.activated_at, Cohort.opened_at)
    news = (
        standing(now)
        .add_columns(since.label("since"), Enrolment.cohort_id)
        .where(since > now - NEWS)
        .subquery("news")
    )
    return select(
        news.c.subject_id,
        news.c.recipient_id,
        news.c.occurrence,
        literal(daytime(now)).label("not_before"),
        (news.c.since + literal(2 * NEWS)).label("expires_at"),
        news.c.cohort_id,
    ).where(news.c.blocked == "")


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Which cohort of which programme, and as what."""
    rows = session.execute(
        select(Enrolment.id, Enrolment.role, Cohort.name, Cohort.starts_on, Edition.title, Edition.title_en)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Edition, Edition.id == Cohort.edition_id)
        .where(Enrolment.id.in_({claim.subject_id for claim in claims}))
    )
    found = {
        row.id: {
            "path": TRAINING if row.role == EnrolmentRole.TRAINER else FOLLOWING,
            "role": row.role,
            "cohort": row.name,
            "starts_on": row.starts_on,
            "programme": row.title,
            "programme_en": row.title_en,
        }
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="account_ready",
    kind=Kind.REMINDER,
    title=lazy_gettext("Er staat een plaats voor je klaar"),
    timing=lazy_gettext("Zodra je trainer wordt van een cohort, of in een ander cohort verdergaat"),
    reason=lazy_gettext("een organisator je een plaats in een cohort gaf"),
    due=due,
    standing=standing,
    content=content,
    known_to_organisers=True,
    about="cohort",
)
