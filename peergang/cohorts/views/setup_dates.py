"""Step 2: dates that no longer follow the meetings, of a whole module or of one activity."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import dates
from peergang.cohorts.forms import ActivityDateForm, ModuleDatesForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.queries.schedule import list_cohort_activities, list_cohort_modules
from peergang.cohorts.views import bp
from peergang.cohorts.views.clashes import free_days_around
from peergang.cohorts.views.stages import cohort_to_set_up
from peergang.core import clock
from peergang.core.errors import Invalid, NotFound
from peergang.core.i18n import gettext as _, pick
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


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
            opens_on, due_on, now = form.opens_on.data, form.due_on.data, clock.now()
            with transaction() as session:
                dates.pin_module(
                    session, current_actor(), cohort_id, module_id, opens_on=opens_on, due_on=due_on, now=now
                )
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_("Module %(code)s heeft eigen data en verschuift niet meer mee.", code=module.code), "ok")
            return redirect(url_for("cohorts.setup_meetings", cohort_id=cohort_id), code=303)
    page = render_template(
        "cohorts/module_dates.html",
        form=form,
        cohort=cohort,
        module=module,
        activities=list_cohort_activities(reading(), cohort_id, module_id),
        free=free_days_around(reading(), [cohort.starts_on, cohort.ends_on]),
    )
    return page, 422 if form.errors else 200


@bp.post("/cohorten/<uuid:cohort_id>/modules/<uuid:module_id>/volgen")
def follow_module(cohort_id: UUID, module_id: UUID) -> ResponseReturnValue:
    """Let the dates of a module follow the meetings again."""
    with transaction() as session:
        dates.unpin_module(session, current_actor(), cohort_id, module_id, now=clock.now())
    flash(_("De data van de module volgen de bijeenkomsten weer."), "ok")
    return redirect(url_for("cohorts.setup_meetings", cohort_id=cohort_id), code=303)


@bp.route("/cohorten/<uuid:cohort_id>/opdrachten/<uuid:activity_id>/datum", methods=["GET", "POST"])
def activity_date(cohort_id: UUID, activity_id: UUID) -> ResponseReturnValue:
    """Give one activity a due date of its own."""
    cohort = cohort_to_set_up(cohort_id)
    activities = list_cohort_activities(reading(), cohort_id)
    activity = next((one for one in activities if one.activity_id == activity_id), None)
    if activity is None:
        raise NotFound
    form = ActivityDateForm(due_on=clock.local_date(activity.due_at))
    if form.validate_on_submit() and form.due_on.data:
        try:
            due_on, now = form.due_on.data, clock.now()
            with transaction() as session:
                dates.pin_activity(session, current_actor(), cohort_id, activity_id, due_on=due_on, now=now)
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            title = pick(activity.title, activity.title_en)
            flash(_("%(title)s heeft een eigen datum en verschuift niet meer mee.", title=title), "ok")
            return redirect(_module_url(cohort_id, activity.module_id), code=303)
    page = render_template(
        "cohorts/activity_date.html",
        form=form,
        cohort=cohort,
        activity=activity,
        free=free_days_around(reading(), [cohort.starts_on, cohort.ends_on]),
    )
    return page, 422 if form.errors else 200


@bp.post("/cohorten/<uuid:cohort_id>/opdrachten/<uuid:activity_id>/volgen")
def follow_activity(cohort_id: UUID, activity_id: UUID) -> ResponseReturnValue:
    """Let the date of one activity follow its module again."""
    with transaction() as session:
        dates.unpin_activity(session, current_actor(), cohort_id, activity_id, now=clock.now())
    flash(_("De datum van de opdracht volgt de module weer."), "ok")
    return redirect(url_for("cohorts.setup_meetings", cohort_id=cohort_id), code=303)


def _module_url(cohort_id: UUID, module_id: UUID) -> str:
    return url_for("cohorts.module_dates", cohort_id=cohort_id, module_id=module_id)
