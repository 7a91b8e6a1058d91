"""Attendance at every meeting of the network. Figures alone, never who was there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Enrolment
from peergang.cohorts.rules import AttendanceState, EnrolmentRole
from peergang.core.db import Rows
from peergang.core.given import any_given, as_array
from peergang.core.prepared import Prepared
from peergang.progress.models import EnrolmentPeriod
from peergang.progress.queries.compiled import has_progress
from peergang.progress.queries.facts import held_meetings
from peergang.progress.queries.standing import TOOK_PART_THEN, Standing, present, then
from peergang.progress.rules.moment import Moment


def _select_meetings(standing: Standing, *, given: bool = False) -> Select[Any]:
    held = held_meetings()
    meetings = (
        select(
            cast(held.c.cohort_id, Text).label("cohort_id"),
            held.c.number,
            held.c.back,
            func.count().label("recorded"),
            func.count().filter(Attendance.state == AttendanceState.PRESENT).label("present"),
        )
        .join(Attendance, Attendance.meeting_id == held.c.id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .group_by(held.c.cohort_id, held.c.number, held.c.back)
    )
    if given:
        meetings = meetings.where(held.c.cohort_id == any_given("cohorts"))
    if standing.past:
        return meetings.where(Enrolment.role == EnrolmentRole.PARTICIPANT).join(
            EnrolmentPeriod, TOOK_PART_THEN
        )
    return meetings.where(has_progress())


def _meetings_as_text(past: bool) -> Select[Any]:
    rows = _select_meetings(then() if past else present()).subquery("meetings")
    in_order = aggregate_order_by(func.json_build_array(*rows.c), rows.c.cohort_id, rows.c.number)
    return select(func.coalesce(cast(func.json_agg(in_order), Text), "[]"))


def _meetings_in(past: bool) -> Select[Any]:
    rows = _select_meetings(then() if past else present(), given=True)
    return rows.order_by("cohort_id", "number")


_MEETINGS_IN = {past: Prepared(_meetings_in(past)) for past in (False, True)}


def list_meeting_attendance(session: Session, at: Moment | datetime, cohort_ids: Iterable[object]) -> Rows:
    """Attendance at every meeting of these cohorts that was held, in order of number. Columns: cohort_id, number, back (1 is
    the latest), recorded, present.
    """
    moment = Moment.of(at)
    return _MEETINGS_IN[moment.past].all(session, now=moment.at, cohorts=as_array(cohort_ids))


_MEETINGS_TEXT = {past: Prepared(_meetings_as_text(past)) for past in (False, True)}


def read_meetings_text(session: Session, at: Moment | datetime) -> str:
    """The same of the whole network as one text, for `rules.trend.read_trend`, as with `read_cells_text`."""
    moment = Moment.of(at)
    text: str = _MEETINGS_TEXT[moment.past].scalar(session, now=moment.at)
    return text
