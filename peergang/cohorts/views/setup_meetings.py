"""Step 2: meetings, and the dates that follow from them."""

from datetime import date, time
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import meetings
from peergang.cohorts.actions.meetings import MeetingDetails
from peergang.cohorts.forms import ProposalForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.queries.schedule import list_cohort_activities, list_cohort_modules, list_meetings
from peergang.cohorts.rules.free import A_YEAR, free_days_between
from peergang.cohorts.rules.opening import is_after
from peergang.cohorts.rules.schedule import at_times, propose_days
from peergang.cohorts.views import bp
from peergang.cohorts.views.clashes import FreeDays, free_days_around
from peergang.cohorts.views.stages import cohort_to_set_up, list_stages
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _, pick
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

KICK_OFF = "Startbijeenkomst"
"""In Dutch, as the titles of modules are kept: it is read by everybody, not only by who happened to press the button."""


@bp.route("/cohorten/<uuid:cohort_id>/bijeenkomsten", methods=["GET", "POST"])
def setup_meetings(cohort_id: UUID) -> ResponseReturnValue:
    """The meetings; as long as there are none, a proposal to take over."""
    cohort = cohort_to_set_up(cohort_id)
    stages = list_stages(cohort, "cohorts.setup_meetings")
    modules, planned = list_cohort_modules(reading(), cohort_id), list_meetings(reading(), cohort_id)
    form = ProposalForm()
    free = free_days_around(reading(), [cohort.starts_on, cohort.ends_on])
    days = _proposed_days(cohort, len(modules), free)
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
        too_late={one.module_id for one in modules if is_after(one.due_at, cohort.ends_on)},
        proposed=list(zip(days, modules, strict=True)),
        form=form,
        free=free,
        own_dates=[one for one in list_cohort_activities(reading(), cohort_id) if one.pinned],
        undoable=_undoable(planned),
    )
    return page, 422 if form.errors else 200


def _undoable(planned: Rows) -> AnyRow | None:
    """The meeting that was changed just now, when that can be undone."""
    changed = request.args.get("gewijzigd", "")
    return next((one for one in planned if one.can_undo and str(one.meeting_id) == changed), None)


def _proposed_days(cohort: AnyRow, count: int, free: FreeDays) -> list[date]:
    days = free_days_between(cohort.starts_on, cohort.ends_on + A_YEAR, free.periods)
    return propose_days(cohort.starts_on, cohort.ends_on, count, days)


def _proposal(form: ProposalForm, cohort: AnyRow, days: list[date], modules: Rows) -> list[MeetingDetails]:
    plan: list[tuple[date, str, UUID | None]] = [
        (day, pick(module.title, ""), module.module_id) for day, module in zip(days, modules, strict=True)
    ]
    if form.kick_off.data:
        plan.insert(0, (cohort.starts_on, KICK_OFF, None))
    found = []
    for day, title, module_id in plan:
        starts_at, ends_at = at_times(day, form.begins.data or time(), form.ends.data or time())
        found.append(
            MeetingDetails(title, module_id, starts_at, ends_at, form.place.data or "", form.link.data or "")
        )
    return found
