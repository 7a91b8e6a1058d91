"""What somebody left at meetings, for the download of their own data."""

from typing import Any

from sqlalchemy import Select, select

from peergang.cohorts.models import CalendarFeed, CalendarLine, Enrolment, Meeting, MeetingAction, SignOff


def select_own_meetings() -> dict[str, Select[*tuple[Any, ...]]]:
    """Selects by name, each over `Enrolment`, so that the caller can restrict them to a person."""
    return {
        "meetings_signed_off": select(
            Meeting.title.label("meeting"), Meeting.starts_at, SignOff.reason, SignOff.signed_off_at
        )
        .join(Meeting, Meeting.id == SignOff.meeting_id)
        .join(Enrolment, Enrolment.id == SignOff.enrolment_id)
        .order_by(Meeting.starts_at),
        "meeting_actions": select(
            Meeting.title.label("meeting"),
            MeetingAction.text,
            MeetingAction.due_on,
            MeetingAction.created_at,
            MeetingAction.done_at,
        )
        .join(Meeting, Meeting.id == MeetingAction.meeting_id)
        .join(Enrolment, Enrolment.id == MeetingAction.enrolment_id)
        .order_by(MeetingAction.created_at),
        "calendar_invitations": select(
            Meeting.title.label("meeting"), CalendarLine.method, CalendarLine.sequence
        )
        .join(Meeting, Meeting.id == CalendarLine.meeting_id)
        .join(Enrolment, Enrolment.id == CalendarLine.enrolment_id)
        .order_by(Meeting.starts_at, CalendarLine.sequence),
    }


def select_own_feed() -> Select[*tuple[Any, ...]]:
    """Since when somebody has a calendar feed; its address is kept nowhere."""
    return select(CalendarFeed.made_at, CalendarFeed.with_due_dates)
