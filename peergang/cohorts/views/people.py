"""What an organiser does with one participant."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions.leaving import invite_again, withdraw_enrolment
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.cohorts.labels import INVITE_REFUSALS, LEAVE_REASONS, TRANSFER_REFUSALS
from peergang.cohorts.policy import can_manage_cohort, can_withdraw_enrolment
from peergang.cohorts.queries.enrolments import get_place
from peergang.cohorts.queries.joining import list_targets
from peergang.cohorts.rules import INVITING, EnrolmentRole, EnrolmentState
from peergang.cohorts.views import bp
from peergang.cohorts.views.added import of_promoted
from peergang.core import clock
from peergang.core.errors import Conflict
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.gate import safe_next
from peergang.web.viewer import current_actor


@bp.get("/inschrijvingen/<uuid:enrolment_id>/stoppen")
def leave(enrolment_id: UUID) -> ResponseReturnValue:
    """Ask why before somebody stops, and offer another cohort; for themselves and for organisers."""
    actor, session = current_actor(), reading()
    place = get_place(session, enrolment_id)
    require(can_withdraw_enrolment(actor, place.user_id))
    manages = can_manage_cohort(actor) and place.user_id != actor.user_id
    return render_template(
        "cohorts/leave.html",
        place=place,
        manages=manages,
        reasons=LEAVE_REASONS,
        targets=list_targets(session, place.cohort_id) if manages and place.role == "participant" else (),
    )


@bp.post("/inschrijvingen/<uuid:enrolment_id>/stoppen")
def withdraw(enrolment_id: UUID) -> ResponseReturnValue:
    """Take somebody out of the cohort, or stop oneself; who is first on the list comes instead."""
    actor = current_actor()
    place = get_place(reading(), enrolment_id)
    with transaction() as session:
        left = withdraw_enrolment(
            session, actor, enrolment_id, reason=request.form.get("reason", ""), now=clock.now()
        )
    if left.user_id == actor.user_id:
        flash(
            _("Je bent gestopt met dit cohort. Wat je deed, blijft bewaard. Bedankt voor je bijdrage."), "ok"
        )
        return redirect(safe_next(request.form.get("next")) or url_for("home"), code=303)
    if place.role == EnrolmentRole.TRAINER:
        done = _("De trainer begeleidt dit cohort niet meer.")
    else:
        done = _("De deelnemer is uit dit cohort gehaald.")
    flash(" ".join([done, *of_promoted(len(left.promoted))]), "ok")
    return redirect(_back(left.cohort_id), code=303)


@bp.post("/inschrijvingen/<uuid:enrolment_id>/overplaatsen")
def transfer(enrolment_id: UUID) -> ResponseReturnValue:
    """Let a participant go on in another cohort of the same programme."""
    require(can_manage_cohort(current_actor()))
    here = url_for("cohorts.leave", enrolment_id=enrolment_id)
    try:
        target_id = UUID(request.form.get("cohort", ""))
    except ValueError:
        flash(_("Kies eerst een cohort."), "risk")
        return redirect(here, code=303)
    try:
        with transaction() as session:
            transfer_enrolment(session, current_actor(), enrolment_id, target_id, now=clock.now())
    except Conflict as error:
        if error.reason not in TRANSFER_REFUSALS:
            raise
        flash(str(TRANSFER_REFUSALS[error.reason]), "risk")
        return redirect(here, code=303)
    flash(_("De deelnemer gaat verder in dit cohort. Wat al klaar was, telt mee."), "ok")
    return redirect(url_for("cohorts.cohort", cohort_id=target_id), code=303)


@bp.post("/inschrijvingen/<uuid:enrolment_id>/opnieuw-uitnodigen")
def invite_once_more(enrolment_id: UUID) -> ResponseReturnValue:
    """Send an invitation again, or invite somebody who had stopped."""
    try:
        with transaction() as session:
            cohort_id, state = invite_again(session, current_actor(), enrolment_id, now=clock.now())
    except Conflict as error:
        if error.reason not in INVITE_REFUSALS:
            raise
        flash(str(INVITE_REFUSALS[error.reason]), "risk")
        return redirect(_back(error.details["cohort_id"]), code=303)
    place = get_place(reading(), enrolment_id)
    flash(*_what_was_sent(state, place.role, place.cohort_state))
    return redirect(_back(cohort_id), code=303)


def _what_was_sent(state: EnrolmentState, role: str, cohort_state: str) -> tuple[str, str]:
    """The sentence and its kind: what really happened after asking for another invitation."""
    if state == EnrolmentState.INVITED and cohort_state in INVITING:
        return _("De uitnodiging gaat opnieuw de deur uit."), "ok"
    if state == EnrolmentState.INVITED:
        return _("De uitnodiging gaat de deur uit zodra je het cohort opent."), "now"
    if state == EnrolmentState.WAITLISTED:
        return _("Het cohort is vol. De deelnemer staat nu op de wachtlijst."), "now"
    if state == EnrolmentState.WITHDRAWN and role == EnrolmentRole.TRAINER:
        return _(
            "Er is niets verstuurd. Voeg deze trainer opnieuw toe bij de trainers van het cohort."
        ), "now"
    return _("Er is niets verstuurd: deze persoon doet al mee."), "now"


def _back(cohort_id: UUID) -> str:
    return safe_next(request.form.get("next")) or url_for("cohorts.cohort", cohort_id=cohort_id)
