"""Planning meetings. Whatever changes, the dates that follow change with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.dates import MovedModule, follow_meetings
from peergang.cohorts.actions.meeting_details import (
    MeetingDetails,
    facts_of,
    fill,
    meeting_activities,
    remember,
    renumber,
    restore,
)
from peergang.cohorts.models import Attendance, Cohort, Meeting
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.rules import CHANGEABLE, CohortState, MeetingState
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit

__all__ = [
    "Changed",
    "MeetingDetails",
    "change_meeting",
    "plan_meeting",
    "plan_meetings",
    "remove_meeting",
    "undo_meeting",
]


@dataclass(frozen=True, slots=True)
class Changed:
    """A meeting that changed, and the modules whose dates moved with it."""

    meeting_id: UUID
    cohort_id: UUID
    moved: list[MovedModule]
    cancelled: bool = False


def plan_meetings(
    session: Session, actor: Actor, cohort_id: UUID, proposal: Sequence[MeetingDetails]
) -> list[MovedModule]:
    """Take over a whole proposal for a cohort that has no meetings yet. For organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort.
        Conflict: `cohort_state`; `has_meetings` when somebody planned some in the meantime.
        Invalid: as `plan_meeting`.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    if session.execute(select(Meeting.id).where(Meeting.cohort_id == cohort_id).limit(1)).first():
        raise Conflict("has_meetings")
    activities = meeting_activities(session, cohort.edition_id)
    for number, details in enumerate(sorted(proposal, key=lambda one: one.starts_at), start=1):
        session.add(fill(Meeting(cohort_id=cohort_id, number=number), details, activities))
    session.flush()
    return follow_meetings(session, cohort)


def plan_meeting(
    session: Session, actor: Actor, cohort_id: UUID, details: MeetingDetails, *, now: datetime
) -> Changed:
    """Add one meeting. For organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort.
        Conflict: `cohort_state`.
        Invalid: {"ends": "before_begin" | "too_long", "title": "missing" | "long", "module": "unknown",
            "link": "not_a_link" | "long", "place": "long"}.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    highest = session.scalar(select(func.max(Meeting.number)).where(Meeting.cohort_id == cohort_id)) or 0
    meeting = Meeting(cohort_id=cohort_id, number=highest + 1)
    session.add(fill(meeting, details, meeting_activities(session, cohort.edition_id)))
    session.flush()
    note = {"is": meeting.starts_at.isoformat()}
    record_audit(session, actor, "meeting_planned", "meeting", meeting.id, note, now=now)
    renumber(session, cohort)
    return Changed(meeting.id, cohort_id, follow_meetings(session, cohort))


def change_meeting(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    details: MeetingDetails,
    *,
    now: datetime,
    revision: int | None = None,
) -> Changed:
    """Move or rename a meeting; its revision goes up by one when anything changed, and that can be undone. For organisers.

    `revision` is the one that was seen when the change was prepared.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `meeting_cancelled`; `meeting_changed` when it has another revision by now.
        Invalid: as `plan_meeting`, and {"day" | "module": "held"} when somebody was there already: what they completed
            happened on that day.
    """
    require(can_manage_cohort(actor))
    cohort, meeting = _lock(session, meeting_id, revision)
    if meeting.state == MeetingState.CANCELLED:
        raise Conflict("meeting_cancelled")
    if _was_attended(session, meeting_id):
        _check_held(meeting, details)
    before, kept = facts_of(meeting), remember(meeting)
    fill(meeting, details, meeting_activities(session, cohort.edition_id))
    if facts_of(meeting) != before:
        _replace(meeting, kept)
        _note(session, actor, "meeting_changed", meeting, kept, now)
    session.flush()
    renumber(session, cohort)
    return Changed(meeting_id, cohort.id, follow_meetings(session, cohort))


def remove_meeting(
    session: Session, actor: Actor, meeting_id: UUID, *, now: datetime, revision: int | None = None
) -> Changed:
    """Take a meeting off the plan. For organisers.

    Before the cohort is opened it disappears; later it is cancelled, because people have it in their calendars, and that
    can be undone.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `meeting_held` when it is over and attendance was recorded; `meeting_changed` as above.
    """
    require(can_manage_cohort(actor))
    cohort, meeting = _lock(session, meeting_id, revision)
    if meeting.ends_at <= now and _was_attended(session, meeting_id):
        raise Conflict("meeting_held")
    cancelled = cohort.state != CohortState.PLANNED
    if not cancelled:
        _note(session, actor, "meeting_removed", meeting, remember(meeting), now)
        session.execute(delete(Meeting).where(Meeting.id == meeting_id))
        session.expunge(meeting)
        renumber(session, cohort)
    elif meeting.state == MeetingState.PLANNED:
        kept = remember(meeting)
        meeting.state = MeetingState.CANCELLED
        _replace(meeting, kept)
        _note(session, actor, "meeting_cancelled", meeting, kept, now)
        session.flush()
    return Changed(meeting_id, cohort.id, follow_meetings(session, cohort), cancelled)


def undo_meeting(
    session: Session, actor: Actor, meeting_id: UUID, *, revision: int, now: datetime
) -> Changed:
    """Take back the last change of a meeting, also when that cancelled it. Its revision goes up once more, because
    calendars have to hear of it. For organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `meeting_changed` when it has another revision by now; `nothing_to_undo`.
    """
    require(can_manage_cohort(actor))
    cohort, meeting = _lock(session, meeting_id, revision)
    if meeting.previous is None:
        raise Conflict("nothing_to_undo")
    kept = remember(meeting)
    restore(meeting, meeting.previous, meeting_activities(session, cohort.edition_id))
    meeting.previous = None
    meeting.revision += 1
    _note(session, actor, "meeting_undone", meeting, kept, now)
    session.flush()
    renumber(session, cohort)
    return Changed(meeting_id, cohort.id, follow_meetings(session, cohort))


def _replace(meeting: Meeting, kept: dict[str, Any]) -> None:
    meeting.previous = kept
    meeting.revision += 1


def _note(
    session: Session, actor: Actor, verb: str, meeting: Meeting, kept: dict[str, Any], now: datetime
) -> None:
    details = {"was": kept["starts_at"], "is": meeting.starts_at.isoformat()}
    record_audit(session, actor, verb, "meeting", meeting.id, details, now=now)


def _lock(session: Session, meeting_id: UUID, revision: int | None) -> tuple[Cohort, Meeting]:
    cohort_id = session.scalar(select(Meeting.cohort_id).where(Meeting.id == meeting_id))
    if cohort_id is None:
        raise NotFound
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    meeting = session.get(Meeting, meeting_id, populate_existing=True)
    if meeting is None:
        raise NotFound
    if revision is not None and meeting.revision != revision:
        raise Conflict("meeting_changed")
    return cohort, meeting


def _was_attended(session: Session, meeting_id: UUID) -> bool:
    attended = select(Attendance.meeting_id).where(Attendance.meeting_id == meeting_id).limit(1)
    return session.execute(attended).first() is not None


def _check_held(meeting: Meeting, details: MeetingDetails) -> None:
    if (meeting.starts_at, meeting.ends_at) != (details.starts_at, details.ends_at):
        raise Invalid({"day": "held"})
    if meeting.module_id != details.module_id:
        raise Invalid({"module": "held"})
