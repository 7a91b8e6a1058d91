"""Giving a certificate by hand, withdrawing it, taking that back, and another name: each with a reason."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.certificates.actions.changing import (
    correct_name as act_correct,
    restore_certificate,
    revoke_certificate,
)
from peergang.certificates.actions.issuing import issue_by_hand
from peergang.certificates.forms import NameForm, ReasonForm
from peergang.certificates.labels import CONFLICTS, PROBLEMS
from peergang.certificates.policy import can_change_certificate, can_issue_certificate
from peergang.certificates.queries.candidates import get_place, judge_places
from peergang.certificates.queries.certificates import (
    get_certificate,
    list_certificates_of,
    list_documents,
)
from peergang.certificates.rules.criteria import judge
from peergang.certificates.views import bp
from peergang.certificates.views.keys import settings
from peergang.certificates.views.trail import leave_opening
from peergang.certificates.views.words import title_of
from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/inschrijvingen/<uuid:enrolment_id>/certificaat", methods=["GET", "POST"])
def issue(enrolment_id: UUID) -> ResponseReturnValue:
    """What is still missing, and a form to give the certificate all the same."""
    session, actor = reading(), current_actor()
    place = get_place(session, enrolment_id)
    require(can_issue_certificate(actor, place.cohort_id, place.user_id))
    form = ReasonForm()
    name = full_name(place.given_name, place.name_particle, place.family_name)

    def give() -> None:
        with transaction() as work:
            reason, issuer = form.reason.data or "", settings().organisation_name
            issue_by_hand(work, actor, enrolment_id, reason, issuer, now=clock.now())

    if form.validate_on_submit() and (done := _try(form, give)) is not None:
        if done:
            flash(_("%(name)s heeft het certificaat.", name=name), "ok")
        return redirect(url_for("certificates.cohort", cohort_id=place.cohort_id), code=303)
    has_one = bool(list_certificates_of(session, [enrolment_id])) if not form.errors else False
    judged = judge_places(reading(), [place])
    lines = [(title_of(line), line) for line in judge(*judged[0][1:])] if judged else []
    leave_opening(actor, [place.user_id], "certificate", clock.now())
    page = render_template(
        "certificates/issue.html", form=form, place=place, name=name, lines=lines, has_one=has_one
    )
    return page, 422 if form.errors else 200


@bp.route("/certificaten/<uuid:certificate_id>/intrekken", methods=["GET", "POST"])
def revoke(certificate_id: UUID) -> ResponseReturnValue:
    """A form to withdraw it."""
    actor = current_actor()
    certificate = get_certificate(reading(), certificate_id)
    require(can_change_certificate(actor, certificate.user_id))
    form = ReasonForm()

    def withdraw() -> None:
        with transaction() as work:
            revoke_certificate(work, actor, certificate_id, form.reason.data or "", now=clock.now())

    if form.validate_on_submit() and (done := _try(form, withdraw)) is not None:
        if done:
            flash(_("Het certificaat is ingetrokken. Op de controlepagina staat dat nu ook."), "ok")
        return redirect(url_for("certificates.cohort", cohort_id=certificate.cohort_id), code=303)
    leave_opening(actor, [certificate.user_id], "certificate", clock.now())
    page = render_template("certificates/revoke.html", form=form, certificate=certificate)
    return page, 422 if form.errors else 200


@bp.post("/certificaten/<uuid:certificate_id>/herstellen")
def restore(certificate_id: UUID) -> ResponseReturnValue:
    """Let it hold again."""
    actor = current_actor()
    cohort_id = get_certificate(reading(), certificate_id).cohort_id
    try:
        with transaction() as session:
            restore_certificate(session, actor, certificate_id, now=clock.now())
    except Conflict as error:
        flash(str(CONFLICTS[error.reason]), "risk")
    else:
        flash(_("Het certificaat geldt weer."), "ok")
    return redirect(url_for("certificates.cohort", cohort_id=cohort_id), code=303)


@bp.route("/certificaten/<uuid:certificate_id>/naam", methods=["GET", "POST"])
def correct_name(certificate_id: UUID) -> ResponseReturnValue:
    """The names that stood on it, and a form for another."""
    actor = current_actor()
    certificate = get_certificate(reading(), certificate_id)
    require(can_change_certificate(actor, certificate.user_id))
    form = NameForm(name=certificate.name)

    def correct() -> None:
        with transaction() as work:
            name, reason = form.name.data or "", form.reason.data or ""
            act_correct(work, actor, certificate_id, name, reason, now=clock.now())

    if form.validate_on_submit() and (done := _try(form, correct)) is not None:
        if done:
            flash(_("De nieuwe naam staat op het certificaat. De code bleef dezelfde."), "ok")
        return redirect(url_for("certificates.cohort", cohort_id=certificate.cohort_id), code=303)
    history = list_documents(reading(), [certificate_id])
    leave_opening(actor, [certificate.user_id], "certificate", clock.now())
    page = render_template("certificates/name.html", form=form, certificate=certificate, history=history)
    return page, 422 if form.errors else 200


def _try(form: ReasonForm, act: Callable[[], None]) -> bool | None:
    """Whether it was done: None when the form must be shown again, and no when somebody else was first, which is said."""
    try:
        act()
    except Invalid as error:
        form.take(error, PROBLEMS)
        return None
    except Conflict as error:
        flash(str(CONFLICTS[error.reason]), "risk")
        return False
    return True
