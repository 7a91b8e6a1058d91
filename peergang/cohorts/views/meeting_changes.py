"""Step 2: one meeting. What a change brings about is shown before it is saved, and can be undone afterwards."""

from datetime import time
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.cohorts.actions import meetings
from peergang.cohorts.actions.meeting_details import MeetingDetails, check_details
from peergang.cohorts.forms import MeetingForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.queries.schedule import get_meeting, list_cohort_modules, list_meetings
from peergang.cohorts.rules import CohortState, MeetingState
from peergang.cohorts.rules.schedule import PlannedMeeting, at_times
from peergang.cohorts.views import bp
from peergang.cohorts.views.consequences import Consequences, foresee
from peergang.cohorts.views.moved import moved_text
from peergang.cohorts.views.stages import cohort_to_set_up
from peergang.core import clock
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _, pick
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

NO_MODULE = ""
CONFIRM, EDIT = "confirm", "edit"
"""What the buttons of the preview send: save it, or go back to the form with everything still in it."""


@bp.route("/cohorten/<uuid:cohort_id>/bijeenkomsten/nieuw", methods=["GET", "POST"])
def new_meeting(cohort_id: UUID) -> ResponseReturnValue:
    """Add a meeting; time and place are those of the last one. What that brings about is shown first."""
    cohort = cohort_to_set_up(cohort_id)
    planned = list_meetings(reading(), cohort_id)
    last = planned[-1] if planned else None
    form = MeetingForm(
        begins=clock.local(last.starts_at).time() if last else time(13, 30),
        ends=clock.local(last.ends_at).time() if last else time(16, 30),
        place=last.place if last else "",
        link=last.link if last else "",
    )
    modules = list_cohort_modules(reading(), cohort_id)
    _offer_modules(form, modules)
    if form.validate_on_submit() and request.form.get("action") != EDIT:
        try:
            return _add(form, cohort, modules)
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
    page = render_template("cohorts/meeting_form.html", form=form, cohort=cohort, meeting=None, revision=None)
    return page, 422 if form.errors else 200


def _add(form: MeetingForm, cohort: AnyRow, modules: Rows) -> ResponseReturnValue:
    details = _details(form)
    check_details(details, dict.fromkeys(one.module_id for one in modules))
    if request.form.get("action") != CONFIRM:
        after = PlannedMeeting(details.module_id, details.starts_at, details.ends_at)
        found = foresee(reading(), cohort, None, after)
        if found.weighs:
            return _confirm(cohort, None, after, found, form, None)
    with transaction() as session:
        changed = meetings.plan_meeting(session, current_actor(), cohort.cohort_id, details, now=clock.now())
    flash(moved_text(_("De bijeenkomst is toegevoegd."), changed.moved), "ok")
    return redirect(url_for("cohorts.setup_meetings", cohort_id=cohort.cohort_id), code=303)


def _confirm(
    cohort: AnyRow,
    meeting: AnyRow | None,
    after: PlannedMeeting | None,
    found: Consequences,
    form: MeetingForm | None,
    revision: int | None,
) -> str:
    return render_template(
        "cohorts/meeting_confirm.html",
        cohort=cohort,
        meeting=meeting,
        after=after,
        found=found,
        form=form,
        revision=revision,
    )


