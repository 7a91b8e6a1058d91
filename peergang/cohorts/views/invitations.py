"""The page on which somebody who is invited says yes or no."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions.invitations import accept_invitation
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.queries.enrolments import list_invitations_of
from peergang.cohorts.queries.joining import list_own_waits
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.core.i18n import gettext as _
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/uitnodigingen")
def invitations() -> ResponseReturnValue:
    """The cohorts that wait for an answer."""
    session, actor = reading(), current_actor()
    return render_template(
        "cohorts/invitations.html",
        invitations=list_invitations_of(session, actor),
        waits=list_own_waits(session, actor),
    )


@bp.post("/uitnodigingen/<uuid:enrolment_id>/ja")
def accept(enrolment_id: UUID) -> ResponseReturnValue:
    """Take the place."""
    with transaction() as session:
        accept_invitation(session, current_actor(), enrolment_id, now=clock.now())
    flash(_("Fijn dat je meedoet."), "ok")
    return redirect(url_for("home"), code=303)


@bp.post("/uitnodigingen/<uuid:enrolment_id>/nee")
def decline(enrolment_id: UUID) -> ResponseReturnValue:
    """Leave the place to somebody else."""
    waiting = list_invitations_of(reading(), current_actor())
    if not any(row.enrolment_id == enrolment_id for row in waiting):
        raise NotFound
    with transaction() as session:
        withdraw_enrolment(session, current_actor(), enrolment_id, now=clock.now())
    flash(_("Je plaats is vrij voor iemand anders. Bedankt dat je het laat weten."), "ok")
    return redirect(url_for("home"), code=303)


@bp.post("/wachtlijst/<uuid:enrolment_id>/verlaten")
def leave_list(enrolment_id: UUID) -> ResponseReturnValue:
    """Give up one's place on a waiting list."""
    if not any(row.enrolment_id == enrolment_id for row in list_own_waits(reading(), current_actor())):
        raise NotFound
    with transaction() as session:
        withdraw_enrolment(session, current_actor(), enrolment_id, now=clock.now())
    flash(_("Je staat niet meer op de wachtlijst. Bedankt dat je het laat weten."), "ok")
    return redirect(url_for("cohorts.invitations"), code=303)
