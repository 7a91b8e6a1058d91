"""Meetings, with who was there and who could not come; why not is not told here."""

from typing import Any

from sqlalchemy import func

from peergang.cohorts.models import Attendance, Meeting, SignOff
from peergang.cohorts.queries.sign_offs import still_holds
from peergang.cohorts.rules import MeetingState
from peergang.progress.queries.story_events.base import Part, event
from peergang.progress.rules.story import Happened


def list_parts(head: Any) -> list[Part]:
    """What is known about meetings."""
    return [_held(head), _signed_off(head)]


def _held(head: Any) -> Part:
    here = (Attendance.meeting_id == Meeting.id) & (Attendance.enrolment_id == head.enrolment_id)
    state = func.coalesce(Attendance.state, "")
    return (
        event(Happened.MEETING, Meeting.starts_at, title=Meeting.title, detail=state)
        .select_from(Meeting)
        .outerjoin(Attendance, here)
        .where(Meeting.cohort_id == head.cohort_id, Meeting.state != MeetingState.CANCELLED)
    )


def _signed_off(head: Any) -> Part:
    return (
        event(Happened.SIGNED_OFF, SignOff.signed_off_at, title=Meeting.title, until=SignOff.starts_at)
        .select_from(SignOff)
        .join(Meeting, Meeting.id == SignOff.meeting_id)
        .where(SignOff.enrolment_id == head.enrolment_id, still_holds())
    )
