"""Signing in through an institution: going to the provider and coming back. docs/decisions/0025."""

from datetime import timedelta
from secrets import token_urlsafe
from typing import NoReturn

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from peergang.core import clock
from peergang.core.config import Settings
from peergang.core.errors import NotFound
from peergang.core.i18n import current_locale
from peergang.core.oidc import OidcClient, OidcProblem
from peergang.core.oidc_settings import OidcProvider
from peergang.identity.actions import institution_trips as trips
from peergang.identity.actions.institution_trips import Outcome, Taken
from peergang.identity.rules.claims import Told, read_told
from peergang.identity.rules.institution_sign_in import ARRIVAL_LIFETIME, TRIP_LIFETIME
from peergang.identity.rules.second_factor import Method
from peergang.identity.views import bp
from peergang.identity.views.entering import finish
from peergang.identity.views.institution_problems import problem_page
from peergang.web.database import transaction
from peergang.web.gate import public, safe_next
from peergang.web.throttle import limiter
from peergang.web.viewer import current_viewer

GOES_TO = "peergang_trip"
"""What ties a round trip to this browser. A cookie of its own: a script of the sign-in page asks a question meanwhile, whose
answer would put the other cookie back as it was.
"""
ARRIVAL = "peergang_arrival"
"""A cookie of its own, because signing in by another way, which is how people prove who they are, empties the other."""
PER_ADDRESS = "120 per 15 minutes"
"""A whole school shares one address."""


class Stop(Exception):
    """Coming back ends here, for `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def init_clients(settings: Settings) -> dict[str, OidcClient]:
    """One client for each provider, made once a process, because they remember what providers publish."""
    return {provider.name: OidcClient(provider) for provider in settings.oidc_providers}


def clients() -> dict[str, OidcClient]:
    """The providers of this installation, by name."""
    known: dict[str, OidcClient] | None = current_app.extensions.get("peergang_oidc")
    settings: Settings = current_app.extensions["peergang_settings"]
    if known is None or tuple(one.provider for one in known.values()) != settings.oidc_providers:
        known = current_app.extensions["peergang_oidc"] = init_clients(settings)
    return known


def providers() -> list[OidcProvider]:
    """What the sign-in page offers."""
    return [client.provider for client in clients().values()]


@bp.app_context_processor
def institution_buttons() -> dict[str, object]:
    """The providers, for the pages that offer a button for each."""
    return {"institution_providers": providers}


@bp.post("/inloggen/instelling/<name>")
@public
@limiter.limit(PER_ADDRESS)
def institution_sign_in(name: str) -> ResponseReturnValue:
    """Go to a provider to sign in."""
    return go_to(
        name,
        target=safe_next(request.form.get("next")) or "",
        remember="remember" in request.form,
        invitation=request.form.get("invitation", ""),
    )


def go_to(
    name: str, *, target: str = "", remember: bool = False, invitation: str = "", link: bool = False
) -> ResponseReturnValue:
    """Send this browser to a provider. With `link` who is signed in joins the account they come back with."""
    client = clients().get(name)
    if client is None:
        raise NotFound
    viewer = current_viewer() if link else None
    try:
        client.metadata()
    except OidcProblem as problem:
        return problem_page(problem.code, client.provider)
    browser = request.cookies.get(GOES_TO) or token_urlsafe(32)
    with transaction() as work:
        trip = trips.begin_trip(
            work,
            name,
            browser,
            target=target,
            remember=remember,
            now=clock.now(),
            user_id=viewer.actor.user_id if viewer else None,
            invitation=invitation,
        )
    address = client.address(trip, _redirect_uri(), language=current_locale())
    # Browsers hold a whole chain of redirects after a form against our policy for forms, and institutions send people on
    # to places that nobody can list. A page that goes on by itself ends the form, and the policy stays as strict as it is.
    response = make_response(
        render_template("identity/institution_going.html", provider=client.provider, address=address)
    )
    keep(response, GOES_TO, browser, TRIP_LIFETIME)
    response.headers["Refresh"] = f"0; url={address}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _redirect_uri() -> str:
    settings: Settings = current_app.extensions["peergang_settings"]
    return settings.public_url + url_for("identity.institution_return")


@bp.get("/inloggen/instelling/terug")
@public
@limiter.limit(PER_ADDRESS)
def institution_return() -> ResponseReturnValue:
    """Come back from a provider. The protocol makes this a GET that writes; its state works once, in one browser."""
    try:
        taken, client = _take()
        told = _ask(taken, client)
    except Stop as stop:
        return problem_page(stop.reason, None)
    with transaction() as work:
        outcome = trips.settle_trip(work, taken, client.provider, told, now=clock.now())
    return _answer(outcome, taken, client.provider)


def _take() -> tuple[Taken, OidcClient]:
    """The round trip that ends here.

    Raises:
        Stop: `state` or `denied`.
    """
    with transaction() as work:
        taken = trips.take_trip(
            work, request.args.get("state", ""), request.cookies.get(GOES_TO, ""), now=clock.now()
        )
    client = clients().get(taken.provider) if taken else None
    if taken is None or client is None:
        raise Stop("state")
    viewer = current_viewer()
    if taken.user_id is not None and (viewer is None or viewer.actor.user_id != taken.user_id):
        _refuse(taken, "state")
    if request.args.get("iss", client.provider.issuer) != client.provider.issuer:
        _refuse(taken, "issuer")
    if "error" in request.args or not request.args.get("code"):
        _refuse(taken, "denied" if request.args.get("error") == "access_denied" else "refused")
    return taken, client


def _ask(taken: Taken, client: OidcClient) -> Told:
    """What the provider says about who came back; no transaction is open meanwhile.

    Raises:
        Stop: it was away, or its answer is not to be trusted.
    """
    try:
        claims = client.claims(request.args["code"], taken.trip, _redirect_uri())
    except OidcProblem as problem:
        _refuse(taken, problem.code)
    told = read_told(claims, client.provider.claims)
    if told is None:
        _refuse(taken, "subject")
    return told


def _refuse(taken: Taken, reason: str) -> NoReturn:
    with transaction() as work:
        trips.note_refusal(work, taken, reason, now=clock.now())
    raise Stop(reason)


def _answer(outcome: Outcome, taken: Taken, provider: OidcProvider) -> ResponseReturnValue:
    if outcome.kind == "enter" and outcome.user_id is not None:
        return finish(outcome.user_id, Method.INSTITUTION, remember=taken.remember, target=taken.target)
    if outcome.kind == "linked":
        return redirect(url_for("identity.institution_accounts", gekoppeld=provider.name), code=303)
    if outcome.kind == "arrival":
        response = redirect(url_for("identity.institution_arrival"), code=303)
        keep_arrival(response, outcome.token)
        return response
    return problem_page(outcome.reason, provider)


def keep_arrival(response: Response, token: str) -> None:
    """Let this browser hold the token of an arrival; an empty one is forgotten."""
    keep(response, ARRIVAL, token, ARRIVAL_LIFETIME if token else timedelta())


def keep(response: Response, name: str, value: str, life: timedelta) -> None:
    """Let this browser hold a secret for a while, out of reach of scripts."""
    settings: Settings = current_app.extensions["peergang_settings"]
    response.set_cookie(
        name,
        value,
        max_age=int(life.total_seconds()),
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="Lax",
    )
