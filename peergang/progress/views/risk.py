"""One signal: what is seen, what was done about it, and what one can do."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.policy import can_train
from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.progress.actions import calls, risks as acting
from peergang.progress.forms.risks import CallForm, DismissForm
from peergang.progress.labels.risks import (
    CONFLICTS,
    PROBLEMS,
    STATE_LOOKS,
    STATES,
    STEP_ICONS,
    reminder_title,
)
from peergang.progress.policy import can_read_notes, can_settle_risk, can_view_participation, can_view_risk
from peergang.progress.queries.participation import list_contacts
from peergang.progress.queries.risk_history import Step, list_done
from peergang.progress.queries.risk_rules import risk_rules
from peergang.progress.queries.risks import get_risk
from peergang.progress.views import bp
from peergang.progress.views.noting import keep_note
from peergang.progress.views.risks import name_of
from peergang.progress.views.trail import leave_opening
from peergang.web.database import reading, transaction
from peergang.web.trail import ask_reason
from peergang.web.viewer import current_actor


@bp.get("/deelname/aandacht/<uuid:risk_id>")
def risk(risk_id: UUID) -> ResponseReturnValue:
    """A signal with its history, for organisers, and about a participant for the trainers of the cohort."""
    return _page(risk_id)


@bp.post("/deelname/aandacht/<uuid:risk_id>/notitie")
def note_risk(risk_id: UUID) -> ResponseReturnValue:
    """Write down what was agreed about it."""
    form, said = CallForm(), _("De notitie staat bij dit signaal.")
    signal = get_risk(reading(), risk_id)
    if (
        keep_note(form, calls.note_about, signal.enrolment_id, said)
        if signal.enrolment_id is not None
        else keep_note(form, calls.note_call, signal.institution_id, said, cohort_id=signal.cohort_id)
    ):
        return redirect(url_for("progress.risk", risk_id=risk_id), code=303)
    return _page(risk_id, note=form)


@bp.post("/deelname/aandacht/<uuid:risk_id>/wegzetten")
def dismiss_risk(risk_id: UUID) -> ResponseReturnValue:
    """Set it aside as a false alarm."""
    form = DismissForm()
    if form.validate_on_submit():
        try:
            with transaction() as work:
                acting.dismiss_risk(work, current_actor(), risk_id, form.reason.data or "", now=clock.now())
        except Invalid as error:
            form.take(error, PROBLEMS)
            return _page(risk_id, dismiss=form)
        except Conflict as error:
            flash(str(CONFLICTS[error.reason]), "risk")
        else:
            flash(_("Weggezet. Dit telt niet meer mee, ook niet als het om dezelfde reden terugkomt."), "ok")
        return redirect(url_for("progress.risk", risk_id=risk_id), code=303)
    return _page(risk_id, dismiss=form)


@bp.post("/deelname/aandacht/<uuid:risk_id>/terugzetten")
def undo_dismissal(risk_id: UUID) -> ResponseReturnValue:
    """Let it count again."""
    try:
        with transaction() as work:
            acting.undo_dismissal(work, current_actor(), risk_id, now=clock.now())
    except Conflict as error:
        flash(str(CONFLICTS[error.reason]), "risk")
    else:
        flash(_("Teruggezet. Dit telt weer mee."), "ok")
    return redirect(url_for("progress.risk", risk_id=risk_id), code=303)


def _page(
    risk_id: UUID, *, note: CallForm | None = None, dismiss: DismissForm | None = None
) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    signal = get_risk(session, risk_id)
    require(can_view_risk(actor, signal.cohort_id, signal.user_id))
    trains = can_train(actor, signal.cohort_id)
    if signal.user_id is not None:
        if (ask := ask_reason(actor, has_another_role=trains)) is not None:
            return ask
        leave_opening(actor, [signal.user_id], "risk", clock.now())
    history = list_done(session, signal)
    contacts = list_contacts(session, [signal.institution_id]) if signal.enrolment_id is None else ()
    rule = risk_rules().get(signal.rule)
    wrong = (note or dismiss) is not None and bool((note or dismiss).errors)  # type: ignore[union-attr]
    page = render_template(
        "progress/risk.html",
        risk=signal,
        name=name_of(signal),
        title=str(rule.title) if rule else signal.rule,
        today=clock.local_date(clock.now()),
        history=history,
        reminders={
            one.row.rule: reminder_title(one.row.rule) for one in history if one.step == Step.REMINDED
        },
        icons=STEP_ICONS,
        state=(*STATE_LOOKS[signal.state], STATES[signal.state]),
        contacts=contacts,
        note_form=note or CallForm(formdata=None),
        dismiss_form=dismiss or DismissForm(formdata=None),
        wrong=note or dismiss,
        reads=can_read_notes(actor, signal.cohort_id, signal.user_id),
        settles=can_settle_risk(actor, signal.cohort_id, signal.user_id),
        sees_participation=can_view_participation(actor),
        me=actor.user_id,
    )
    return page, 422 if wrong else 200
