"""A week before a cohort begins, to everybody in it: when, where the first meeting is, and what is asked by then."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, String, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, Meeting
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import INVITING, MeetingState
from peergang.core.clock import local_date
from peergang.core.db import AMSTERDAM, AnyRow
from peergang.core.i18n import lazy_gettext
from peergang.curriculum.models import Edition
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.queries.moments import days_before, morning_of
from peergang.reminders.rules import PLAN_AHEAD, daytime

DAYS = 7


def standing(now: datetime) -> Rows:
    """Cohorts still to begin, with everybody who takes part. Another first day is another occurrence."""
    blocked = case(
        (Enrolment.state.not_in(TAKES_PART), "withdrawn"),
        (Cohort.state.not_in(INVITING), "closed"),
        else_=literal("", String),
    )
    return (
        select(
            Cohort.id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            cast(Cohort.starts_on, String).label("occurrence"),
            blocked.label("blocked"),
        )
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(Cohort.starts_on > local_date(now))
    )


def due(now: datetime) -> Rows:
    """The same in the last week before it; who comes later hears it by day. On the day itself the first module tells it."""
    day = cast(Cohort.starts_on, DateTime())
    near = (
        standing(now)
        .add_columns(
            morning_of(days_before(day, DAYS)).label("morning"),
            func.timezone(AMSTERDAM, day).label("begins_at"),
            Cohort.id.label("cohort_id"),
        )
        .where(Cohort.starts_on <= local_date(now) + timedelta(days=DAYS + 4))
        .subquery("near")
    )
    return select(
        near.c.subject_id,
        near.c.recipient_id,
        near.c.occurrence,
        func.greatest(near.c.morning, literal(daytime(now))).label("not_before"),
        near.c.begins_at.label("expires_at"),
        near.c.cohort_id,
    ).where(near.c.blocked == "", near.c.morning <= now + PLAN_AHEAD)


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """When it begins, and the first meeting when there is one; two statements."""
    cohorts = {claim.subject_id for claim in claims}
    meetings = _list_first_meetings(session, cohorts, now)
    rows = session.execute(
        select(Cohort.id, Cohort.name, Cohort.starts_on, Edition.title, Edition.title_en)
        .join(Edition, Edition.id == Cohort.edition_id)
        .where(Cohort.id.in_(cohorts))
    )
    found = {
        row.id: {
            "path": "/deze-week",
            "cohort": row.name,
            "starts_on": row.starts_on,
            "programme": row.title,
            "programme_en": row.title_en,
            "first": meetings.get(row.id),
        }
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


def _list_first_meetings(session: Session, cohorts: set[UUID], now: datetime) -> dict[UUID, AnyRow]:
    rows = session.execute(
        select(Meeting.cohort_id, Meeting.title, Meeting.starts_at, Meeting.ends_at, Meeting.place)
        .where(Meeting.cohort_id.in_(cohorts), Meeting.state == MeetingState.PLANNED, Meeting.starts_at > now)
        .ext(distinct_on(Meeting.cohort_id))
        .order_by(Meeting.cohort_id, Meeting.starts_at)
    )
    return {row.cohort_id: row for row in rows}


RULE = Rule(
    name="cohort_starts",
    kind=Kind.REMINDER,
    title=lazy_gettext("Je cohort begint bijna"),
    timing=lazy_gettext("Een week voor de eerste dag"),
    reason=lazy_gettext("je meedoet aan dit traject, dat bijna begint"),
    due=due,
    standing=standing,
    content=content,
    known_to_organisers=True,
    about="cohort",
    by_time=True,
)
