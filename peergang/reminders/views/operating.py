"""What admins see of the mail, and what they hold back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.queries.cohorts import list_cohorts
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.notifications.actions.pausing import hold_sending, resume_sending
from peergang.notifications.catalog import get_rule, list_rules
from peergang.notifications.policy import can_operate_notices
from peergang.notifications.queries.operating import (
    DAYS,
    HOURS,
    SUSPENSIONS,
    list_failures,
    list_outcomes,
    list_pauses,
    list_rates,
    list_suspensions,
)
from peergang.notifications.queries.queue import get_queue
from peergang.notifications.rules import PauseScope
from peergang.reminders.forms import HoldForm, OneButtonForm
from peergang.reminders.labels import SCOPES, STATES, TEXTS, reason_words
from peergang.reminders.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/beheer/berichten")
def operating() -> ResponseReturnValue:
    """How the mail goes, what failed and why, and what is held back."""
    require(can_operate_notices(current_actor()))
    return _page(_form())


@bp.post("/beheer/berichten/tegenhouden")
def hold() -> ResponseReturnValue:
    """Hold back everything, a rule or a cohort."""
    actor = current_actor()
    require(can_operate_notices(actor))
    form = _form()
    if not form.validate():
        return _page(form), 422
    scope = PauseScope(form.scope.data)
    key = {"rule": form.rule.data, "cohort": form.cohort.data}.get(scope, "") or ""
    if scope == PauseScope.COHORT and key not in {value for value, *_rest in form.cohort.iter_choices()}:
        key = ""
    try:
        with transaction() as session:
            made = hold_sending(session, actor, scope, key, form.why.data or "", now=clock.now())
    except Invalid as error:
        if "key" in error.problems:
            error = Invalid({str(scope): error.problems["key"]})
        form.take(error, TEXTS)
        return _page(form), 422
    if made:
        flash(_("Deze berichten gaan nu niet uit. Wat tegengehouden wordt, blijft wachten."), "ok")
    else:
        flash(_("Dit werd al tegengehouden."), "now")
    return redirect(url_for("reminders.operating"), code=303)


@bp.post("/beheer/berichten/hervatten/<uuid:pause_id>")
def resume(pause_id: UUID) -> ResponseReturnValue:
    """Let go what was held back."""
    actor = current_actor()
    require(can_operate_notices(actor))
    if OneButtonForm().validate_on_submit():
        try:
            with transaction() as session:
                resume_sending(session, actor, pause_id, now=clock.now())
        except NotFound:
            flash(_("Dit was al hervat."), "now")
        else:
            flash(
                _("De berichten gaan weer uit. Van elk bericht kijken we eerst of het nog klopt."),
                "ok",
            )
    return redirect(url_for("reminders.operating"), code=303)


def _page(form: HoldForm) -> str:
    now, session = clock.now(), reading()
    hours, days = list_rates(session, now)
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    cohorts = {value: str(label) for value, label, *_rest in form.cohort.iter_choices()}
    queue = get_queue(session, now)
    return render_template(
        "reminders/operating.html",
        form=form,
        resume_form=OneButtonForm(),
        now=now,
        queue=queue,
        is_late=queue.late > 0,
        waited=int((now - queue.oldest).total_seconds() // 60) if queue.oldest else 0,
        hours=_hours(hours, this_hour),
        days=_days(days, now),
        outcomes=[_outcome(row) for row in list_outcomes(session, now)],
        failures=[(row, *_outcome(row)[:2], rule_title(row.rule)) for row in list_failures(session, now)],
        pauses=[_pause(row, cohorts) for row in list_pauses(session, now)],
        suspensions=[(row, _name(row)) for row in list_suspensions(session)],
        most_suspensions=SUSPENSIONS,
    )


def _form() -> HoldForm:
    form = HoldForm()
    chosen = [("", _("Kies een soort")), *((rule.name, str(rule.title)) for rule in list_rules())]
    form.rule.choices = [chosen[0], *sorted(chosen[1:], key=lambda one: one[1].lower())]
    rows = list_cohorts(reading(), current_actor())
    form.cohort.choices = [("", _("Kies een cohort")), *((str(row.cohort_id), row.name) for row in rows)]
    return form


def _hours(found: Mapping[datetime, int], last: datetime) -> list[tuple[datetime, int]]:
    begins = [last - timedelta(hours=back) for back in reversed(range(HOURS))]
    return [(begin, found.get(begin, 0)) for begin in begins]


def _days(found: Mapping[datetime, int], now: datetime) -> list[tuple[datetime, int]]:
    today = clock.local_date(now)
    begins = [clock.start_of_day(today - timedelta(days=back)) for back in reversed(range(DAYS))]
    return [(begin, found.get(begin, 0)) for begin in begins]


def _pause(row: AnyRow, cohorts: Mapping[str, str]) -> dict[str, Any]:
    what = {
        PauseScope.RULE: lambda: rule_title(row.key),
        PauseScope.COHORT: lambda: cohorts.get(row.key, _("een cohort dat er niet meer is")),
    }.get(row.scope, lambda: str(SCOPES["all"]))()
    shown = ("id", "scope", "why", "since", "waiting")
    return {name: getattr(row, name) for name in shown} | {"what": what, "by": _name(row)}


def _name(row: AnyRow) -> str:
    """Whoever stands in the row; nobody is an empty name."""
    return full_name(row.given_name or "", row.name_particle or "", row.family_name or "").strip()


def _outcome(row: AnyRow) -> tuple[str, str, int]:
    return str(STATES[row.state]), reason_words(row.reason) if row.reason else "", row.number


def rule_title(name: str) -> str:
    """What a rule is called; one that exists no more by its old name."""
    try:
        return str(get_rule(name).title)
    except NotFound:
        return name
