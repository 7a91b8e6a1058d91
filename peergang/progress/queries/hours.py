"""The hours of one person: what follows from the facts, and what they wrote down themselves."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import ActivityCompletion, Attendance, Cohort, Enrolment, Meeting
from peergang.cohorts.queries.roles import took_part
from peergang.cohorts.rules import AttendanceState, EnrolmentRole, MeetingState
from peergang.cohorts.rules.completion import OVERRIDE
from peergang.core.clock import local_date
from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.core.i18n import pick
from peergang.core.permissions import Actor
from peergang.curriculum.models import Activity, Edition
from peergang.curriculum.rules import ActivityKind
from peergang.progress.models import OwnHours
from peergang.progress.queries.leaving import ONE_FACT
from peergang.progress.rules.hours import QUARTER, Line, Source


def list_lines(session: Session, actor: Actor) -> list[Line]:
    """The whole record of the actor, the latest first, in three statements. Nobody reads somebody else's."""
    user_id = actor.user_id
    lines = [*_completed(session, user_id), *_attended(session, user_id), *_own(session, user_id)]
    return sorted(lines, key=lambda line: (line.day, line.source, line.words), reverse=True)


def find_entry(session: Session, actor: Actor, entry_id: UUID) -> AnyRow | None:
    """One entry of the actor's own, None when there is none or it is somebody else's.

    Columns: entry_id, done_on, kind, words, quarters, removed_at, changed (whether there is something to take back).
    """
    return session.execute(
        select(
            OwnHours.id.label("entry_id"),
            OwnHours.done_on,
            OwnHours.kind,
            OwnHours.words,
            OwnHours.quarters,
            OwnHours.removed_at,
            OwnHours.previous.is_not(None).label("changed"),
        ).where(OwnHours.id == entry_id, OwnHours.user_id == actor.user_id)
    ).one_or_none()


def get_entry(session: Session, actor: Actor, entry_id: UUID) -> AnyRow:
    """The same.

    Raises:
        NotFound: when there is none, or it is somebody else's.
    """
    row = find_entry(session, actor, entry_id)
    if row is None:
        raise NotFound
    return row


def _own(session: Session, user_id: UUID | None) -> list[Line]:
    rows = session.execute(
        select(OwnHours.id, OwnHours.done_on, OwnHours.kind, OwnHours.words, OwnHours.quarters).where(
            OwnHours.user_id == user_id, OwnHours.removed_at.is_(None)
        )
    ).all()
    return [
        Line(one.done_on, Source.OWN, one.kind, one.words, "", one.quarters * QUARTER, one.id) for one in rows
    ]


def _completed(session: Session, user_id: UUID | None) -> list[Line]:
    rows = session.execute(_select_completed().where(Enrolment.user_id == user_id)).all()
    return [
        Line(
            local_date(one.completed_at),
            Source.ACTIVITY,
            one.kind,
            pick(one.title, one.title_en),
            pick(one.edition_title, one.edition_title_en),
            one.minutes,
        )
        for one in rows
    ]


def _select_completed() -> Select[*tuple[Any, ...]]:
    """Each thing that was completed once, as it was asked then: the copies of a fact that later editions and other cohorts
    got have its date, and the same slug. A meeting counts by who was there, unless judgment alone completed it.
    """
    fact = ActivityCompletion
    return (
        select(
            fact.completed_at,
            Activity.kind,
            Activity.title,
            Activity.title_en,
            Activity.minutes,
            Edition.title.label("edition_title"),
            Edition.title_en.label("edition_title_en"),
        )
        .ext(distinct_on(*ONE_FACT))
        .join(Enrolment, Enrolment.id == fact.enrolment_id)
        .join(Activity, Activity.id == fact.activity_id)
        .join(Edition, Edition.id == Activity.edition_id)
        .where(
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Activity.minutes > 0,
            (Activity.kind != ActivityKind.MEETING) | ((fact.evidence_kind == OVERRIDE) & ~_was_there()),
        )
        .order_by(*ONE_FACT, Edition.number, Activity.id)
    )


def _was_there() -> Any:
    meant = aliased(Activity)
    return (
        select(Attendance.meeting_id)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .join(meant, meant.id == Meeting.activity_id)
        .where(
            Attendance.enrolment_id == Enrolment.id,
            Attendance.state == AttendanceState.PRESENT,
            meant.slug == Activity.slug,
        )
        .correlate(Enrolment, Activity)
        .exists()
    )


def _attended(session: Session, user_id: UUID | None) -> list[Line]:
    rows = session.execute(
        select(
            Meeting.starts_at,
            Meeting.ends_at,
            Meeting.title,
            Edition.title.label("edition_title"),
            Edition.title_en.label("edition_title_en"),
        )
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .join(Edition, Edition.id == Cohort.edition_id)
        .where(
            Enrolment.user_id == user_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            took_part(),
            Attendance.state == AttendanceState.PRESENT,
            Meeting.state == MeetingState.PLANNED,
        )
    ).all()
    return [
        Line(
            local_date(one.starts_at),
            Source.MEETING,
            ActivityKind.MEETING,
            one.title,
            pick(one.edition_title, one.edition_title_en),
            int((one.ends_at - one.starts_at) / timedelta(minutes=1)),
        )
        for one in rows
    ]


def select_own_hours() -> Select[*tuple[Any, ...]]:
    """For the download of one's own data: everything that is kept, with what is on its way out."""
    return select(
        OwnHours.done_on,
        OwnHours.kind,
        OwnHours.words,
        OwnHours.quarters,
        OwnHours.written_at,
        OwnHours.previous,
        OwnHours.removed_at,
    ).order_by(OwnHours.done_on, OwnHours.written_at)
