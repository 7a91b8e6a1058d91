"""What a meeting is: filling it in, keeping what it was, numbering. For the use cases of meetings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Meeting
from peergang.cohorts.rules import CohortState
from peergang.core.errors import Invalid
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


def meeting_activities(session: Session, edition_id: UUID) -> dict[UUID, UUID | None]:
    """The modules of an edition, each with its activity of kind `meeting`, if it has one."""
    rows = session.execute(
        select(Module.id, Activity.id)
        .outerjoin(Activity, (Activity.module_id == Module.id) & (Activity.kind == "meeting"))
        .where(Module.edition_id == edition_id)
        .order_by(Activity.position.desc())
    )
    return dict(rows.all())


def fill(meeting: Meeting, details: MeetingDetails, activities: dict[UUID, UUID | None]) -> Meeting:
    """Write `details` into `meeting`.

    Raises:
        Invalid: as `plan_meeting`.
    """
    check_details(details, activities)
    meeting.title, meeting.place, meeting.link = (
        details.title.strip(),
        details.place.strip(),
        details.link.strip(),
    )
    meeting.module_id = details.module_id
    meeting.activity_id = activities[details.module_id] if details.module_id else None
    meeting.starts_at, meeting.ends_at = details.starts_at, details.ends_at
    return meeting


def check_details(details: MeetingDetails, activities: Mapping[UUID, UUID | None]) -> None:
    """Refuse what no meeting can be; `activities` are the modules that the cohort has.

    Raises:
        Invalid: as `plan_meeting`.
    """
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


def remember(meeting: Meeting) -> dict[str, Any]:
    """What a meeting is now, to be kept in `previous`."""
    return {
        "title": meeting.title,
        "module_id": str(meeting.module_id) if meeting.module_id else None,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "place": meeting.place,
        "link": meeting.link,
        "state": meeting.state,
    }


def restore(meeting: Meeting, kept: dict[str, Any], activities: dict[UUID, UUID | None]) -> None:
    """Make `meeting` again what `remember` kept. A module that its edition no longer has is left out."""
    module_id = UUID(kept["module_id"]) if kept["module_id"] else None
    module_id = module_id if module_id in activities else None
    starts_at, ends_at = (datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at"))
    fill(
        meeting,
        MeetingDetails(kept["title"], module_id, starts_at, ends_at, kept["place"], kept["link"]),
        activities,
    )
    meeting.state = kept["state"]


def facts_of(meeting: Meeting) -> tuple[object, ...]:
    """What makes a difference to people when it changes."""
    return (meeting.title, meeting.module_id, meeting.starts_at, meeting.ends_at, meeting.place, meeting.link)


def renumber(session: Session, cohort: Cohort) -> None:
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
