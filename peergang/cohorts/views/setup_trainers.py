"""Step 3: who trains the cohort."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import trainers
from peergang.cohorts.forms import TrainerForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.queries.people import list_trainers
from peergang.cohorts.views import bp
from peergang.cohorts.views.stages import cohort_to_set_up, list_stages
from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/cohorten/<uuid:cohort_id>/trainers", methods=["GET", "POST"])
def setup_trainers(cohort_id: UUID) -> ResponseReturnValue:
    """The trainers, and a form to add one by e-mail address."""
    cohort = cohort_to_set_up(cohort_id)
    stages = list_stages(cohort, "cohorts.setup_trainers")
    assigned = list_trainers(reading(), cohort_id)
    form = TrainerForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                trainers.assign_trainer(
                    session,
                    current_actor(),
                    cohort_id,
                    email=form.email.data or "",
                    given_name=form.given_name.data or "",
                    particle=form.particle.data or "",
                    family_name=form.family_name.data or "",
                    now=clock.now(),
                )
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_("De trainer is toegevoegd."), "ok")
            return redirect(url_for("cohorts.setup_trainers", cohort_id=cohort_id), code=303)
    page = render_template(
        "cohorts/setup_trainers.html", form=form, cohort=cohort, stages=stages, trainers=assigned
    )
    return page, 422 if form.errors else 200


@bp.post("/cohorten/<uuid:cohort_id>/trainers/<uuid:enrolment_id>/verwijderen")
def remove_trainer(cohort_id: UUID, enrolment_id: UUID) -> ResponseReturnValue:
    """Let somebody train the cohort no longer."""
    with transaction() as session:
        trainers.remove_trainer(session, current_actor(), cohort_id, enrolment_id, now=clock.now())
    flash(_("De trainer is van dit cohort gehaald."), "ok")
    return redirect(url_for("cohorts.setup_trainers", cohort_id=cohort_id), code=303)
