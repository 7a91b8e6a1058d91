"""Planning meetings. Whatever changes, the dates that follow change with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.dates import MovedModule, follow_meetings
from peergang.cohorts.models import Attendance, Cohort, Meeting
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.rules import CHANGEABLE, CohortState, MeetingState
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.curriculum.models import Activity, Module

TITLE_MAX_LENGTH = 120
PLACE_MAX_LENGTH = 300
LINK_MAX_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class MeetingDetails:
    """A meeting as it is planned. Without a module no dates follow from it (a kick-off)."""

    title: str
    module_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    link: str = ""


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
    activities = _meeting_activities(session, cohort.edition_id)
    for number, details in enumerate(sorted(proposal, key=lambda one: one.starts_at), start=1):
        session.add(_fill(Meeting(cohort_id=cohort_id, number=number), details, activities))
    session.flush()
    return follow_meetings(session, cohort)


def plan_meeting(session: Session, actor: Actor, cohort_id: UUID, details: MeetingDetails) -> Changed:
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
    session.add(_fill(meeting, details, _meeting_activities(session, cohort.edition_id)))
    session.flush()
    _renumber(session, cohort)
    return Changed(meeting.id, cohort_id, follow_meetings(session, cohort))


def change_meeting(session: Session, actor: Actor, meeting_id: UUID, details: MeetingDetails) -> Changed:
    """Move or rename a meeting; its revision goes up by one when anything changed. For organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `meeting_cancelled`.
        Invalid: as `plan_meeting`.
    """
    require(can_manage_cohort(actor))
    cohort, meeting = _lock(session, meeting_id)
    if meeting.state == MeetingState.CANCELLED:
        raise Conflict("meeting_cancelled")
    before = _facts(meeting)
    _fill(meeting, details, _meeting_activities(session, cohort.edition_id))
    if _facts(meeting) != before:
        meeting.revision += 1
    session.flush()
    _renumber(session, cohort)
    return Changed(meeting_id, cohort.id, follow_meetings(session, cohort))


def remove_meeting(session: Session, actor: Actor, meeting_id: UUID, *, now: datetime) -> Changed:
    """Take a meeting off the plan. For organisers.

    Before the cohort is opened it disappears; later it is cancelled, because people have it in their calendars.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `meeting_held` when it is over and attendance was recorded.
    """
    require(can_manage_cohort(actor))
    cohort, meeting = _lock(session, meeting_id)
    attended = select(Attendance.meeting_id).where(Attendance.meeting_id == meeting_id).limit(1)
    if meeting.ends_at <= now and session.execute(attended).first():
        raise Conflict("meeting_held")
    cancelled = cohort.state != CohortState.PLANNED
    if not cancelled:
        session.execute(delete(Meeting).where(Meeting.id == meeting_id))
        session.expunge(meeting)
        _renumber(session, cohort)
    elif meeting.state == MeetingState.PLANNED:
        meeting.state = MeetingState.CANCELLED
        meeting.revision += 1
        session.flush()
    return Changed(meeting_id, cohort.id, follow_meetings(session, cohort), cancelled)


def _lock(session: Session, meeting_id: UUID) -> tuple[Cohort, Meeting]:
    cohort_id = session.scalar(select(Meeting.cohort_id).where(Meeting.id == meeting_id))
    if cohort_id is None:
        raise NotFound
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    meeting = session.get(Meeting, meeting_id, populate_existing=True)
    if meeting is None:
        raise NotFound
    return cohort, meeting


def _meeting_activities(session: Session, edition_id: UUID) -> dict[UUID, UUID | None]:
    """The modules of an edition, each with its activity of kind `meeting`, if it has one."""
    rows = session.execute(
        select(Module.id, Activity.id)
        .outerjoin(Activity, (Activity.module_id == Module.id) & (Activity.kind == "meeting"))
        .where(Module.edition_id == edition_id)
        .order_by(Activity.position.desc())
    )
    return dict(rows.all())


def _fill(meeting: Meeting, details: MeetingDetails, activities: dict[UUID, UUID | None]) -> Meeting:
    _check(details, activities)
    meeting.title, meeting.place, meeting.link = (
        details.title.strip(),
        details.place.strip(),
        details.link.strip(),
    )
    meeting.module_id = details.module_id
    meeting.activity_id = activities[details.module_id] if details.module_id else None
    meeting.starts_at, meeting.ends_at = details.starts_at, details.ends_at
    return meeting


def _check(details: MeetingDetails, activities: dict[UUID, UUID | None]) -> None:
    title, place, link = details.title.strip(), details.place.strip(), details.link.strip()
    judged = (
        ("title", "missing", not title),
        ("title", "long", len(title) > TITLE_MAX_LENGTH),
        ("ends", "before_begin", details.ends_at <= details.starts_at),
        ("ends", "too_long", (details.ends_at - details.starts_at).days >= 1),
        ("module", "unknown", details.module_id is not None and details.module_id not in activities),
        ("place", "long", len(place) > PLACE_MAX_LENGTH),
        ("link", "long", len(link) > LINK_MAX_LENGTH),
        ("link", "not_a_link", bool(link) and (not link.startswith(("https://", "http://")) or " " in link)),
    )
    problems: dict[str, str] = {}
    for name, code, is_wrong in judged:
        if is_wrong:
            problems.setdefault(name, code)
    if problems:
        raise Invalid(problems)


def _facts(meeting: Meeting) -> tuple[object, ...]:
    return (meeting.title, meeting.module_id, meeting.starts_at, meeting.ends_at, meeting.place, meeting.link)


def _renumber(session: Session, cohort: Cohort) -> None:
    """Number the meetings in the order of time while nobody has seen them; later a number stays what it was."""
    if cohort.state != CohortState.PLANNED:
        return
    meetings = session.scalars(
        select(Meeting).where(Meeting.cohort_id == cohort.id).order_by(Meeting.starts_at, Meeting.number)
    ).all()
    if [one.number for one in meetings] == list(range(1, len(meetings) + 1)):
        return
    # The numbers are unique at every moment, so they step aside first.
    for one in meetings:
        one.number = -one.number
    session.flush()
    for number, one in enumerate(meetings, start=1):
        one.number = number
    session.flush()
