"""A meeting: who was there, and the appointment for one's own calendar."""

from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions.attendance import record_attendance
from peergang.cohorts.labels import ATTENDANCE_STATES
from peergang.cohorts.policy import can_record_attendance, can_view_meeting
from peergang.cohorts.queries.attendance import list_attendance
from peergang.cohorts.queries.cohorts import get_cohort
from peergang.cohorts.queries.schedule import get_meeting
from peergang.cohorts.rules import AttendanceState, MeetingState
from peergang.cohorts.rules.calendar import CalendarMeeting, write_calendar
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.i18n import ngettext
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

STATES = frozenset(str(state) for state in AttendanceState)


@bp.get("/bijeenkomsten/<uuid:meeting_id>/aanwezigheid")
def attendance(meeting_id: UUID) -> ResponseReturnValue:
    """The list to tick off at the door; until something was recorded everybody is present."""
    meeting = get_meeting(reading(), meeting_id)
    require(can_record_attendance(current_actor(), meeting.cohort_id))
    people = list_attendance(reading(), meeting.cohort_id, meeting_id)
    return render_template(
        "cohorts/attendance.html",
        cohort=get_cohort(reading(), meeting.cohort_id),
        meeting=meeting,
        people=people,
        recorded=any(row.state for row in people),
        states=ATTENDANCE_STATES,
        begun=meeting.starts_at <= clock.now() and meeting.state == MeetingState.PLANNED,
    )


@bp.post("/bijeenkomsten/<uuid:meeting_id>/aanwezigheid")
def save_attendance(meeting_id: UUID) -> ResponseReturnValue:
    """Keep the list."""
    with transaction() as session:
        present = record_attendance(session, current_actor(), meeting_id, _states(), now=clock.now())
    flash(ngettext("Bewaard: %(num)s aanwezig.", "Bewaard: %(num)s aanwezig.", present), "ok")
    return redirect(url_for("cohorts.attendance", meeting_id=meeting_id), code=303)


@bp.get("/bijeenkomsten/<uuid:meeting_id>.ics")
def meeting_calendar(meeting_id: UUID) -> ResponseReturnValue:
    """The meeting as a file for a calendar; for everybody in the cohort. Loading it again updates the appointment."""
    meeting = get_meeting(reading(), meeting_id)
    require(can_view_meeting(current_actor(), meeting.cohort_id))
    cohort = get_cohort(reading(), meeting.cohort_id)
    shown = CalendarMeeting(
        uid=f"{meeting_id}@peergang",
        title=f"{cohort.name}: {meeting.title}",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        link=meeting.link,
        revision=meeting.revision,
        cancelled=meeting.state == MeetingState.CANCELLED,
        url=current_app.config["PUBLIC_URL"],
    )
    return Response(
        write_calendar([shown], clock.now()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename=bijeenkomst-{meeting.number}.ics"},
    )


def _states() -> dict[UUID, str]:
    """The fields are called state-<enrolment id>; what is no id or no state is refused by the action."""
    found = {}
    for key, value in request.form.items():
        if key.startswith("state-") and value in STATES:
            try:
                found[UUID(key.removeprefix("state-"))] = value
            except ValueError:
                continue
    return found
