"""What an organiser does with the link, with who asked for a place and with who waits for one."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import join_requests, joining
from peergang.cohorts.actions.waiting import move_to_front
from peergang.cohorts.forms.joining import JoiningForm
from peergang.cohorts.labels import OWN_PLACE
from peergang.cohorts.queries.joining import get_join_state, list_requests, list_waiting
from peergang.cohorts.queries.roster import read_institutions
from peergang.cohorts.rules.joining import sign_link
from peergang.cohorts.views import bp
from peergang.cohorts.views.stages import cohort_to_set_up
from peergang.core import clock
from peergang.core.clock import local_date
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _, ngettext
from peergang.web.database import reading, transaction
from peergang.web.gate import safe_next
from peergang.web.viewer import current_actor


@bp.get("/cohorten/<uuid:cohort_id>/aanmeldingen")
def join_settings(cohort_id: UUID) -> ResponseReturnValue:
    """The link, the requests and the waiting list of a cohort."""
    cohort = cohort_to_set_up(cohort_id)
    return _page(cohort_id, JoiningForm(formdata=None, is_open=cohort.join_open, until=cohort.join_until))


@bp.post("/cohorten/<uuid:cohort_id>/aanmeldingen/link")
def set_joining(cohort_id: UUID) -> ResponseReturnValue:
    """Open or close the cohort for who has the link."""
    cohort_to_set_up(cohort_id)
    form = JoiningForm()
    if not request.form.get("until"):
        form.until.process_errors, form.until.data = [], None
    if not form.validate():
        return _page(cohort_id, form), 422
    with transaction() as session:
        joining.set_joining(
            session,
            current_actor(),
            cohort_id,
            is_open=bool(form.is_open.data),
            until=form.until.data,
            now=clock.now(),
        )
    if form.is_open.data:
        flash(_("Aanmelden staat open. Deel de link met wie je wilt uitnodigen."), "ok")
    else:
        flash(_("Aanmelden staat dicht."), "ok")
    return _back(cohort_id)


@bp.post("/cohorten/<uuid:cohort_id>/aanmeldingen/nieuwe-link")
def renew_link(cohort_id: UUID) -> ResponseReturnValue:
    """Make the old link void."""
    with transaction() as session:
        joining.renew_link(session, current_actor(), cohort_id, now=clock.now())
    flash(_("Er is een nieuwe link. De oude werkt niet meer."), "ok")
    return _back(cohort_id)


@bp.post("/cohorten/<uuid:cohort_id>/aanmeldingen/toelaten")
def approve_requests(cohort_id: UUID) -> ResponseReturnValue:
    """Let in one who asked, or all of them."""
    one = _uuid(request.form.get("request"))
    school = _uuid(request.form.get("institution"))
    known = {school.id for school in read_institutions(reading()).all}
    with transaction() as session:
        approved = join_requests.approve_requests(
            session,
            current_actor(),
            cohort_id,
            None if request.form.get("all") else [one or UUID(int=0)],
            {one: school} if one and school in known else None,
            now=clock.now(),
        )
    flash(_approved_text(approved), "now" if approved.unclear else "ok")
    return _back(cohort_id)


@bp.post("/cohorten/<uuid:cohort_id>/aanmeldingen/<uuid:request_id>/afwijzen")
def decline_request(cohort_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Say no, by a kind mail."""
    with transaction() as session:
        join_requests.decline_request(session, current_actor(), cohort_id, request_id, now=clock.now())
    flash(_("De aanmelding is afgewezen. Er gaat een vriendelijke mail over uit."), "ok")
    return _back(cohort_id)


@bp.post("/inschrijvingen/<uuid:enrolment_id>/vooraan")
def move_up(enrolment_id: UUID) -> ResponseReturnValue:
    """Put somebody in front of the waiting list."""
    try:
        with transaction() as session:
            reason = request.form.get("reason", "")
            cohort_id = move_to_front(session, current_actor(), enrolment_id, reason, now=clock.now())
    except Invalid as error:
        long = error.problems["reason"] == "long"
        flash(_("Houd de reden korter dan 300 tekens.") if long else _("Schrijf er een reden bij."), "risk")
        return redirect(safe_next(request.form.get("next")) or url_for("cohorts.overview"), code=303)
    except Conflict as error:
        if error.reason != "own_place":
            raise
        flash(str(OWN_PLACE), "risk")
        return _back(error.details["cohort_id"])
    flash(_("Wie je koos staat nu vooraan. Je reden staat in het logboek."), "ok")
    return _back(cohort_id)


def _page(cohort_id: UUID, form: JoiningForm) -> str:
    cohort = cohort_to_set_up(cohort_id)
    session, settings = reading(), current_app.extensions["peergang_settings"]
    code = sign_link(settings.secret_key, cohort_id, cohort.join_number)
    _row, state = get_join_state(session, cohort_id, cohort.join_number, local_date(clock.now()))
    return render_template(
        "cohorts/join_settings.html",
        cohort=cohort,
        form=form,
        state=state,
        link=settings.public_url + url_for("cohorts.join", cohort_id=cohort_id, code=code),
        requests=list_requests(session, cohort_id),
        waiting=list_waiting(session, cohort_id),
        institutions=read_institutions(session).all,
    )


def _approved_text(approved: join_requests.Approved) -> str:
    enrolled = approved.enrolled
    texts = []
    if enrolled.invited or not enrolled.waitlisted:
        texts.append(
            ngettext("%(num)s deelnemer toegelaten.", "%(num)s deelnemers toegelaten.", len(enrolled.invited))
        )
    if enrolled.waitlisted:
        texts.append(
            ngettext(
                "%(num)s staat op de wachtlijst, omdat het cohort vol is.",
                "%(num)s staan op de wachtlijst, omdat het cohort vol is.",
                len(enrolled.waitlisted),
            )
        )
    if approved.unclear:
        texts.append(
            ngettext(
                "%(num)s aanmelding vraagt nog iets: kies de instelling, of laat een collega beslissen over jezelf.",
                "%(num)s aanmeldingen vragen nog iets: kies de instelling, of laat een collega beslissen over jezelf.",
                len(approved.unclear),
            )
        )
    return " ".join(texts)


def _back(cohort_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("cohorts.join_settings", cohort_id=cohort_id), code=303)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
