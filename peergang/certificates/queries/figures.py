"""How far people are with what their programme asks for the certificate, for many people at once.

An activity keeps its slug through the editions, so a fact counts for what took its activity's place, as it does for progress.
What was attended before a transfer, and a meeting that a trainer judged as done, count as well (docs/decisions/0068).
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, distinct, exists, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from peergang.certificates.rules.criteria import Figures
from peergang.cohorts.models import ActivityCompletion, Attendance, Cohort, Enrolment, Meeting
from peergang.cohorts.queries.roles import took_part
from peergang.cohorts.rules import AttendanceState, MeetingState
from peergang.cohorts.rules.completion import OVERRIDE
from peergang.core.db import AnyRow
from peergang.curriculum.models import Activity, Edition
from peergang.curriculum.rules import ActivityKind
from peergang.progress.queries.compiled import is_one_of


def get_figures(session: Session, enrolment_ids: Sequence[UUID]) -> dict[UUID, Figures]:
    """What there is to do for each of these enrolments and what was done, in one statement."""
    if not enrolment_ids:
        return {}
    return {row.enrolment_id: _figures(row) for row in session.execute(_select_figures(enrolment_ids))}


def _figures(row: AnyRow) -> Figures:
    # Which meeting of those without an activity was judged nobody can say; only that there was one more of them.
    judged = min(row.judged, row.meetings_free - row.free_attended)
    return Figures(
        row.activities,
        row.activities_done,
        row.meetings,
        row.meetings_attended + judged,
        row.examples_shared,
    )


def _select_figures(ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    done, attended = _done(ids).subquery("done"), _attended(ids).subquery("attended")
    needed = _needed().subquery("needed")
    planned, judged = _planned().subquery("planned"), _judged_besides(ids).subquery("judged")
    return (
        select(
            Enrolment.id.label("enrolment_id"),
            func.coalesce(needed.c.activities, 0).label("activities"),
            func.coalesce(done.c.activities_done, 0).label("activities_done"),
            func.coalesce(planned.c.meetings, 0).label("meetings"),
            func.coalesce(planned.c.meetings_free, 0).label("meetings_free"),
            func.coalesce(attended.c.meetings_attended, 0).label("meetings_attended"),
            func.coalesce(attended.c.free_attended, 0).label("free_attended"),
            func.coalesce(judged.c.judged, 0).label("judged"),
            func.coalesce(done.c.examples_shared, 0).label("examples_shared"),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(needed, needed.c.edition_id == Cohort.edition_id)
        .outerjoin(planned, planned.c.cohort_id == Cohort.id)
        .outerjoin(done, done.c.enrolment_id == Enrolment.id)
        .outerjoin(attended, attended.c.enrolment_id == Enrolment.id)
        .outerjoin(judged, judged.c.enrolment_id == Enrolment.id)
        .where(is_one_of(Enrolment.id, ids))
    )


def is_asked(activity: Any) -> ColumnElement[bool]:
    """Whether it counts as a required activity; meetings have a criterion of their own."""
    return and_(activity.required, activity.kind != ActivityKind.MEETING)


def _needed() -> Select[*tuple[Any, ...]]:
    return (
        select(Activity.edition_id, func.count().label("activities"))
        .where(is_asked(Activity))
        .group_by(Activity.edition_id)
    )


_IS_FREE = Meeting.activity_id.is_(None)


def _planned() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Meeting.cohort_id,
            func.count().label("meetings"),
            func.count().filter(_IS_FREE).label("meetings_free"),
        )
        .where(Meeting.state == MeetingState.PLANNED)
        .group_by(Meeting.cohort_id)
    )


def _done(ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    fact, then, was = ActivityCompletion, aliased(Activity), aliased(Edition)
    becomes = aliased(Edition)
    return (
        select(
            fact.enrolment_id,
            func.count(distinct(Activity.id)).filter(is_asked(Activity)).label("activities_done"),
            func.count(distinct(Activity.id))
            .filter(Activity.kind == ActivityKind.PRACTICE_EXAMPLE)
            .label("examples_shared"),
        )
        .join(Enrolment, Enrolment.id == fact.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(becomes, becomes.id == Cohort.edition_id)
        .join(then, then.id == fact.activity_id)
        .join(was, and_(was.id == then.edition_id, was.programme_id == becomes.programme_id))
        .join(
            Activity,
            and_(Activity.edition_id == becomes.id, Activity.slug == then.slug, Activity.kind == then.kind),
        )
        .where(is_one_of(fact.enrolment_id, ids))
        .group_by(fact.enrolment_id)
    )


def _attended(ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    """How many of the meetings of their cohort they were at, or need not go to any more: each of them once. And how many of
    these have no activity.
    """
    counted = _were_there(ids).subquery("counted")
    return (
        select(
            counted.c.enrolment_id,
            func.count().label("meetings_attended"),
            func.count().filter(_IS_FREE).label("free_attended"),
        )
        .join(Meeting, Meeting.id == counted.c.meeting_id)
        .group_by(counted.c.enrolment_id)
    )


def _were_there(ids: Sequence[UUID]) -> CompoundSelect[*tuple[Any, ...]]:
    """Enrolment and meeting: of who was there, who was at its like in another cohort, and who has the fact from elsewhere."""
    here = (
        select(Enrolment.id.label("enrolment_id"), Meeting.id.label("meeting_id"))
        .join(Meeting, and_(Meeting.cohort_id == Enrolment.cohort_id, Meeting.state == MeetingState.PLANNED))
        .where(is_one_of(Enrolment.id, ids))
    )
    attended = here.join(
        Attendance,
        and_(
            Attendance.enrolment_id == Enrolment.id,
            Attendance.meeting_id == Meeting.id,
            Attendance.state == AttendanceState.PRESENT,
        ),
    )
    return union(attended, _attended_elsewhere(here), _judged(here))


def _attended_elsewhere(here: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Meetings with the number of one that the same person was at in another cohort of the programme. Where both belong to an
    activity its fact tells, for numbers may differ then.
    """
    other, meeting, cohort, edition = aliased(Enrolment), aliased(Meeting), aliased(Cohort), aliased(Edition)
    return (
        here.join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Edition, Edition.id == Cohort.edition_id)
        .join(other, and_(other.user_id == Enrolment.user_id, other.id != Enrolment.id, took_part(other)))
        .join(cohort, cohort.id == other.cohort_id)
        .join(edition, and_(edition.id == cohort.edition_id, edition.programme_id == Edition.programme_id))
        .join(
            meeting,
            and_(
                meeting.cohort_id == cohort.id,
                meeting.number == Meeting.number,
                meeting.state == MeetingState.PLANNED,
                or_(meeting.activity_id.is_(None), Meeting.activity_id.is_(None)),
            ),
        )
        .join(
            Attendance,
            and_(
                Attendance.enrolment_id == other.id,
                Attendance.meeting_id == meeting.id,
                Attendance.state == AttendanceState.PRESENT,
            ),
        )
    )


