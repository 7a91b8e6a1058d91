"""Step 2: meetings, and the dates that follow from them."""

from datetime import date, time
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.cohorts.actions import dates, meetings
from peergang.cohorts.actions.meetings import MeetingDetails
from peergang.cohorts.forms import MeetingForm, ModuleDatesForm, ProposalForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.queries.schedule import get_meeting, list_cohort_modules, list_meetings
from peergang.cohorts.rules.schedule import at_times, propose_days
from peergang.cohorts.views import bp
from peergang.cohorts.views.moved import moved_text
from peergang.cohorts.views.stages import cohort_to_set_up, list_stages
from peergang.core import clock
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import Invalid, NotFound
from peergang.core.free_days import free_days
from peergang.core.i18n import gettext as _, pick
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

NO_MODULE = ""


@bp.route("/cohorten/<uuid:cohort_id>/bijeenkomsten", methods=["GET", "POST"])
def setup_meetings(cohort_id: UUID) -> ResponseReturnValue:
    """The meetings; as long as there are none, a proposal to take over."""
    cohort = cohort_to_set_up(cohort_id)
    stages = list_stages(cohort, "cohorts.setup_meetings")
    modules, planned = list_cohort_modules(reading(), cohort_id), list_meetings(reading(), cohort_id)
    form = ProposalForm()
    days = _proposed_days(cohort, len(modules))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                meetings.plan_meetings(
                    session, current_actor(), cohort_id, _proposal(form, cohort, days, modules)
                )
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_("De bijeenkomsten zijn gepland. De data van de modules volgen ze."), "ok")
            return redirect(url_for("cohorts.setup_meetings", cohort_id=cohort_id), code=303)
    page = render_template(
        "cohorts/setup_meetings.html",
        cohort=cohort,
        stages=stages,
        meetings=planned,
        modules=modules,
        proposed=list(zip(days, modules, strict=True)),
        form=form,
    )
    return page, 422 if form.errors else 200


@bp.route("/cohorten/<uuid:cohort_id>/bijeenkomsten/nieuw", methods=["GET", "POST"])
def new_meeting(cohort_id: UUID) -> ResponseReturnValue:
    """Add a meeting; time and place are those of the last one."""
    cohort = cohort_to_set_up(cohort_id)
    planned = list_meetings(reading(), cohort_id)
    last = planned[-1] if planned else None
    form = MeetingForm(
        begins=clock.local(last.starts_at).time() if last else time(13, 30),
        ends=clock.local(last.ends_at).time() if last else time(16, 30),
        place=last.place if last else "",
        link=last.link if last else "",
    )
    _offer_modules(form, list_cohort_modules(reading(), cohort_id))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                changed = meetings.plan_meeting(session, current_actor(), cohort_id, _details(form))
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(moved_text(_("De bijeenkomst is toegevoegd."), changed.moved), "ok")
            return redirect(url_for("cohorts.setup_meetings", cohort_id=cohort_id), code=303)
    page = render_template("cohorts/meeting_form.html", form=form, cohort=cohort, meeting=None)
    return page, 422 if form.errors else 200


@bp.route("/bijeenkomsten/<uuid:meeting_id>/wijzigen", methods=["GET", "POST"])
def change_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Move or change a meeting; what moves with it is said afterwards."""
    meeting = get_meeting(reading(), meeting_id)
    cohort = cohort_to_set_up(meeting.cohort_id)
    begins, ends = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
    form = MeetingForm(
        title=meeting.title,
        module=str(meeting.module_id or NO_MODULE),
        day=begins.date(),
        begins=begins.time(),
        ends=ends.time(),
        place=meeting.place,
        link=meeting.link,
    )
    _offer_modules(form, list_cohort_modules(reading(), meeting.cohort_id))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                changed = meetings.change_meeting(
                    session, current_actor(), meeting_id, _details(form), now=clock.now()
                )
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(moved_text(_("De bijeenkomst is gewijzigd."), changed.moved), "ok")
            return redirect(url_for("cohorts.setup_meetings", cohort_id=meeting.cohort_id), code=303)
    page = render_template("cohorts/meeting_form.html", form=form, cohort=cohort, meeting=meeting)
    return page, 422 if form.errors else 200


@bp.post("/bijeenkomsten/<uuid:meeting_id>/verwijderen")
def remove_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Take a meeting off the plan, or cancel it when people know about it."""
    with transaction() as session:
        changed = meetings.remove_meeting(session, current_actor(), meeting_id, now=clock.now())
    done = _("De bijeenkomst is afgezegd.") if changed.cancelled else _("De bijeenkomst is verwijderd.")
    flash(moved_text(done, changed.moved), "ok")
    return redirect(url_for("cohorts.setup_meetings", cohort_id=changed.cohort_id), code=303)


@bp.route("/cohorten/<uuid:cohort_id>/modules/<uuid:module_id>/data", methods=["GET", "POST"])
def module_dates(cohort_id: UUID, module_id: UUID) -> ResponseReturnValue:
    """Give a module dates of its own."""
    cohort = cohort_to_set_up(cohort_id)
    modules = list_cohort_modules(reading(), cohort_id)
    module = next((one for one in modules if one.module_id == module_id), None)
    if module is None:
        raise NotFound
    form = ModuleDatesForm(opens_on=clock.local_date(module.opens_at), due_on=clock.local_date(module.due_at))
    if form.validate_on_submit() and form.opens_on.data and form.due_on.data:
        try:
            with transaction() as session:
                dates.pin_module(
                    session,
                    current_actor(),
                    cohort_id,
                    module_id,
                    opens_on=form.opens_on.data,
                    due_on=form.due_on.data,
                    now=clock.now(),
                )
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_("Module %(code)s heeft eigen data en verschuift niet meer mee.", code=module.code), "ok")
            return redirect(url_for("cohorts.setup_meetings", cohort_id=cohort_id), code=303)
    page = render_template("cohorts/module_dates.html", form=form, cohort=cohort, module=module)
    return page, 422 if form.errors else 200


@bp.post("/cohorten/<uuid:cohort_id>/modules/<uuid:module_id>/volgen")
def follow_module(cohort_id: UUID, module_id: UUID) -> ResponseReturnValue:
    """Let the dates of a module follow the meetings again."""
    with transaction() as session:
        dates.unpin_module(session, current_actor(), cohort_id, module_id, now=clock.now())
    flash(_("De data van de module volgen de bijeenkomsten weer."), "ok")
    return redirect(url_for("cohorts.setup_meetings", cohort_id=cohort_id), code=303)


def _proposed_days(cohort: AnyRow, count: int) -> list[date]:
    years = range(cohort.starts_on.year, cohort.ends_on.year + 2)
    return propose_days(cohort.starts_on, cohort.ends_on, count, free_days(years))


def _proposal(form: ProposalForm, cohort: AnyRow, days: list[date], modules: Rows) -> list[MeetingDetails]:
    plan: list[tuple[date, str, UUID | None]] = [
        (day, pick(module.title, ""), module.module_id) for day, module in zip(days, modules, strict=True)
    ]
    if form.kick_off.data:
        plan.insert(0, (cohort.starts_on, _("Startbijeenkomst"), None))
    found = []
    for day, title, module_id in plan:
        starts_at, ends_at = at_times(day, form.begins.data or time(), form.ends.data or time())
        found.append(
            MeetingDetails(title, module_id, starts_at, ends_at, form.place.data or "", form.link.data or "")
        )
    return found


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