@bp.route("/bijeenkomsten/<uuid:meeting_id>/wijzigen", methods=["GET", "POST"])
def change_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Move or change a meeting; when dates move with it, the first time only shows which."""
    meeting = get_meeting(reading(), meeting_id)
    cohort = cohort_to_set_up(meeting.cohort_id)
    form = _filled(meeting)
    modules = list_cohort_modules(reading(), meeting.cohort_id)
    _offer_modules(form, modules)
    seen = _revision(meeting)
    if form.validate_on_submit() and request.form.get("action") != EDIT:
        try:
            return _save(form, cohort, meeting, modules, seen)
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
    page = render_template(
        "cohorts/meeting_form.html", form=form, cohort=cohort, meeting=meeting, revision=seen
    )
    return page, 422 if form.errors else 200


def _save(
    form: MeetingForm, cohort: AnyRow, meeting: AnyRow, modules: Rows, seen: int
) -> ResponseReturnValue:
    details = _details(form)
    check_details(details, dict.fromkeys(one.module_id for one in modules))
    if request.form.get("action") != CONFIRM:
        if seen != meeting.revision:
            raise Conflict("meeting_changed")
        after = PlannedMeeting(details.module_id, details.starts_at, details.ends_at)
        found = foresee(reading(), cohort, meeting, after)
        if found.weighs:
            return _confirm(cohort, meeting, after, found, form, seen)
    with transaction() as session:
        changed = meetings.change_meeting(
            session, current_actor(), meeting.meeting_id, details, now=clock.now(), revision=seen
        )
    flash(moved_text(_("De bijeenkomst is gewijzigd."), changed.moved), "ok")
    return redirect(_list_url(changed), code=303)


@bp.post("/bijeenkomsten/<uuid:meeting_id>/verwijderen")
def remove_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Take a meeting off the plan, or cancel it when people know about it; what that brings about is shown first."""
    meeting = get_meeting(reading(), meeting_id)
    cohort = cohort_to_set_up(meeting.cohort_id)
    seen = _revision(meeting)
    if request.form.get("action") != CONFIRM and meeting.state == MeetingState.PLANNED:
        after = PlannedMeeting(meeting.module_id, meeting.starts_at, meeting.ends_at, cancelled=True)
        found = foresee(reading(), cohort, meeting, None if cohort.state == CohortState.PLANNED else after)
        if found.weighs:
            return _confirm(cohort, meeting, None, found, None, seen)
    with transaction() as session:
        changed = meetings.remove_meeting(
            session, current_actor(), meeting_id, now=clock.now(), revision=seen
        )
    done = _("De bijeenkomst is afgezegd.") if changed.cancelled else _("De bijeenkomst is verwijderd.")
    flash(moved_text(done, changed.moved), "ok")
    return redirect(_list_url(changed), code=303)


@bp.post("/bijeenkomsten/<uuid:meeting_id>/terugdraaien")
def undo_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Take back the last change."""
    seen = request.form.get("revision", type=int)
    with transaction() as session:
        changed = meetings.undo_meeting(
            session, current_actor(), meeting_id, revision=-1 if seen is None else seen, now=clock.now()
        )
    flash(moved_text(_("De wijziging is teruggedraaid."), changed.moved), "ok")
    return redirect(url_for("cohorts.setup_meetings", cohort_id=changed.cohort_id), code=303)


def _list_url(changed: meetings.Changed) -> str:
    """The list, where the last change can be undone."""
    return url_for("cohorts.setup_meetings", cohort_id=changed.cohort_id, gewijzigd=changed.meeting_id)


def _revision(meeting: AnyRow) -> int:
    """The revision that was seen when the change was prepared."""
    seen = request.form.get("revision", type=int)
    return int(meeting.revision) if seen is None else seen


def _filled(meeting: AnyRow) -> MeetingForm:
    begins, ends = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
    return MeetingForm(
        title=meeting.title,
        module=str(meeting.module_id or NO_MODULE),
        day=begins.date(),
        begins=begins.time(),
        ends=ends.time(),
        place=meeting.place,
        link=meeting.link,
    )


def _offer_modules(form: MeetingForm, modules: Rows) -> None:
    form.module.choices = [
        SelectChoice(NO_MODULE, _("Geen, zoals een startbijeenkomst")),
        *(
            SelectChoice(
                str(one.module_id),
                _("Module %(code)s: %(title)s", code=one.code, title=pick(one.title, one.title_en)),
            )
            for one in modules
        ),
    ]


def _details(form: MeetingForm) -> MeetingDetails:
    day = form.day.data or clock.local_date(clock.now())
    starts_at, ends_at = at_times(day, form.begins.data or time(), form.ends.data or time())
    try:
        module_id = UUID(form.module.data) if form.module.data else None
    except ValueError:
        module_id = UUID(int=0)
    return MeetingDetails(
        form.title.data or "", module_id, starts_at, ends_at, form.place.data or "", form.link.data or ""
    )
