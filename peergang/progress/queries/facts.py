"""Sums of facts per enrolment, as subqueries: attendance, work handed in, last activity. Times of facts, never their text.

They are made once, with the moment as the parameter `now`, so that a request only fills it in. With `past` they leave out
what came after that moment; the present needs no such condition, and is asked far more often. With `among`, a condition on
`Enrolment`, they read the facts of those alone: PostgreSQL does not carry a condition into a subquery that groups, so
without it the page of one cohort would add up the facts of everybody.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
)

from peergang.cohorts.models import Attendance, CohortActivity, Enrolment, Extension, Meeting, TopicRead
from peergang.cohorts.queries.due import EXTENDS, JOINED_DUE_AT
from peergang.cohorts.queries.roles import took_part
from peergang.cohorts.rules import AttendanceState, MeetingState
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.rules import ReflectionState
from peergang.curriculum.models import Activity
from peergang.progress.models import EnrolmentPeriod

NOW: BindParameter[datetime] = bindparam("now", type_=DateTime(timezone=True))

Among = ColumnElement[bool] | None
"""A condition on `Enrolment`; None is everybody."""

REFLECTION = "reflection"
"""The kind of activity that is handed in."""


HELD_THEN = and_(
    Extension.enrolment_id == Enrolment.id,
    Extension.activity_id == CohortActivity.activity_id,
    Extension.granted_at <= NOW,
    or_(Extension.revoked_at.is_(None), Extension.revoked_at > NOW),
)
"""EXTENDS as it was at the moment: granted by then and not yet taken back."""

WITHDRAWN = Reflection.state == ReflectionState.WITHDRAWN
"""Whether a reflection was taken back."""

WITHDRAWN_THEN = and_(WITHDRAWN, Reflection.state_since <= NOW)
"""The same as it was at the moment."""


def _before_joining(past: bool) -> tuple[Any, ColumnElement[bool]]:
    """Whether `JOINED_DUE_AT` lies before the moment on which the `Enrolment` began, for the last time; and what to outer join
    for it with `_with`, which is nothing at present.
    """
    if not past:
        return None, func.coalesce(Enrolment.activated_at > JOINED_DUE_AT, False)
    began = (
        select(EnrolmentPeriod.enrolment_id, func.max(EnrolmentPeriod.began_at).label("joined_at"))
        .where(EnrolmentPeriod.began_at <= NOW)
        .group_by(EnrolmentPeriod.enrolment_id)
        .subquery("began")
    )
    return began, func.coalesce(began.c.joined_at > JOINED_DUE_AT, False)


def _with(statement: Any, began: Any) -> Any:
    return statement if began is None else statement.outerjoin(began, began.c.enrolment_id == Enrolment.id)


def leave_theirs(statement: Select[Any], *, past: bool) -> Select[Any]:
    """Leave what was not due before the person joined, of a statement with `JOINED_DUE_AT`: nothing of before that is asked of
    them, so it is not late, not missing and not in any sum.
    """
    began, before = _before_joining(past)
    found: Select[Any] = _with(statement, began).where(~before)
    return found


def held_meetings() -> Subquery:
    """Meetings that are over and of which somebody wrote down who was there; `back` is 1 for the latest of its cohort. What
    was written down of people who were only invited makes no meeting count.
    """
    # With a limit it stays a look at one row a meeting; as EXISTS it would be planned as a join with all of them.
    recorded = (
        select(Attendance.enrolment_id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(Attendance.meeting_id == Meeting.id, took_part())
        .correlate(Meeting)
        .limit(1)
        .scalar_subquery()
    )
    back = func.row_number().over(
        partition_by=Meeting.cohort_id, order_by=(Meeting.starts_at.desc(), Meeting.number.desc())
    )
    return (
        select(Meeting.id, Meeting.cohort_id, Meeting.number, Meeting.starts_at, back.label("back"))
        .where(
            Meeting.state == MeetingState.PLANNED,
            Meeting.ends_at <= NOW,
            recorded.is_not(None),
        )
        .subquery("held")
    )


def attendance_of_each(among: Among = None) -> Subquery:
    """Per enrolment: recorded, present, last_recorded, last_present, seen_at."""
    held = held_meetings()
    was_there = Attendance.state == AttendanceState.PRESENT
    statement = (
        select(
            Attendance.enrolment_id,
            func.count().label("recorded"),
            func.count().filter(was_there).label("present"),
            func.count().filter(held.c.back == 1).label("last_recorded"),
            func.count().filter(held.c.back == 1, was_there).label("last_present"),
            func.max(held.c.starts_at).filter(was_there).label("seen_at"),
        )
        .join(held, held.c.id == Attendance.meeting_id)
        .group_by(Attendance.enrolment_id)
    )
    if among is not None:
        statement = statement.join(Enrolment, Enrolment.id == Attendance.enrolment_id).where(among)
    return statement.subquery("presence")


def reflections_due() -> Subquery:
    """Per cohort: how many required reflections are due by now (`due`). Who has more time is in `more_time_of_each`, and who
    joined later in `not_theirs_of_each`.
    """
    return (
        select(CohortActivity.cohort_id, func.count().label("due"))
        .join(Activity, Activity.id == CohortActivity.activity_id)
        .where(Activity.kind == REFLECTION, Activity.required, CohortActivity.due_at <= NOW)
        .group_by(CohortActivity.cohort_id)
        .subquery("due_work")
    )


def more_time_of_each(among: Among = None, *, past: bool = False) -> Subquery:
    """Per enrolment: how many required reflections are due by now for the cohort and not yet for them (`not_yet`)."""
    return (
        select(Extension.enrolment_id, func.count().label("not_yet"))
        .join(Enrolment, Enrolment.id == Extension.enrolment_id)
        .join(
            CohortActivity,
            and_(CohortActivity.cohort_id == Enrolment.cohort_id, HELD_THEN if past else EXTENDS),
        )
        .join(Activity, Activity.id == CohortActivity.activity_id)
        .where(
            Activity.kind == REFLECTION,
            Activity.required,
            CohortActivity.due_at <= NOW,
            Extension.due_at > NOW,
            true() if among is None else among,
        )
        .group_by(Extension.enrolment_id)
        .subquery("more_time")
    )


def not_theirs_of_each(among: Among = None, *, past: bool = False) -> Subquery:
    """Per enrolment: how many required reflections are due by now and were so before they joined (`number`)."""
    began, before = _before_joining(past)
    due = (
        select(Enrolment.id.label("enrolment_id"), func.count().label("number"))
        .join(CohortActivity, CohortActivity.cohort_id == Enrolment.cohort_id)
        .join(Activity, Activity.id == CohortActivity.activity_id)
        .outerjoin(Extension, HELD_THEN if past else EXTENDS)
        .where(
            Activity.kind == REFLECTION,
            Activity.required,
            JOINED_DUE_AT <= NOW,
            before,
            true() if among is None else among,
        )
        .group_by(Enrolment.id)
    )
    found: Subquery = _with(due, began).subquery("not_theirs")
    return found


def work_of_each(among: Among = None, *, past: bool = False) -> Subquery:
    """Per enrolment: handed_in and on_time, of the required reflections due by now that are theirs; wrote_at, of all. The first
    version decides: who improves a reflection later was still in time.
    """
    first, saved = ReflectionVersion.submitted_at, Reflection.draft_saved_at
    there: ColumnElement[bool] = first.is_not(None)
    by_then: ColumnElement[bool] = true()
    wrote = func.greatest(saved, first)
    if past:
        # Of a draft only the last time is known: one that was saved again later says nothing about the day.
        there = first <= NOW
        by_then = or_(saved <= NOW, there)
        wrote = func.greatest(case((saved <= NOW, saved)), case((there, first)))
    began, before = _before_joining(past)
    stands = and_(Activity.required, JOINED_DUE_AT <= NOW, ~before, ~(WITHDRAWN_THEN if past else WITHDRAWN))
    statement = (
        select(
            Reflection.enrolment_id,
            func.count().filter(stands, there).label("handed_in"),
            func.count().filter(stands, there, first <= JOINED_DUE_AT).label("on_time"),
            func.max(wrote).label("wrote_at"),
        )
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .outerjoin(
            CohortActivity,
            and_(
                CohortActivity.cohort_id == Enrolment.cohort_id,
                CohortActivity.activity_id == Reflection.activity_id,
            ),
        )
        .outerjoin(Extension, HELD_THEN if past else EXTENDS)
        .outerjoin(
            ReflectionVersion,
            and_(ReflectionVersion.reflection_id == Reflection.id, ReflectionVersion.number == 1),
        )
        .where(
            or_(Reflection.draft_saved_at.is_not(None), ReflectionVersion.id.is_not(None)),
            by_then,
            true() if among is None else among,
        )
        .group_by(Reflection.enrolment_id)
    )
    found: Subquery = _with(statement, began).subquery("work")
    return found


def reading_of_each(among: Among = None, *, past: bool = False) -> Subquery:
    """Per enrolment: read_at, when a topic was last marked as read."""
    statement = (
        select(TopicRead.enrolment_id, func.max(TopicRead.read_at).label("read_at"))
        .where(TopicRead.read_at <= NOW if past else true())
        .group_by(TopicRead.enrolment_id)
    )
    if among is not None:
        statement = statement.join(Enrolment, Enrolment.id == TopicRead.enrolment_id).where(among)
    return statement.subquery("reading")
