"""The people of an institution were at fewer than half of the meetings of a cohort that counted for them.

It needs two meetings and two people: one person who missed one meeting says nothing about the institution. An absence that
was agreed makes nobody stand below half, though the figure that is shown is that of the page.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from peergang.cohorts.models import Attendance, Cohort, Enrolment
from peergang.cohorts.rules import AttendanceState, CohortState
from peergang.core.db import local_day
from peergang.core.i18n import lazy_gettext
from peergang.identity.models import Institution
from peergang.progress.queries.compiled import has_progress
from peergang.progress.queries.facts import held_meetings
from peergang.progress.queries.places import TODAY, counting_day, join_institution
from peergang.progress.queries.risk_rules.base import RiskRule

MEETINGS, PEOPLE = 2, 2


def find(now: datetime, among: ColumnElement[bool]) -> Any:  # noqa: ARG001 every rule is asked alike
    """It holds since the meeting after which it never was half again; that meeting is the cause."""
    summed = _summed(among).subquery("summed")
    half_until = func.max(summed.c.starts_at).filter(
        or_(2 * summed.c.present >= summed.c.expected, summed.c.number < MEETINGS)
    )
    group = (summed.c.institution_id, summed.c.cohort_id)
    seen = select(summed, half_until.over(partition_by=group).label("half_until")).subquery("seen")
    first = func.array_agg(aggregate_order_by(cast(seen.c.meeting_id, Text), seen.c.starts_at))
    return (
        select(
            seen.c.institution_id,
            seen.c.cohort_id,
            first[1].label("cause"),
            local_day(func.min(seen.c.starts_at)).label("since"),
            func.jsonb_build_object(
                "present", func.max(seen.c.present), "recorded", func.max(seen.c.recorded)
            ).label("values"),
        )
        .where(
            or_(seen.c.half_until.is_(None), seen.c.starts_at > seen.c.half_until), seen.c.people >= PEOPLE
        )
        .group_by(seen.c.institution_id, seen.c.cohort_id)
    )


def _summed(among: ColumnElement[bool]) -> Select[Any]:
    """Per institution, cohort and meeting: the sums up to and including that meeting."""
    held = held_meetings()
    present = Attendance.state == AttendanceState.PRESENT
    statement = (
        select()
        .select_from(Attendance)
        .join(held, held.c.id == Attendance.meeting_id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(among, has_progress(), Cohort.state == CohortState.RUNNING)
    )
    each = (
        join_institution(statement, counting_day(TODAY))
        .add_columns(
            Institution.id.label("institution_id"),
            Enrolment.cohort_id,
            held.c.id.label("meeting_id"),
            held.c.starts_at,
            held.c.back,
            func.count().label("recorded"),
            func.count().filter(present).label("present"),
            func.count().filter(Attendance.state == AttendanceState.EXCUSED).label("excused"),
        )
        .group_by(Institution.id, Enrolment.cohort_id, held.c.id, held.c.starts_at, held.c.back)
        .subquery("each")
    )
    group = (each.c.institution_id, each.c.cohort_id)
    so_far = {"partition_by": group, "order_by": each.c.back.desc()}
    return select(
        *group,
        each.c.meeting_id,
        each.c.starts_at,
        func.sum(each.c.present).over(**so_far).label("present"),
        func.sum(each.c.recorded).over(**so_far).label("recorded"),
        func.sum(each.c.recorded - each.c.excused).over(**so_far).label("expected"),
        func.row_number().over(**so_far).label("number"),
        func.max(each.c.recorded).over(partition_by=group).label("people"),
    )


RULE = RiskRule(title=lazy_gettext("Aanwezigheid onder de helft"), of_people=False, find=find)
