"""Which sign-offs count: somebody who could not come on the third of March said nothing about the day it moved to."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from peergang.cohorts.models import Meeting, SignOff
from peergang.core.db import local_day


def still_holds() -> ColumnElement[bool]:
    """Whether the meeting of a `SignOff` in the surrounding select is still on the day for which somebody signed off.

    An hour earlier or later on that day changes nothing: whoever is away, is away.
    """
    meeting = aliased(Meeting)
    day = select(local_day(meeting.starts_at)).where(meeting.id == SignOff.meeting_id).correlate(SignOff)
    return local_day(SignOff.starts_at) == day.scalar_subquery()