def _judged(here: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Meetings whose activity somebody completed by something else than a meeting of this cohort: a trainer's judgment, or
    what they brought from another cohort. Who was at a meeting here is known by its own list, which can be corrected.
    """
    fact, then, becomes, was = ActivityCompletion, aliased(Activity), aliased(Activity), aliased(Edition)
    edition, own = aliased(Edition), aliased(Meeting)
    by_list = exists().where(
        fact.evidence_kind == "attendance", own.id == fact.evidence_id, own.cohort_id == Enrolment.cohort_id
    )
    return (
        here.join(becomes, becomes.id == Meeting.activity_id)
        .join(edition, edition.id == becomes.edition_id)
        .join(fact, fact.enrolment_id == Enrolment.id)
        .join(then, and_(then.id == fact.activity_id, then.slug == becomes.slug, then.kind == becomes.kind))
        .join(was, and_(was.id == then.edition_id, was.programme_id == edition.programme_id))
        .where(~by_list)
    )


def _judged_besides(ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    """How many meeting activities a trainer judged as done of which their cohort planned no meeting."""
    fact, then, becomes, was = ActivityCompletion, aliased(Activity), aliased(Edition), aliased(Edition)
    own, of = aliased(Meeting), aliased(Activity)
    has_its_own = exists().where(
        own.cohort_id == Enrolment.cohort_id,
        own.state == MeetingState.PLANNED,
        of.id == own.activity_id,
        of.slug == then.slug,
    )
    return (
        select(fact.enrolment_id, func.count(distinct(then.slug)).label("judged"))
        .join(Enrolment, Enrolment.id == fact.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(becomes, becomes.id == Cohort.edition_id)
        .join(then, and_(then.id == fact.activity_id, then.kind == ActivityKind.MEETING))
        .join(was, and_(was.id == then.edition_id, was.programme_id == becomes.programme_id))
        .where(is_one_of(fact.enrolment_id, ids), fact.evidence_kind == OVERRIDE, ~has_its_own)
        .group_by(fact.enrolment_id)
    )


def hours_of_edition(session: Session, edition_id: UUID) -> int:
    """How many hours the required activities of an edition take, rounded up."""
    minutes = session.scalar(
        select(func.sum(Activity.minutes)).where(Activity.edition_id == edition_id, Activity.required)
    )
    return max(-(-(minutes or 0) // 60), 1)
