"""Which sign-offs count: somebody who could not come on the third of March said nothing about the day it moved to."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from peergang.cohorts.models import Meeting, SignOff


def still_holds() -> ColumnElement[bool]:
    """Whether the meeting of a `SignOff` in the surrounding select still begins when it did as somebody signed off."""
    meeting = aliased(Meeting)
    begins = select(meeting.starts_at).where(meeting.id == SignOff.meeting_id).correlate(SignOff)
    return SignOff.starts_at == begins.scalar_subquery()
