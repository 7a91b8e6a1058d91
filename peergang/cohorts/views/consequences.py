"""What a meeting that comes, changes or goes brings about, to be shown before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.cohorts.queries.dates import ActivityMove, Frame, ModuleMove, preview_meeting
from peergang.cohorts.queries.schedule import list_meetings
from peergang.cohorts.rules import INVITING, MeetingState
from peergang.cohorts.rules.schedule import PlannedMeeting
from peergang.cohorts.views.clashes import FreeDays, free_days_around
from peergang.core.clock import local_date
from peergang.core.db import AnyRow
from peergang.core.i18n import gettext as _

NEW = UUID(int=0)
"""Stands for a meeting that has no id yet."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """The dates that move, what is odd about the moment, and how many people hear of it."""

    modules: Sequence[ModuleMove]
    activities: Sequence[ActivityMove]
    free: FreeDays
    clashes: Sequence[str]
    people: int
    changes_day: bool

    @property
    def weighs(self) -> bool:
        """Whether somebody should look before it is saved."""
        return bool(self.modules or self.activities or self.clashes or (self.people and self.changes_day))


def frame_of(cohort: AnyRow) -> Frame:
    """What the dates of the cohort hang in."""
    return Frame(cohort.cohort_id, cohort.edition_id, cohort.starts_on, cohort.ends_on)


def foresee(
    session: Session, cohort: AnyRow, meeting: AnyRow | None, after: PlannedMeeting | None
) -> Consequences:
    """What happens when `meeting` (None for a new one) becomes `after`, or (None, or cancelled) goes."""
    meeting_id = meeting.meeting_id if meeting else NEW
    plan = preview_meeting(session, frame_of(cohort), meeting_id, after)
    days = [cohort.starts_on, cohort.ends_on]
    if after is not None:
        days.append(local_date(after.starts_at))
    free = free_days_around(session, days)
    clashes: list[str] = []
    if after is not None and not after.cancelled:
        clashes = _list_clashes(session, cohort, meeting, after, free)
    return Consequences(
        plan.moved_modules,
        plan.moved_activities,
        free,
        clashes,
        cohort.active + cohort.invited if cohort.state in INVITING else 0,
        after is None or after.cancelled or _changes_day(meeting, after),
    )


def _changes_day(meeting: AnyRow | None, after: PlannedMeeting) -> bool:
    return meeting is None or local_date(meeting.starts_at) != local_date(after.starts_at)


def _list_clashes(
    session: Session, cohort: AnyRow, meeting: AnyRow | None, after: PlannedMeeting, free: FreeDays
) -> list[str]:
    """What is odd about the moment, as far as it is another one than it was. A clash is shown, never forbidden."""
    found = []
    if _changes_day(meeting, after):
        day = local_date(after.starts_at)
        if text := free.text(day):
            found.append(_("Het is dan vrij: %(why)s.", why=text))
        if day < cohort.starts_on:
            found.append(_("Dit is vóór de eerste dag van het cohort."))
        if day > cohort.ends_on:
            found.append(_("Dit is na de laatste dag van het cohort."))
    if meeting is None or (meeting.starts_at, meeting.ends_at) != (after.starts_at, after.ends_at):
        found += [
            _("Op dat moment is er ook %(title)s.", title=one.title)
            for one in list_meetings(session, cohort.cohort_id)
            if (meeting is None or one.meeting_id != meeting.meeting_id)
            and one.state == MeetingState.PLANNED
            and one.starts_at < after.ends_at
            and after.starts_at < one.ends_at
        ]
    return found
