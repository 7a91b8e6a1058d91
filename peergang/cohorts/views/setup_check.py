"""Step 5: what is complete, what is missing, and the button that invites everybody."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import lifecycle
from peergang.cohorts.labels import LACKS
from peergang.cohorts.queries.readiness import read_readiness
from peergang.cohorts.queries.schedule import list_cohort_modules, list_meetings
from peergang.cohorts.rules import CohortState
from peergang.cohorts.rules.opening import STOPS, Lack, find_lacks
from peergang.cohorts.views import bp
from peergang.cohorts.views.clashes import free_days_around
from peergang.cohorts.views.stages import cohort_to_set_up, list_stages
from peergang.core import clock
from peergang.core.errors import Conflict
from peergang.core.i18n import gettext as _
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

MENDED_AT = {
    Lack.NO_MEETINGS: "cohorts.setup_meetings",
    Lack.NO_TRAINERS: "cohorts.setup_trainers",
    Lack.NO_PARTICIPANTS: "cohorts.setup_participants",
    Lack.NO_GROUPS: "cohorts.groups",
    Lack.SMALL_GROUP: "cohorts.groups",
}
"""Where each lack is mended; the rest is about meetings."""

PLACES = {Lack.DUE_AFTER_END: "modules"}
"""Where on that page, when it is not at the top."""


@bp.get("/cohorten/<uuid:cohort_id>/controleren")
def setup_check(cohort_id: UUID) -> ResponseReturnValue:
    """The whole cohort at a glance."""
    cohort = cohort_to_set_up(cohort_id)
    session = reading()
    readiness = read_readiness(session, cohort_id)
    # A meeting that is over is news only before the cohort begins.
    lacks = [
        lack
        for lack in find_lacks(readiness, clock.now())
        if lack != Lack.IN_THE_PAST or cohort.state == CohortState.PLANNED
    ]
    mended_at = dict(MENDED_AT)
    if not readiness.group_sizes:
        mended_at[Lack.NO_GROUPS] = "cohorts.propose_groups"
    shown = [
        (
            LACKS[lack],
            lack in STOPS,
            url_for(
                mended_at.get(lack, "cohorts.setup_meetings"), cohort_id=cohort_id, _anchor=PLACES.get(lack)
            ),
        )
        for lack in lacks
    ]
    return render_template(
        "cohorts/setup_check.html",
        cohort=cohort,
        stages=list_stages(cohort, "cohorts.setup_check", readiness),
        readiness=readiness,
        lacks=shown,
        can_open=not any(lack in STOPS for lack in lacks),
        meetings=list_meetings(session, cohort_id),
        modules=list_cohort_modules(session, cohort_id),
        free=free_days_around(session, [cohort.starts_on, cohort.ends_on]),
    )


@bp.post("/cohorten/<uuid:cohort_id>/openen")
def open_cohort(cohort_id: UUID) -> ResponseReturnValue:
    """Open the cohort: invitations go out."""
    try:
        with transaction() as session:
            lifecycle.open_cohort(session, current_actor(), cohort_id, now=clock.now())
    except Conflict as refused:
        if refused.reason != "cohort_not_ready":
            raise
        # What is missing stands on the page, with the way to mend it.
        return redirect(url_for("cohorts.setup_check", cohort_id=cohort_id), code=303)
    flash(_("Het cohort is open. De uitnodigingen gaan nu per e‑mail de deur uit."), "ok")
    return redirect(url_for("cohorts.cohort", cohort_id=cohort_id), code=303)
