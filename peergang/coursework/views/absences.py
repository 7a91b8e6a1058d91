"""A trainer who is away for a while."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.absences import end_absence, plan_absence
from peergang.coursework.forms.queue import AbsenceForm
from peergang.coursework.labels.queue import QUEUE_PROBLEMS
from peergang.coursework.policy import can_plan_absence
from peergang.coursework.queries.review_overview import list_absences
from peergang.coursework.queries.trainers import list_colleagues
from peergang.coursework.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/beoordelen/afwezig", methods=["GET", "POST"])
def review_absence() -> ResponseReturnValue:
    """From when until when, and who reviews meanwhile; with what was planned before."""
    session, actor, now = reading(), current_actor(), clock.now()
    require(can_plan_absence(actor))
    form = AbsenceForm()
    form.offer(list_colleagues(session, actor, actor.trains))
    if form.validate_on_submit():
        try:
            with transaction() as work:
                plan_absence(work, actor, form.starts_on.data, form.ends_on.data, form.chosen, now=now)
        except Invalid as error:
            form.take(error, QUEUE_PROBLEMS)
        else:
            flash(_("Genoteerd. Wat op jou wacht gaat zolang naar een collega."), "ok")
            return redirect(url_for("coursework.review_overview"), code=303)
    absences = list_absences(reading(), actor, now)  # what was refused closed the session before
    page = render_template(
        "coursework/review_absence.html", form=form, absences=absences, today=clock.local_date(now)
    )
    return page, 422 if form.errors else 200


@bp.post("/beoordelen/afwezig/<uuid:absence_id>/terug")
def review_absence_end(absence_id: UUID) -> ResponseReturnValue:
    """Be there again; what was planned and did not begin is off."""
    with transaction() as session:
        end_absence(session, current_actor(), absence_id, now=clock.now())
    flash(_("Je staat weer als aanwezig. Wat nog wacht komt bij je terug."), "ok")
    return redirect(url_for("coursework.review_overview"), code=303)
