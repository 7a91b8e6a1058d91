"""Signing in and out."""

import hashlib

from flask import Response, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_login import logout_user

from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.core.i18n import gettext as _
from peergang.identity.actions import signing_in
from peergang.identity.forms import SignInForm
from peergang.identity.queries import find_user_by_email
from peergang.identity.rules import normal_email
from peergang.identity.rules.second_factor import Method
from peergang.identity.views import bp
from peergang.identity.views.entering import finish
from peergang.web import errors
from peergang.web.database import reading, transaction
from peergang.web.figures import Counter
from peergang.web.gate import public, safe_next
from peergang.web.navigation import ROLE_NAMES
from peergang.web.throttle import limiter
from peergang.web.viewer import current_viewer

# A whole school shares one address, so only failures count, and the address may have more of them than one account.
PER_ADDRESS = "20 per 15 minutes"
PER_ACCOUNT = "5 per 15 minutes"

FAILED = Counter("peergang_sign_in_failures_total", "Attempts to sign in that did not succeed.")


def refused(response: Response) -> bool:
    """Whether an attempt counts towards the limit: a page that shows the form again was no success."""
    return response.status_code == 422


def account_key() -> str:
    """The account that is tried, known or not; hashed, because limits are logged and kept in Redis."""
    return hashlib.sha256(normal_email(request.form.get("email", "")).encode()).hexdigest()


@bp.route("/inloggen", methods=["GET", "POST"])
@public
@limiter.limit(PER_ADDRESS, methods=["POST"], deduct_when=refused)
@limiter.limit(PER_ACCOUNT, key_func=account_key, methods=["POST"], deduct_when=refused)
def sign_in() -> ResponseReturnValue:
    """Sign in with an e-mail address and a password."""
    target = safe_next(request.args.get("next")) or url_for("home")
    if request.method == "GET":
        return redirect(target) if current_viewer() else _page(SignInForm())
    form = SignInForm()
    user_id = None
    if form.validate():
        with transaction() as work:
            user_id = signing_in.check_password(
                work, form.email.data or "", form.password.data or "", now=clock.now()
            )
    if user_id is None:
        FAILED.inc()
        return _page(form, failed=True, left=_attempts_left()), 422
    return finish(user_id, Method.PASSWORD, remember=form.remember.data, target=target)


@bp.errorhandler(429)
def too_often(_error: RateLimitExceeded) -> ResponseReturnValue:
    """Whoever tried too often sees it on the form they were filling in."""
    if request.endpoint == "identity.sign_in":
        return _page(SignInForm(), too_often=True), 429
    return errors.page(429)


def _page(form: SignInForm, **state: object) -> str:
    return render_template("identity/sign_in.html", form=form, demo=_demo_buttons(), **state)


def _attempts_left() -> int:
    """How often one may still try after this attempt, which is counted when the answer has been made."""
    return max(0, min((limit.remaining for limit in limiter.current_limits), default=1) - 1)


def _demo_accounts() -> tuple[tuple[str, str], ...]:
    """The demo's accounts, as (e-mail, role); none outside demo and development."""
    if current_app.extensions["peergang_settings"].env not in ("demo", "development"):
        return ()
    accounts: tuple[tuple[str, str], ...] = current_app.extensions.get("peergang_demo_accounts", ())
    return accounts


def _demo_buttons() -> list[tuple[str, object]]:
    return [(email, ROLE_NAMES[role]) for email, role in _demo_accounts()]


@bp.post("/demo-inloggen")
@public
def demo_sign_in() -> ResponseReturnValue:
    """Look around as one of the demo's people, without a password. Elsewhere this address does not exist."""
    roles = dict(_demo_accounts())
    email = request.form.get("email", "")
    if email not in roles:
        raise NotFound
    user = find_user_by_email(reading(), email)
    if user is None or user.deactivated_at is not None:
        flash(_("De demo is nog niet gevuld. Wacht even en probeer het nog eens."), "risk")
        return redirect(url_for("identity.sign_in"), code=303)
    response = finish(user.id, Method.DEMO, remember=True)
    session["role"] = roles[email]
    return response


@bp.post("/uitloggen")
def sign_out() -> ResponseReturnValue:
    """Leave this browser."""
    viewer = current_viewer()
    if viewer is not None:
        with transaction() as work:
            signing_in.sign_out(work, viewer.actor, viewer.session_id, now=clock.now())
    return leave(_("Je bent uitgelogd."), target=safe_next(request.form.get("next")))


@bp.post("/overal-uitloggen")
def sign_out_everywhere() -> ResponseReturnValue:
    """Leave every browser, this one as well."""
    viewer = current_viewer()
    if viewer is not None and viewer.actor.user_id is not None:
        with transaction() as work:
            signing_in.sign_out_everywhere(work, viewer.actor, viewer.actor.user_id, now=clock.now())
    return leave(_("Je bent op al je apparaten uitgelogd."))


def leave(message: str, *, target: str | None = None) -> ResponseReturnValue:
    """Forget everything in this browser's cookie and go to the sign-in page, which leads to `target` afterwards."""
    logout_user()
    session.clear()
    flash(message, "ok")
    response = redirect(url_for("identity.sign_in", next=target), code=303)
    # Browsers keep whole pages in memory for their button Back, and whoever uses this computer next may press it.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
