"""More time for one participant, given by an organiser or a trainer."""

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.cohorts.actions import extensions
from peergang.cohorts.forms import ExtensionForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.policy import can_extend, can_read_reasons
from peergang.cohorts.queries.due import list_extensions
from peergang.cohorts.queries.people import get_participant
from peergang.cohorts.rules import CHANGEABLE
from peergang.cohorts.views import bp
from peergang.cohorts.views.clashes import free_days_around
from peergang.core import clock
from peergang.core.db import Rows
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _, ngettext, pick
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

MODULE, ACTIVITY = "module", "activity"


@bp.route("/inschrijvingen/<uuid:enrolment_id>/uitstel", methods=["GET", "POST"])
def extend(enrolment_id: UUID) -> ResponseReturnValue:
    """What the participant has more time for, and a form to give some."""
    session = reading()
    person = get_participant(session, enrolment_id)
    require(can_extend(current_actor(), person.cohort_id, person.user_id))
    if person.cohort_state not in CHANGEABLE:
        raise Conflict("cohort_state")
    activities = list_extensions(session, person.cohort_id, enrolment_id)
    form = ExtensionForm()
    form.subject.choices = _choices(activities)
    if form.validate_on_submit() and form.due_on.data:
        try:
            number = _give(form, enrolment_id, form.due_on.data)
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_given_text(number, person.given_name), "ok")
            return redirect(url_for("cohorts.extend", enrolment_id=enrolment_id), code=303)
    page = render_template(
        "cohorts/extend.html",
        form=form,
        person=person,
        reads_reasons=can_read_reasons(current_actor(), person.cohort_id),
        given=[one for one in activities if one.extension_id],
        free=free_days_around(session, [clock.local_date(clock.now())]),
    )
    return page, 422 if form.errors else 200


def _given_text(number: int, name: str) -> str:
    return ngettext(
        "%(name)s heeft voor %(num)s opdracht meer tijd.",
        "%(name)s heeft voor %(num)s opdrachten meer tijd.",
        number,
        name=name,
    )


@bp.post("/uitstel/<uuid:extension_id>/intrekken")
def revoke_extension(extension_id: UUID) -> ResponseReturnValue:
    """Let the date of the cohort count again."""
    with transaction() as session:
        enrolment_id = extensions.revoke_extension(session, current_actor(), extension_id, now=clock.now())
    flash(_("Het uitstel is ingetrokken. De datum van het cohort geldt weer."), "ok")
    return redirect(url_for("cohorts.extend", enrolment_id=enrolment_id), code=303)


def _give(form: ExtensionForm, enrolment_id: UUID, due_on: date) -> int:
    kind, _colon, subject = form.subject.data.partition(":")
    give = extensions.extend_module if kind == MODULE else extensions.extend_activity
    with transaction() as session:
        given = give(
            session,
            current_actor(),
            enrolment_id,
            UUID(subject),
            due_on=due_on,
            reason=form.reason.data or "",
            now=clock.now(),
        )
    return len(given)


def _choices(activities: Rows) -> list[SelectChoice]:
    """Every module as a whole, and after it each of its activities."""
    found = [SelectChoice("", _("Kies een opdracht of een hele module"))]
    seen: set[UUID] = set()
    for one in activities:
        if one.module_id not in seen:
            seen.add(one.module_id)
            title = pick(one.module_title, one.module_title_en)
            text = _("De hele module %(code)s: %(title)s", code=one.module_code, title=title)
            found.append(SelectChoice(f"{MODULE}:{one.module_id}", text))
        if one.kind != "meeting":
            title = pick(one.title, one.title_en)
            text = _("%(code)s · %(title)s", code=one.module_code, title=title)
            found.append(SelectChoice(f"{ACTIVITY}:{one.activity_id}", text))
    return found
