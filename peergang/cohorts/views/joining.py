"""The public page behind the link of a cohort: what it is, and a form to ask for a place."""

from uuid import UUID

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded

from peergang.cohorts.actions.joining import Asking, ask_own_place, ask_place
from peergang.cohorts.forms.joining import AskForm, AskOwnForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.queries.joining import find_own_state, get_join_state
from peergang.cohorts.queries.roster import read_institutions
from peergang.cohorts.queries.schedule import list_cohort_modules, list_meetings
from peergang.cohorts.rules import MeetingState
from peergang.cohorts.rules.joining import ASKABLE, JoinState, read_link
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.clock import local_date
from peergang.core.db import AnyRow
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.web import errors
from peergang.web.database import reading, transaction
from peergang.web.gate import public
from peergang.web.throttle import limiter
from peergang.web.viewer import current_viewer

# A room full of people shares one address, so there only failures count; a link lets through what no cohort needs.
REFUSED_PER_ADDRESS = "20 per hour"
PER_LINK = "400 per hour"


def _refused(response: Response) -> bool:
    return response.status_code not in (200, 303)


def _which_cohort() -> str:
    return str((request.view_args or {}).get("cohort_id"))


@bp.route("/aanmelden/<uuid:cohort_id>/<code>", methods=["GET", "POST"])
@public
@limiter.limit(REFUSED_PER_ADDRESS, methods=["POST"], deduct_when=_refused)
@limiter.limit(PER_LINK, key_func=_which_cohort, methods=["POST"])
def join(cohort_id: UUID, code: str) -> ResponseReturnValue:
    """What a cohort is about, and asking for a place in it."""
    number = read_link(current_app.extensions["peergang_settings"].secret_key, cohort_id, code)
    if number is None:
        raise NotFound
    cohort, state = get_join_state(reading(), cohort_id, number, local_date(clock.now()))
    if state not in ASKABLE:
        return render_template("cohorts/join_closed.html", cohort=cohort, state=state), 410
    viewer = current_viewer()
    form = AskOwnForm() if viewer else AskForm()
    if not form.validate_on_submit():
        return _page(cohort, state, code, form), 422 if form.errors else 200
    try:
        with transaction() as session:
            if viewer:
                words = form.motivation.data or ""
                ask_own_place(session, viewer.actor, cohort_id, number, words, now=clock.now())
            else:
                ask_place(session, cohort_id, number, _asking(form), now=clock.now())
    except Invalid as error:
        form.take(error, FORM_PROBLEMS)
        return _page(cohort, state, code, form), 422
    except Conflict:
        # It closed while somebody was filling it in; the page says so.
        return redirect(url_for("cohorts.join", cohort_id=cohort_id, code=code), code=303)
    return redirect(url_for("cohorts.join_asked", cohort_id=cohort_id, code=code), code=303)


@bp.errorhandler(429)
def too_often(_error: RateLimitExceeded) -> ResponseReturnValue:
    """Who asks for a place when too many tried gets the form back with what they typed."""
    if request.endpoint != "cohorts.join":
        return errors.page(429)
    cohort_id, code = (request.view_args or {})["cohort_id"], (request.view_args or {})["code"]
    number = read_link(current_app.extensions["peergang_settings"].secret_key, cohort_id, code)
    if number is None:
        return errors.page(404)
    cohort, state = get_join_state(reading(), cohort_id, number, local_date(clock.now()))
    if state not in ASKABLE:
        return errors.page(429)
    form = AskOwnForm() if current_viewer() else AskForm()
    return _page(cohort, state, code, form, too_often=True), 429


@bp.get("/aanmelden/<uuid:cohort_id>/<code>/gelukt")
@public
def join_asked(cohort_id: UUID, code: str) -> ResponseReturnValue:
    """What happens next. It is the same for everybody, so it tells nothing about an address."""
    number = read_link(current_app.extensions["peergang_settings"].secret_key, cohort_id, code)
    if number is None:
        raise NotFound
    cohort, state = get_join_state(reading(), cohort_id, number, local_date(clock.now()))
    return render_template("cohorts/join_asked.html", cohort=cohort, full=state == JoinState.FULL)


def _asking(form: AskForm) -> Asking:
    return Asking(
        given_name=form.given_name.data or "",
        particle=form.particle.data or "",
        family_name=form.family_name.data or "",
        email=form.email.data or "",
        institution=form.institution.data or "",
        job_title=form.job_title.data or "",
        motivation=form.motivation.data or "",
    )


def _page(
    cohort: AnyRow, state: JoinState, code: str, form: AskForm | AskOwnForm, *, too_often: bool = False
) -> str:
    session, viewer = reading(), current_viewer()
    meetings = list_meetings(session, cohort.cohort_id)
    return render_template(
        "cohorts/join.html",
        cohort=cohort,
        full=state == JoinState.FULL,
        code=code,
        form=form,
        too_often=too_often,
        own_state=find_own_state(session, viewer.actor, cohort.cohort_id) if viewer else "",
        meetings=[one for one in meetings if one.state == MeetingState.PLANNED],
        modules=list_cohort_modules(session, cohort.cohort_id),
        institutions=() if viewer else read_institutions(session).all,
    )
