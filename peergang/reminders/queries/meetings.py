"""Meetings to come with everybody who is expected, and what a mail about one says."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, case, exists, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Cohort, Enrolment, Meeting, SignOff
from peergang.cohorts.queries.sign_offs import still_holds
from peergang.cohorts.rules import AttendanceState, CohortState, EnrolmentState, MeetingState
from peergang.core.clock import local_date, start_of_day
from peergang.notifications.catalog import Claim, Content, Rows
from peergang.reminders.queries.moments import stamp

GOING_ON = (CohortState.OPEN, CohortState.RUNNING)


def select_coming(now: datetime, *besides: tuple[ColumnElement[bool], str]) -> Rows:
    """Meetings still to come, with everybody in their cohort, as (subject_id, recipient_id, occurrence, blocked). A meeting
    that moved is another occurrence. `besides` are more conditions that block, with their reasons.
    """
    cases: list[Any] = [
        (Meeting.state != MeetingState.PLANNED, "cancelled"),
        (Enrolment.state.not_in((EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)), "withdrawn"),
        (Cohort.state.not_in(GOING_ON), "closed"),
        (_is_excused(), "excused"),
        *besides,
    ]
    return (
        select(
            Meeting.id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            stamp(Meeting.starts_at).label("occurrence"),
            case(*cases, else_=literal("", String)).label("blocked"),
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(Meeting.starts_at > now)
    )


@cache
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


def read_meetings(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
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
