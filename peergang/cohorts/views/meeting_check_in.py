"""Checking in: the code on the trainer's screen, and the page on everybody's phone."""

from io import BytesIO
from uuid import UUID

import segno
from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions.meeting_check_in import check_in as act, show_check_in_code
from peergang.cohorts.forms.meeting_page import CheckInForm
from peergang.cohorts.labels import CHECK_IN_PROBLEMS
from peergang.cohorts.policy import can_record_attendance, can_sign_off
from peergang.cohorts.queries.attendance import list_attendance
from peergang.cohorts.queries.meeting_page import find_code, get_meeting_page
from peergang.cohorts.rules import INVITING, AttendanceState, MeetingState
from peergang.cohorts.rules.check_in import BEFORE
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.errors import Invalid, NotFound
from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.web.database import reading, transaction
from peergang.web.throttle import limiter
from peergang.web.viewer import current_actor

LATEST = 8
"""So many of those who came in last are named; the page with the list has everybody."""


@bp.get("/bijeenkomsten/<uuid:meeting_id>/code")
def check_in_code(meeting_id: UUID) -> ResponseReturnValue:
    """The code, large, with who is in already."""
    found = get_meeting_page(reading(), meeting_id)
    require(can_record_attendance(current_actor(), found.cohort_id))
    now = clock.now()
    goes_on = found.state == MeetingState.PLANNED and found.cohort_state in INVITING
    return render_template(
        "cohorts/check_in_code.html",
        meeting=found,
        code=find_code(reading(), meeting_id, now),
        opens_at=found.starts_at - BEFORE,
        possible=goes_on and found.starts_at - BEFORE <= now <= found.ends_at,
        early=now < found.starts_at - BEFORE,
        address=f"{current_app.config['PUBLIC_URL']}{url_for('cohorts.check_in', meeting_id=meeting_id)}",
        **_arrivals(found.cohort_id, meeting_id),
    )


@bp.post("/bijeenkomsten/<uuid:meeting_id>/code")
def renew_check_in_code(meeting_id: UUID) -> ResponseReturnValue:
    """Make a code, or another one."""
    with transaction() as session:
        show_check_in_code(session, current_actor(), meeting_id, now=clock.now())
    return redirect(url_for("cohorts.check_in_code", meeting_id=meeting_id), code=303)


@bp.get("/bijeenkomsten/<uuid:meeting_id>/code.svg")
def check_in_square(meeting_id: UUID) -> ResponseReturnValue:
    """The code as a square for a camera. It opens the page with the code filled in; the person still presses the button."""
    found = get_meeting_page(reading(), meeting_id)
    require(can_record_attendance(current_actor(), found.cohort_id))
    current = find_code(reading(), meeting_id, clock.now())
    if current is None:
        raise NotFound
    path = url_for("cohorts.check_in", meeting_id=meeting_id, code=current.code)
    picture = BytesIO()
    segno.make(f"{current_app.config['PUBLIC_URL']}{path}", error="m").save(
        picture, kind="svg", border=3, dark="#000", light="#fff", omitsize=True
    )
    return Response(picture.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@bp.get("/bijeenkomsten/<uuid:meeting_id>/binnen")
def arrivals(meeting_id: UUID) -> ResponseReturnValue:
    """Who is in, for the page that shows the code."""
    found = get_meeting_page(reading(), meeting_id)
    require(can_record_attendance(current_actor(), found.cohort_id))
    shown = _arrivals(found.cohort_id, meeting_id)
    return jsonify(text=shown["arrived"], names=shown["latest"]), {"Cache-Control": "no-store"}


def _me() -> str:
    return f"check-in:{current_actor().user_id}"


def _refused(response: Response) -> bool:
    return response.status_code == 422


@bp.route("/bijeenkomsten/<uuid:meeting_id>/inchecken", methods=["GET", "POST"])
@limiter.limit("10 per 5 minutes", key_func=_me, methods=["POST"], deduct_when=_refused)
def check_in(meeting_id: UUID) -> ResponseReturnValue:
    """Type the code and be there."""
    found = get_meeting_page(reading(), meeting_id)
    require(can_sign_off(current_actor(), found.cohort_id))
    form = CheckInForm(data={"code": request.args.get("code", "")[:20]})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                act(session, current_actor(), meeting_id, form.code.data or "", now=clock.now())
        except Invalid as error:
            form.take(error, CHECK_IN_PROBLEMS)
        else:
            flash(_("Welkom, je bent ingecheckt."), "ok")
            return redirect(url_for("cohorts.meeting", meeting_id=meeting_id), code=303)
    page = render_template("cohorts/check_in.html", meeting=found, form=form)
    return page, 422 if form.errors else 200


def _arrivals(cohort_id: UUID, meeting_id: UUID) -> dict[str, object]:
    people = list_attendance(reading(), cohort_id, meeting_id)
    here = [one for one in people if one.state == AttendanceState.PRESENT]
    here.sort(key=lambda one: one.recorded_at, reverse=True)
    text = ngettext(
        "%(here)s van %(num)s deelnemer is er.", "%(here)s van %(num)s deelnemers zijn er.", len(people),
        here=len(here),
    )  # fmt: skip
    names = [full_name(one.given_name, one.name_particle, one.family_name) for one in here[:LATEST]]
    return {"arrived": text, "latest": names}
