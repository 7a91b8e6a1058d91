"""Who was at a meeting: the list to tick off at the door."""

from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions.attendance import RECORDABLE, record_attendance
from peergang.cohorts.labels import ATTENDANCE_STATES
from peergang.cohorts.policy import can_manage_cohort, can_read_reasons, can_record_attendance
from peergang.cohorts.queries.attendance import list_attendance
from peergang.cohorts.queries.meeting_page import get_meeting_page
from peergang.cohorts.rules import AttendanceState, MeetingState
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.i18n import ngettext
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

STATES = frozenset(str(state) for state in AttendanceState)


@bp.get("/bijeenkomsten/<uuid:meeting_id>/aanwezigheid")
def attendance(meeting_id: UUID) -> ResponseReturnValue:
    """The list to tick off at the door; until something was recorded everybody is present, except who signed off. Of who was
    invited nothing is supposed: many of them will not be there.
    """
    meeting = get_meeting_page(reading(), meeting_id)
    require(can_record_attendance(current_actor(), meeting.cohort_id))
    people = list_attendance(reading(), meeting.cohort_id, meeting_id)
    now = clock.now()
    return render_template(
        "cohorts/attendance.html",
        meeting=meeting,
        people=[(one, _preset(one)) for one in people],
        recorded=any(row.state for row in people),
        invited=sum(row.invited for row in people),
        invites=can_manage_cohort(current_actor()),
        states=ATTENDANCE_STATES,
        reads_reasons=can_read_reasons(current_actor(), meeting.cohort_id),
        begun=meeting.starts_at <= now and meeting.state == MeetingState.PLANNED,
        closed=meeting.cohort_state not in RECORDABLE,
    )


@bp.post("/bijeenkomsten/<uuid:meeting_id>/aanwezigheid")
def save_attendance(meeting_id: UUID) -> ResponseReturnValue:
    """Keep the list. A phone that was offline sends it later, and gets the words instead of a page."""
    with transaction() as session:
        present = record_attendance(
            session, current_actor(), meeting_id, _states("state-"), now=clock.now(), shown=_states("shown-")
        )
    text = ngettext("Bewaard: %(num)s aanwezig.", "Bewaard: %(num)s aanwezig.", present)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(text=text)
    flash(text, "ok")
    return redirect(url_for("cohorts.attendance", meeting_id=meeting_id), code=303)


def _preset(one: AnyRow) -> str:
    if one.state:
        return str(one.state)
    if one.invited:
        return ""
    return str(AttendanceState.EXCUSED if one.reason is not None else AttendanceState.PRESENT)


def _states(prefix: str) -> dict[UUID, str]:
    """The fields are called state-<enrolment id>; what is no id or no state is refused by the action."""
    found = {}
    for key, value in request.form.items():
        if key.startswith(prefix) and value in STATES:
            try:
                found[UUID(key.removeprefix(prefix))] = value
            except ValueError:
                continue
    return found
