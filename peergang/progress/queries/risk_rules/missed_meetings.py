"""A participant was at neither of the latest two meetings that counted for them.

A meeting does not count for who signed off or was excused, for whom nothing was written down, and on a free day.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from peergang.cohorts.models import Attendance, Cohort, Enrolment, SignOff
from peergang.cohorts.queries.sign_offs import still_holds
from peergang.cohorts.rules import AttendanceState, CohortState, EnrolmentRole, EnrolmentState
from peergang.core.db import local_day
from peergang.core.i18n import lazy_gettext
from peergang.progress.queries.facts import held_meetings
from peergang.progress.queries.risk_rules.base import RiskRule
from peergang.progress.queries.risk_rules.holidays import is_free
from peergang.progress.rules.risks import MISSED


def find(now: datetime, among: ColumnElement[bool]) -> Any:
    """The cause is the meeting with which it began."""
    held = held_meetings()
    signed_off = exists().where(
        SignOff.meeting_id == held.c.id, SignOff.enrolment_id == Enrolment.id, still_holds()
    )
    was_away = Attendance.state == AttendanceState.ABSENT
    counts = and_(
        Attendance.state.in_((AttendanceState.PRESENT, AttendanceState.ABSENT)),
        ~and_(was_away, signed_off),
        ~and_(was_away, is_free(local_day(held.c.starts_at), now)),
    )
    # How often somebody was there after this meeting: it is 0 in the run of meetings that goes on.
    later = func.count().filter(~was_away).over(partition_by=Enrolment.id, order_by=held.c.back)
    meetings = (
        select(
            Enrolment.id.label("enrolment_id"), Enrolment.cohort_id, held.c.id, held.c.back, held.c.starts_at
        )
        .add_columns(later.label("later"))
        .select_from(Attendance)
        .join(held, held.c.id == Attendance.meeting_id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            among,
            counts,
            Cohort.state == CohortState.RUNNING,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state == EnrolmentState.ACTIVE,
        )
        .subquery("meetings")
    )
    ids = func.array_agg(aggregate_order_by(cast(meetings.c.id, Text), meetings.c.back.desc()))
    days = func.array_agg(aggregate_order_by(meetings.c.starts_at, meetings.c.back.desc()))
    return (
        select(
            meetings.c.enrolment_id,
            meetings.c.cohort_id,
            ids[1].label("cause"),
            local_day(days[MISSED]).label("since"),
            func.jsonb_build_object("number", func.count()).label("values"),
        )
        .where(meetings.c.later == 0)
        .group_by(meetings.c.enrolment_id, meetings.c.cohort_id)
        .having(func.count() >= MISSED)
    )


RULE = RiskRule(title=lazy_gettext("Twee bijeenkomsten gemist"), of_people=True, find=find)
