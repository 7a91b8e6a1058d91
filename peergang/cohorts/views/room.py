"""Room for everybody who waits, with one press."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions.cohorts import CohortDetails, change_cohort
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.views import bp
from peergang.cohorts.views.added import of_promoted
from peergang.cohorts.views.stages import cohort_to_set_up
from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.core.i18n import ngettext
from peergang.web.database import transaction
from peergang.web.gate import safe_next
from peergang.web.viewer import current_actor


@bp.post("/cohorten/<uuid:cohort_id>/plaatsen")
def make_room(cohort_id: UUID) -> ResponseReturnValue:
    """As many places as the page offered; who waits gets one."""
    cohort = cohort_to_set_up(cohort_id)
    places = request.form.get("places", type=int) or 0
    details = CohortDetails(cohort.edition_id, cohort.name, cohort.starts_on, cohort.ends_on, places)
    try:
        with transaction() as session:
            changed = change_cohort(session, current_actor(), cohort_id, details, now=clock.now())
    except Invalid as error:
        # Somebody came or went meanwhile; the page tells how many there are now.
        flash(str(FORM_PROBLEMS[next(iter(error.problems.values()))]), "risk")
    else:
        done = ngettext("Er is nu %(num)s plaats.", "Er zijn nu %(num)s plaatsen.", places)
        flash(" ".join([done, *of_promoted(len(changed.promoted))]), "ok")
    back = url_for("cohorts.setup_participants", cohort_id=cohort_id)
    return redirect(safe_next(request.form.get("next")) or back, code=303)
