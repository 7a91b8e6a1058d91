"""The working day before a meeting, to everybody who takes part in its cohort and did not excuse themselves."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, String, case, exists, func, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Cohort, Enrolment, Meeting, SignOff
from peergang.cohorts.queries.sign_offs import still_holds
from peergang.cohorts.rules import AttendanceState, CohortState, EnrolmentState, MeetingState
from peergang.core.clock import local_date, start_of_day
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Urgency
from peergang.reminders.queries.moments import day_of, days_before, morning_of, stamp
from peergang.reminders.rules import PLAN_AHEAD, daytime

GOING_ON = (CohortState.OPEN, CohortState.RUNNING)


def standing(now: datetime) -> Rows:
    """Meetings still to come, with everybody in their cohort. A meeting that moved is another occurrence."""
    blocked = case(
        (Meeting.state != MeetingState.PLANNED, "cancelled"),
        (Enrolment.state.not_in((EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)), "withdrawn"),
        (Cohort.state.not_in(GOING_ON), "closed"),
        (_is_excused(), "excused"),
        else_=literal("", String),
    )
    return (
        select(
            Meeting.id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            stamp(Meeting.starts_at).label("occurrence"),
            blocked.label("blocked"),
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(Meeting.starts_at > now)
    )


def _is_excused() -> ColumnElement[bool]:
    """Whether a trainer wrote that they are excused, or they signed off themselves."""
    excused = (
        exists()
        .where(
            Attendance.meeting_id == Meeting.id,
            Attendance.enrolment_id == Enrolment.id,
            Attendance.state == AttendanceState.EXCUSED,
        )
        .correlate(Meeting, Enrolment)
    )
    signed_off = (
        exists()
        .where(SignOff.meeting_id == Meeting.id, SignOff.enrolment_id == Enrolment.id, still_holds())
        .correlate(Meeting, Enrolment)
    )
    return excused | signed_off


def due(now: datetime) -> Rows:
    """Meetings on the next working day; a late one is still announced, by day and in the weekend too."""
    morning = morning_of(days_before(day_of(Meeting.starts_at), 1))
    near = (
        standing(now)
        .add_columns(morning.label("morning"), Meeting.starts_at, Meeting.cohort_id)
        .where(Meeting.starts_at < now + timedelta(days=5))
        .subquery("near")
    )
    decent = literal(daytime(now, weekend=True))
    return select(
        near.c.subject_id,
        near.c.recipient_id,
        near.c.occurrence,
        func.greatest(near.c.morning, decent).label("not_before"),
        near.c.starts_at.label("expires_at"),
        near.c.cohort_id,
    ).where(near.c.blocked == "", near.c.morning <= now + PLAN_AHEAD)


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """When and where."""
    meetings = session.execute(
        select(
            Meeting.id,
            Meeting.title,
            Meeting.starts_at,
            Meeting.ends_at,
            Meeting.place,
            Meeting.link.label("meeting_link"),
            Cohort.name.label("cohort"),
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .where(Meeting.id.in_({claim.subject_id for claim in claims}))
    )
    # The day and not the moment, so that everybody's mail about this meeting is the same and is rendered once.
    today = start_of_day(local_date(now))
    found = {
        row.id: {
            **row._asdict(),
            "path": f"/bijeenkomsten/{row.id}",
            "now": today,
            "calendar": f"/bijeenkomsten/{row.id}.ics",
        }
        for row in meetings
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="meeting_tomorrow",
    kind=Kind.REMINDER,
    title=lazy_gettext("Een bijeenkomst komt eraan"),
    timing=lazy_gettext("Een werkdag van tevoren"),
    reason=lazy_gettext("je meedoet aan het traject waarvan dit een bijeenkomst is"),
    due=due,
    standing=standing,
    content=content,
    urgency=Urgency.HIGH,
)
