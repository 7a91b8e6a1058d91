"""The list of free periods, for organisers."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.cohorts.actions import free_periods as periods
from peergang.cohorts.forms import FreePeriodForm
from peergang.cohorts.labels import FORM_PROBLEMS, REGIONS
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.free_periods import get_free_period, list_free_periods
from peergang.cohorts.rules.free import Period, school_year
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.core.free_days import name_holidays
from peergang.core.i18n import current_locale, gettext as _, ngettext
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/vrije-dagen", methods=["GET", "POST"])
def free_periods() -> ResponseReturnValue:
    """The periods by school year, the public holidays, and a form for one more."""
    require(can_manage_cohort(current_actor()))
    form = _offered(FreePeriodForm(region=""))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                periods.add_free_period(session, current_actor(), _period(form), now=clock.now())
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_("%(name)s staat erbij.", name=form.name.data), "ok")
            return redirect(url_for("cohorts.free_periods"), code=303)
    years = defaultdict(list)
    for row in list_free_periods(reading()):
        years[school_year(row.starts_on)].append(row)
    today = clock.local_date(clock.now())
    page = render_template(
        "cohorts/free_periods.html",
        form=form,
        years=sorted(years.items(), reverse=True),
        regions=REGIONS,
        holidays=_holidays(today),
    )
    return page, 422 if form.errors else 200


@bp.route("/vrije-dagen/<uuid:period_id>", methods=["GET", "POST"])
def change_free_period(period_id: UUID) -> ResponseReturnValue:
    """Change one period."""
    require(can_manage_cohort(current_actor()))
    row = get_free_period(reading(), period_id)
    form = _offered(
        FreePeriodForm(name=row.name, region=row.region, starts_on=row.starts_on, ends_on=row.ends_on)
    )
    if form.validate_on_submit():
        try:
            with transaction() as session:
                periods.change_free_period(
                    session, current_actor(), period_id, _period(form), now=clock.now()
                )
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_("%(name)s is gewijzigd.", name=form.name.data), "ok")
            return redirect(url_for("cohorts.free_periods"), code=303)
    page = render_template("cohorts/free_period.html", form=form, period=row)
    return page, 422 if form.errors else 200


@bp.post("/vrije-dagen/<uuid:period_id>/verwijderen")
def remove_free_period(period_id: UUID) -> ResponseReturnValue:
    """Take a period off the list."""
    with transaction() as session:
        name = periods.remove_free_period(session, current_actor(), period_id, now=clock.now())
    flash(_("%(name)s is verwijderd.", name=name), "ok")
    return redirect(url_for("cohorts.free_periods"), code=303)


@bp.post("/vrije-dagen/<int:year>/kopieren")
def copy_school_year(year: int) -> ResponseReturnValue:
    """Begin the list of the next school year with that of this one."""
    with transaction() as session:
        added = periods.copy_school_year(session, current_actor(), year, now=clock.now())
    if added:
        text = ngettext(
            "%(num)s vakantie gekopieerd, 52 weken later. Controleer de data.",
            "%(num)s vakanties gekopieerd, 52 weken later. Controleer de data.",
            added,
        )
        flash(text, "ok")
    else:
        flash(_("Het volgende schooljaar heeft deze vakanties al."), "now")
    return redirect(url_for("cohorts.free_periods"), code=303)


def _offered(form: FreePeriodForm) -> FreePeriodForm:
    form.region.choices = [SelectChoice(str(value), text) for value, text in REGIONS.items()]
    return form


def _period(form: FreePeriodForm) -> Period:
    today = clock.local_date(clock.now())
    return Period(
        form.name.data or "",
        form.region.data or "",
        form.starts_on.data or today,
        form.ends_on.data or today,
    )


def _holidays(today: date) -> list[tuple[date, str]]:
    """The public holidays of this year and the next that are still to come."""
    locale = current_locale()
    found = {**name_holidays(today.year, locale), **name_holidays(today.year + 1, locale)}
    return sorted((day, name) for day, name in found.items() if day >= today)
