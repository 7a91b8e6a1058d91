"""The second step of a sign-in: a code from an app, a recovery code, or a passkey after all."""

from flask import Response, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.identity.actions.entering import Second, answer_second_step
from peergang.identity.actions.signing_in import hash_token
from peergang.identity.forms.second_factor import CodeForm, RecoveryCodeForm
from peergang.identity.models import HalfSignIn
from peergang.identity.queries.factors import find_factors, find_half
from peergang.identity.rules.second_factor import Factors
from peergang.identity.views import bp
from peergang.identity.views.browser import enter, seal
from peergang.identity.views.entering import HALF, this_browser
from peergang.web.database import reading, transaction
from peergang.web.gate import public, safe_next
from peergang.web.throttle import limiter, whose_connection

APP, RECOVERY, PASSKEY = "app", "herstelcode", "passkey"  # the ways, as the address names them
PER_ADDRESS = "20 per 15 minutes"
PER_ACCOUNT = "10 per 15 minutes; 40 per day"
"""Whoever gets here knows the password, and may begin anew after five mistakes; so the account counts on."""


def wrong_code(_response: Response) -> bool:
    """Whether an attempt counts towards the limit: a wrong code does, also the last one, which leads elsewhere."""
    return bool(g.get("wrong_code", False))


def _account() -> str:
    half = _half()
    return str(half.user_id) if half else whose_connection()


@bp.route("/inloggen/code", methods=["GET", "POST"])
@public
@limiter.limit(PER_ACCOUNT, key_func=_account, methods=["POST"], deduct_when=wrong_code)
@limiter.limit(PER_ADDRESS, methods=["POST"], deduct_when=wrong_code)
def second_step() -> ResponseReturnValue:
    """Give a code after the password, or choose another way."""
    half = _half()
    if half is None:
        return _again(_("Dat duurde te lang. Log nog eens in."))
    factors = find_factors(reading(), half.user_id)
    ways = _ways(factors)
    way = request.args.get("met", "")
    way = way if way in ways else ways[0]
    form = RecoveryCodeForm() if way == RECOVERY else CodeForm()
    if request.method == "POST" and form.validate():
        answer = _answer(form)
        if not answer.problem:
            return _enter(answer)
        if answer.problem == "gone":
            return _again(_("Dat duurde te lang. Log nog eens in."))
        g.wrong_code = True
        if answer.problem == "over":
            return _again(_("De code klopte vijf keer niet. Log opnieuw in met je wachtwoord."))
        form.code.errors = [_refusal(way)]
    return _page(form, half, way, ways), 422 if form.errors else 200


@bp.post("/inloggen/code/terug")
@public
def leave_second_step() -> ResponseReturnValue:
    """Sign in as somebody else after all."""
    session.pop(HALF, None)
    return redirect(url_for("identity.sign_in"), code=303)


def _half() -> HalfSignIn | None:
    token = session.get(HALF)
    return find_half(reading(), hash_token(str(token)), clock.now()) if token else None


def _ways(factors: Factors) -> list[str]:
    """What this person can do, the quickest first; a recovery code is always there to ask for."""
    known = ((APP, factors.totp), (PASSKEY, factors.passkeys > 0), (RECOVERY, True))
    return [way for way, has in known if has]


def _answer(form: CodeForm | RecoveryCodeForm) -> Second:
    with transaction() as work:
        return answer_second_step(
            work,
            str(session.get(HALF, "")),
            form.code.data or "",
            seal(),
            kind="recovery" if isinstance(form, RecoveryCodeForm) else "totp",
            browser=this_browser(),
            now=clock.now(),
        )


def _enter(answer: Second) -> ResponseReturnValue:
    enter(answer.token, remember=answer.remember)
    return redirect(safe_next(answer.target) or url_for("home"), code=303)


def _again(message: str) -> ResponseReturnValue:
    session.pop(HALF, None)
    flash(message, "risk")
    return redirect(url_for("identity.sign_in"), code=303)


def _refusal(way: str) -> str:
    if way == RECOVERY:
        return _("Deze herstelcode klopt niet, of is al gebruikt. Elke code werkt één keer.")
    return _("Deze code klopt niet, of is al gebruikt. Neem de code die je app nu laat zien.")


def _page(form: CodeForm | RecoveryCodeForm, half: HalfSignIn, way: str, ways: list[str]) -> str:
    return render_template(
        "identity/second_step.html",
        form=form,
        way=way,
        others=[one for one in ways if one != way],
        target=safe_next(half.target),
        remember=half.remember,
    )
