"""What an organiser does with one participant."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions.leaving import invite_again, withdraw_enrolment
from peergang.cohorts.labels import OWN_PLACE
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.rules import EnrolmentState
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.errors import Conflict
from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import require
from peergang.web.database import transaction
from peergang.web.gate import safe_next
from peergang.web.viewer import current_actor


@bp.post("/inschrijvingen/<uuid:enrolment_id>/stoppen")
def withdraw(enrolment_id: UUID) -> ResponseReturnValue:
    """Take somebody out of the cohort; who waits longest comes instead."""
    require(can_manage_cohort(current_actor()))
    with transaction() as session:
        left = withdraw_enrolment(session, current_actor(), enrolment_id, now=clock.now())
    done = _("De deelnemer is uit dit cohort gehaald.")
    if left.promoted:
        promoted = ngettext(
            "%(num)s deelnemer van de wachtlijst heeft nu een plaats.",
            "%(num)s deelnemers van de wachtlijst hebben nu een plaats.",
            len(left.promoted),
        )
        done = f"{done} {promoted}"
    flash(done, "ok")
    return redirect(_back(left.cohort_id), code=303)


@bp.post("/inschrijvingen/<uuid:enrolment_id>/opnieuw-uitnodigen")
def invite_once_more(enrolment_id: UUID) -> ResponseReturnValue:
    """Send an invitation again, or invite somebody who had stopped."""
    try:
        with transaction() as session:
            cohort_id, state = invite_again(session, current_actor(), enrolment_id, now=clock.now())
    except Conflict as error:
        if error.reason != "own_place":
            raise
        flash(str(OWN_PLACE), "risk")
        return redirect(_back(error.details["cohort_id"]), code=303)
    if state == EnrolmentState.WAITLISTED:
        flash(_("Het cohort is vol. De deelnemer staat nu op de wachtlijst."), "now")
    else:
        flash(_("De uitnodiging gaat opnieuw de deur uit."), "ok")
    return redirect(_back(cohort_id), code=303)


def _back(cohort_id: UUID) -> str:
    return safe_next(request.form.get("next")) or url_for("cohorts.cohort", cohort_id=cohort_id)
