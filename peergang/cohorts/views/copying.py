"""Copying an earlier cohort: wishes, then a look at the result, then the new cohort."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions.cohorts import CohortDetails, check_cohort
from peergang.cohorts.actions.copying import USUAL_CAPACITY, copy_cohort
from peergang.cohorts.forms import CopyForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import get_cohort
from peergang.cohorts.queries.copying import CopyPlan, CopyWishes, plan_copy
from peergang.cohorts.queries.people import list_trainers
from peergang.cohorts.rules.copying import propose_name, propose_start
from peergang.cohorts.rules.free import Region
from peergang.cohorts.views import bp
from peergang.cohorts.views.clashes import FreeDays
from peergang.cohorts.views.stages import resume_url
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/cohorten/<uuid:cohort_id>/kopieren", methods=["GET", "POST"])
def copy_cohort_form(cohort_id: UUID) -> ResponseReturnValue:
    """Choose what to take over. The first time it shows the result, after that it makes the cohort."""
    require(can_manage_cohort(current_actor()))
    cohort = get_cohort(reading(), cohort_id)
    form = _proposed(cohort)
    if form.validate_on_submit() and request.form.get("action") != "edit":
        try:
            if request.form.get("action") == "confirm":
                return _make(cohort_id, _wishes(form))
            return _show(cohort, form)
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
    page = render_template("cohorts/copy_cohort.html", form=form, cohort=cohort)
    return page, 422 if form.errors else 200


def _proposed(cohort: AnyRow) -> CopyForm:
    starts_on = propose_start(cohort.starts_on, clock.local_date(clock.now()))
    name = propose_name(cohort.name, cohort.starts_on, starts_on)
    return CopyForm(
        name=name if name != cohort.name else _("%(name)s (kopie)", name=cohort.name),
        starts_on=starts_on,
        edition="newest",
        meetings=True,
        places=True,
        pins=True,
        trainers=True,
        capacity=True,
        regions=[str(one) for one in Region],
    )


def _wishes(form: CopyForm) -> CopyWishes:
    return CopyWishes(
        name=form.name.data or "",
        starts_on=form.starts_on.data or clock.local_date(clock.now()),
        newest_edition=form.edition.data != "same",
        meetings=bool(form.meetings.data),
        places=bool(form.places.data),
        pins=bool(form.pins.data),
        trainers=bool(form.trainers.data),
        capacity=bool(form.capacity.data),
        regions=tuple(one for one in Region if str(one) in (form.regions.data or [])),
    )


def _show(cohort: AnyRow, form: CopyForm) -> ResponseReturnValue:
    session = reading()
    wishes = _wishes(form)
    plan: CopyPlan = plan_copy(session, cohort.cohort_id, wishes, USUAL_CAPACITY)
    details = CohortDetails(plan.edition_id, wishes.name, plan.starts_on, plan.ends_on, plan.capacity)
    check_cohort(session, details, None)
    return render_template(
        "cohorts/copy_preview.html",
        cohort=cohort,
        form=form,
        wishes=wishes,
        plan=plan,
        trainers=list_trainers(session, cohort.cohort_id) if wishes.trainers else [],
        free=FreeDays(plan.periods),
    )


def _make(cohort_id: UUID, wishes: CopyWishes) -> ResponseReturnValue:
    with transaction() as session:
        made = copy_cohort(session, current_actor(), cohort_id, wishes, now=clock.now())
    flash(_("%(name)s is gemaakt. Loop de stappen nog even na.", name=made.name), "ok")
    return redirect(resume_url(get_cohort(reading(), made.id)), code=303)
