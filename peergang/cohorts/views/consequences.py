"""What a change of a meeting brings about, to be shown before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from peergang.cohorts.queries.dates import ActivityMove, Frame, ModuleMove, preview_meeting
from peergang.cohorts.rules import INVITING
from peergang.cohorts.rules.schedule import PlannedMeeting
from peergang.cohorts.views.clashes import FreeDays, free_days_around
from peergang.core.clock import local_date
from peergang.core.db import AnyRow


@dataclass(frozen=True, slots=True)
class Consequences:
    """The dates that move, the free day it would be on, and how many people have the old moment in their calendars."""

    modules: Sequence[ModuleMove]
    activities: Sequence[ActivityMove]
    free: FreeDays
    clash: str
    people: int
    changes_day: bool

    @property
    def weighs(self) -> bool:
        """Whether somebody should look before it is saved."""
        return bool(self.modules or self.activities or self.clash or (self.people and self.changes_day))


def frame_of(cohort: AnyRow) -> Frame:
    """What the dates of the cohort hang in."""
    return Frame(cohort.cohort_id, cohort.edition_id, cohort.starts_on, cohort.ends_on)


def foresee(session: Session, cohort: AnyRow, meeting: AnyRow, after: PlannedMeeting | None) -> Consequences:
    """What happens when `meeting` becomes `after`, or (None, or cancelled) goes."""
    plan = preview_meeting(session, frame_of(cohort), meeting.meeting_id, after)
    goes = after is None or after.cancelled
    starts_at: datetime = meeting.starts_at if after is None else after.starts_at
    free = free_days_around(session, [cohort.starts_on, cohort.ends_on, local_date(starts_at)])
    changes_day = goes or local_date(starts_at) != local_date(meeting.starts_at)
    return Consequences(
        plan.moved_modules,
        plan.moved_activities,
        free,
        free.text(starts_at) if changes_day and not goes else "",
        cohort.active + cohort.invited if cohort.state in INVITING else 0,
        changes_day,
    )
