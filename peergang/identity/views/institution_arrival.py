"""The pages for who came in through an institution and is not known by it yet: proving who you are here."""

from dataclasses import dataclass

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.config import Settings
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.identity.actions import institution_proofs as proofs
from peergang.identity.actions.institution_accounts import link_arrival
from peergang.identity.actions.signing_in import hash_token
from peergang.identity.forms import TEXTS
from peergang.identity.forms.institution_accounts import ArrivalForm
from peergang.identity.models import InstitutionArrival, User
from peergang.identity.queries import find_open_token, find_user_by_email
from peergang.identity.queries.institution_accounts import (
    find_arrival,
    find_organiser_address,
    is_new_here,
    list_contacts,
)
from peergang.identity.queries.institutions import get_institution
from peergang.identity.rules import TokenPurpose, full_name
from peergang.identity.rules.institution_sign_in import Situation, situation
from peergang.identity.rules.second_factor import Method
from peergang.identity.views import bp
from peergang.identity.views.entering import finish
from peergang.identity.views.fresh_proof import fresh_proof
from peergang.identity.views.institution_problems import problem_page
from peergang.identity.views.institution_sign_in import ARRIVAL, clients, keep_arrival
from peergang.web.database import reading, transaction
from peergang.web.gate import public
from peergang.web.throttle import even, limiter
from peergang.web.viewer import current_actor, current_viewer


@dataclass(frozen=True, slots=True)
class Here:
    """An arrival as its page shows it. `account` is who has the address that the provider told."""

    arrival: InstitutionArrival
    account: User | None
    situation: Situation
    sign_up: bool

    @property
    def asks_name(self) -> bool:
        """Whether a name is needed that the provider did not tell."""
        return self.sign_up and not (self.arrival.given_name and self.arrival.family_name)


def _token() -> str:
    return request.cookies.get(ARRIVAL, "")


def _find() -> Here | None:
    arrival = find_arrival(reading(), hash_token(_token()), clock.now())
    if arrival is None:
        return None
    found = find_user_by_email(reading(), arrival.email) if arrival.email else None
    account = found if found is not None and found.deactivated_at is None else None
    settings: Settings = current_app.extensions["peergang_settings"]
    sign_up = settings.oidc_sign_up and arrival.institution_id is not None and found is None
    return Here(
        arrival,
        account,
        situation(
            # Who has an account may be of no school: the network's own people are not.
            has_institution=arrival.institution_id is not None or account is not None,
            email=arrival.email,
            has_account=account is not None,
            sign_up=sign_up,
        ),
        sign_up,
    )


@bp.route("/inloggen/instelling/verder", methods=["GET", "POST"])
@public
@limiter.limit("20 per hour", methods=["POST"])
def institution_arrival() -> ResponseReturnValue:
    """Who are you here? Prove it by signing in as before, or by a link to the address we know."""
    here = _find()
    if here is None:
        return problem_page("state", None)
    form = ArrivalForm(email=here.arrival.email)
    if request.method == "POST":
        # An address that the provider told is not for its bearer to change.
        form.email.data = here.arrival.email or form.email.data
        if form.validate():
            try:
                return _request(here, form)
            except Invalid as error:
                form.take(error, TEXTS)
            except Conflict:
                return problem_page("state", None)
    return _page(here, form), 422 if form.errors else 200


def _request(here: Here, form: ArrivalForm) -> ResponseReturnValue:
    with even(), transaction() as work:
        proofs.request_proof(
            work,
            _token(),
            form.email.data or "",
            sign_up=here.sign_up,
            given_name=form.given_name.data or "",
            family_name=form.family_name.data or "",
            now=clock.now(),
        )
    return redirect(url_for("identity.institution_proof_sent"), code=303)


def _page(here: Here, form: ArrivalForm) -> str:
    arrival = here.arrival
    institution = get_institution(reading(), arrival.institution_id) if arrival.institution_id else None
    contacts = [
        (full_name(one.given_name, one.name_particle, one.family_name), one.email)
        for one in (list_contacts(reading(), arrival.institution_id) if arrival.institution_id else ())
    ]
    client = clients().get(arrival.provider)
    return render_template(
        "identity/institution_arrival.html",
        form=form,
        here=here,
        arrival=arrival,
        label=client.provider.label if client else arrival.provider,
        institution=institution.name if institution else "",
        contacts=contacts,
        organiser=find_organiser_address(reading()),
        # Who was invited and never signed in has nothing to sign in with yet.
        only_mail=here.account is not None and is_new_here(reading(), here.account),
        link_page=url_for("identity.institution_link"),
    )


@bp.get("/inloggen/instelling/onderweg")
@public
def institution_proof_sent() -> ResponseReturnValue:
    """What to expect after asking for a link."""
    return render_template("identity/institution_proof_sent.html")


@bp.route("/inloggen/instelling/bevestig/<token>", methods=["GET", "POST"])
@public
def institution_proof(token: str) -> ResponseReturnValue:
    """The link from the mail: join the account and come in."""
    if request.method == "POST":
        try:
            return _finish(token)
        except Conflict as error:
            return _not_here(error.reason)
    found = find_open_token(reading(), hash_token(token), TokenPurpose.INSTITUTION_PROOF, clock.now())
    if found is None:
        return _not_here("token_gone")
    arrival = find_arrival(reading(), hash_token(_token()), clock.now())
    if arrival is None or arrival.proof_id != found[0].id:
        return _not_here("other_browser")
    client = clients().get(arrival.provider)
    response = make_response(
        render_template(
            "identity/institution_proof.html",
            user=found[1],
            arrival=arrival,
            label=client.provider.label if client else arrival.provider,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _finish(token: str) -> ResponseReturnValue:
    with transaction() as work:
        user_id, arrival = proofs.finish_proof(work, token, _token(), now=clock.now())
    response = finish(user_id, Method.INSTITUTION, remember=arrival.remember, target=arrival.target)
    keep_arrival(response, "")
    flash(_("Gekoppeld. De volgende keer log je zo in via je instelling."), "ok")
    return response


def _not_here(reason: str) -> ResponseReturnValue:
    if reason == "linked_elsewhere":
        return problem_page(reason, None)
    page = render_template("identity/institution_proof_gone.html", other_browser=reason == "other_browser")
    response = make_response(page, 410)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/mijn-account/instelling/koppel", methods=["GET", "POST"])
@fresh_proof
def institution_link() -> ResponseReturnValue:
    """After signing in by another way: join the account with which this browser arrived."""
    viewer = current_viewer()
    arrival = find_arrival(reading(), hash_token(_token()), clock.now())
    if arrival is None or viewer is None:
        flash(_("Het koppelen duurde te lang. Begin opnieuw."), "risk")
        return redirect(url_for("identity.institution_accounts"), code=303)
    client = clients().get(arrival.provider)
    label = client.provider.label if client else arrival.provider
    if request.method == "GET":
        return render_template(
            "identity/institution_link.html", arrival=arrival, label=label, email=viewer.email
        )
    target = url_for("identity.institution_accounts", gekoppeld=arrival.provider)
    if "cancel" in request.form:
        target = url_for("home")
    else:
        try:
            with transaction() as work:
                target = link_arrival(work, current_actor(), _token(), now=clock.now()).target or target
        except Conflict as error:
            return problem_page("state" if error.reason == "arrival_gone" else error.reason, None)
        flash(_("Gekoppeld. De volgende keer log je zo in via je instelling."), "ok")
    response = redirect(target, code=303)
    keep_arrival(response, "")
    return response
