"""Step 1: programme, name, period and places."""

from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.cohorts.actions.cohorts import CohortDetails, change_cohort, create_cohort
from peergang.cohorts.forms import DetailsForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.rules import CohortState
from peergang.cohorts.views import bp
from peergang.cohorts.views.added import of_promoted
from peergang.cohorts.views.moved import moved_text
from peergang.cohorts.views.stages import cohort_to_set_up, list_stages
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _, pick
from peergang.core.permissions import require
from peergang.curriculum.queries import list_latest_editions
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

TUESDAY = 1
USUAL_LENGTH = timedelta(weeks=24)
USUAL_CAPACITY = 24


@bp.route("/cohorten/nieuw", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Begin a cohort."""
    require(can_manage_cohort(current_actor()))
    programmes = _programmes(None)
    starts_on = _first_tuesday(clock.local_date(clock.now()) + timedelta(weeks=6))
    form = DetailsForm(
        programme=programmes[0].value if programmes else None,
        starts_on=starts_on,
        ends_on=starts_on + USUAL_LENGTH,
        capacity=USUAL_CAPACITY,
    )
    form.programme.choices = programmes
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = create_cohort(session, current_actor(), _details(form), now=clock.now())
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_("%(name)s is bewaard. Je kunt stoppen en later verdergaan.", name=made.name), "ok")
            return redirect(url_for("cohorts.setup_meetings", cohort_id=made.id), code=303)
    page = render_template("cohorts/new.html", form=form, has_programmes=bool(programmes))
    return page, 422 if form.errors else 200


@bp.route("/cohorten/<uuid:cohort_id>/gegevens", methods=["GET", "POST"])
def setup_details(cohort_id: UUID) -> ResponseReturnValue:
    """Change the details."""
    cohort = cohort_to_set_up(cohort_id)
    stages = list_stages(cohort, "cohorts.setup_details")
    form = DetailsForm(
        programme=str(cohort.edition_id),
        name=cohort.name,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
        capacity=cohort.capacity,
    )
    form.programme.choices = _programmes(cohort)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                changed = change_cohort(session, current_actor(), cohort_id, _details(form), now=clock.now())
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            done = moved_text(_("De gegevens zijn bewaard."), changed.moved)
            flash(" ".join([done, *of_promoted(len(changed.promoted))]), "ok")
            return redirect(url_for("cohorts.setup_meetings", cohort_id=cohort_id), code=303)
    page = render_template("cohorts/setup_details.html", form=form, cohort=cohort, stages=stages)
    return page, 422 if form.errors else 200


def _programmes(cohort: AnyRow | None) -> list[SelectChoice]:
    """The newest edition of every programme. A cohort keeps the edition it has; once opened there is no other choice."""
    # The network's own programme comes first, because most cohorts follow it.
    editions = sorted(list_latest_editions(reading()), key=lambda row: row.sign != "peergang")
    found = [SelectChoice(str(row.edition_id), pick(row.title, row.title_en)) for row in editions]
    if cohort is None:
        return found
    own = SelectChoice(str(cohort.edition_id), pick(cohort.edition_title, cohort.edition_title_en))
    if cohort.state != CohortState.PLANNED:
        return [own]
    others = [
        choice for choice, row in zip(found, editions, strict=True) if row.edition_id != cohort.edition_id
    ]
    return [own, *others]


def _details(form: DetailsForm) -> CohortDetails:
    today = clock.local_date(clock.now())
    try:
        edition_id = UUID(form.programme.data or "")
    except ValueError:
        edition_id = UUID(int=0)
    return CohortDetails(
        edition_id=edition_id,
        name=form.name.data or "",
        starts_on=form.starts_on.data or today,
        ends_on=form.ends_on.data or today,
        capacity=form.capacity.data or 0,
    )


def _first_tuesday(day: date) -> date:
    return day + timedelta(days=(TUESDAY - day.weekday()) % 7)
