"""The list of cohorts, and the page of one."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import lifecycle
from peergang.cohorts.labels import COHORT_STATES, ENROLMENT_STATES, TO_INVITE
from peergang.cohorts.policy import can_list_cohorts, can_manage_cohort, can_train, can_view_cohort
from peergang.cohorts.queries.cohorts import get_cohort, list_cohorts
from peergang.cohorts.queries.people import list_participants
from peergang.cohorts.queries.schedule import list_cohort_modules, list_meetings
from peergang.cohorts.views import bp
from peergang.cohorts.views.stages import resume_url
from peergang.core import clock
from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.navigation import role_in_view
from peergang.web.viewer import current_actor


@bp.get("/cohorten")
def overview() -> ResponseReturnValue:
    """All cohorts; a trainer sees their own."""
    actor = current_actor()
    require(can_list_cohorts(actor))
    return render_template(
        "cohorts/overview.html",
        cohorts=list_cohorts(reading(), actor),
        states=COHORT_STATES,
        manages=can_manage_cohort(actor),
    )


@bp.get("/cohorten/mijn")
def trained() -> ResponseReturnValue:
    """A trainer's start: their only cohort, or the list."""
    actor = current_actor()
    require(can_list_cohorts(actor))
    if len(actor.trains) == 1:
        return redirect(url_for("cohorts.cohort", cohort_id=next(iter(actor.trains))))
    return redirect(url_for("cohorts.overview"))


@bp.get("/cohorten/<uuid:cohort_id>")
def cohort(cohort_id: UUID) -> ResponseReturnValue:
    """Who is in a cohort, its groups, meetings and dates; for organisers and its trainers."""
    actor = current_actor()
    require(can_view_cohort(actor, cohort_id))
    session = reading()
    found = get_cohort(session, cohort_id)
    manages = can_manage_cohort(actor) and not (
        role_in_view(actor) == "trainer" and can_train(actor, cohort_id)
    )
    return render_template(
        "cohorts/cohort.html",
        cohort=found,
        people=list_participants(session, cohort_id),
        meetings=list_meetings(session, cohort_id),
        modules=list_cohort_modules(session, cohort_id),
        states=COHORT_STATES,
        enrolment_states=ENROLMENT_STATES,
        to_invite=TO_INVITE,
        manages=manages,
        resume_url=resume_url(found),
        now=clock.now(),
    )


@bp.post("/cohorten/<uuid:cohort_id>/sluiten")
def close(cohort_id: UUID) -> ResponseReturnValue:
    """Close a cohort that is over."""
    with transaction() as session:
        completed = lifecycle.close_cohort(session, current_actor(), cohort_id, now=clock.now())
    flash(
        ngettext(
            "Het cohort is afgesloten. %(num)s deelnemer rondde alles af.",
            "Het cohort is afgesloten. %(num)s deelnemers rondden alles af.",
            completed,
        ),
        "ok",
    )
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), code=303)


@bp.post("/cohorten/<uuid:cohort_id>/annuleren")
def cancel(cohort_id: UUID) -> ResponseReturnValue:
    """Call a cohort off."""
    with transaction() as session:
        lifecycle.cancel_cohort(session, current_actor(), cohort_id, now=clock.now())
    flash(_("Het cohort gaat niet door. De bijeenkomsten die nog kwamen zijn afgezegd."), "ok")
    return redirect(url_for("cohorts.overview"), code=303)
