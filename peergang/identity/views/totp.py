"""Setting up an app with codes, taking it away, and recovery codes."""

import segno
from flask import (
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import LazyText, gettext as _, lazy_gettext
from peergang.identity.actions import recovery_codes as codes_actions, totp as actions
from peergang.identity.forms import TEXTS
from peergang.identity.forms.second_factor import CodeForm
from peergang.identity.queries.factors import find_factors
from peergang.identity.rules.second_factor import key_address, written_code
from peergang.identity.views import bp
from peergang.identity.views.browser import me, seal
from peergang.identity.views.entering import GO_ON, demands_second_factor
from peergang.identity.views.fresh_proof import fresh_proof
from peergang.identity.views.proving import wrong
from peergang.web.database import reading, transaction
from peergang.web.gate import safe_next
from peergang.web.throttle import limiter

REFUSALS: dict[str, LazyText] = {
    "totp_exists": lazy_gettext("Je hebt al een app gekoppeld."),
    "totp_gone": lazy_gettext("Er was geen app om te koppelen. Begin opnieuw."),
    "last_factor": lazy_gettext(
        "Voor jouw rol is een tweede stap nodig, en dit is je enige. Voeg eerst een passkey toe."
    ),
    "no_factor": lazy_gettext("Herstelcodes horen bij een passkey of een app met codes. Kies er eerst een."),
}


@bp.post("/mijn-account/beveiliging/app/begin")
@fresh_proof
def start_totp() -> ResponseReturnValue:
    """Make a new secret for an app; one that waited before is replaced."""
    user_id, viewer = me()
    try:
        with transaction() as work:
            actions.start_totp(work, viewer.actor, user_id, seal(), now=clock.now())
    except Conflict as error:
        return _refused(error)
    return redirect(url_for("identity.set_up_totp"), code=303)


@bp.route("/mijn-account/beveiliging/app", methods=["GET", "POST"])
@limiter.limit("10 per 15 minutes", key_func=lambda: str(me()[0]), methods=["POST"], deduct_when=wrong)
@fresh_proof
def set_up_totp() -> ResponseReturnValue:
    """Show the secret to an app, and switch the second step on with the first code."""
    user_id, _viewer = me()
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return _confirm(form.code.data or "")
        except Invalid as error:
            form.take(error, TEXTS)
        except Conflict as error:
            return _refused(error)
    if find_factors(reading(), user_id).totp:
        return redirect(url_for("identity.security"), code=303)
    return _set_up_page(form)


def _confirm(code: str) -> ResponseReturnValue:
    user_id, viewer = me()
    with transaction() as work:
        actions.confirm_totp(work, viewer.actor, user_id, code, seal(), now=clock.now())
        # Who has codes because of a passkey keeps them: they are on paper somewhere.
        first = not find_factors(work, user_id).codes
        shown = (
            codes_actions.renew_codes(work, viewer.actor, user_id, seal(), now=clock.now()) if first else []
        )
    if shown:
        return _show_codes(shown, is_new=True)
    flash(_("De tweede stap staat aan. Voortaan vragen we na je wachtwoord een code uit je app."), "ok")
    return redirect(_go_on(), code=303)


def _set_up_page(form: CodeForm) -> ResponseReturnValue:
    user_id, viewer = me()
    secret = actions.read_waiting_secret(reading(), viewer.actor, user_id, seal())
    picture = None
    if secret is not None:
        name = current_app.extensions["peergang_settings"].organisation_name
        picture = _picture(key_address(secret, viewer.email, name))
    page = render_template(
        "identity/set_up_totp.html",
        form=form,
        picture=picture,
        key=written_code(secret.lower()).upper().replace("-", " ") if secret else "",
    )
    return _private(page, 422 if form.errors else 200)


def _picture(address: str) -> Markup:
    """A QR code as SVG inside the page: black on white in the dark as well, or a camera does not read it."""
    code = segno.make(address, error="m")
    # Made by us from an address that we percent-encoded; segno writes numbers and no text of it.
    return Markup(  # noqa: S704
        code.svg_inline(
            scale=5, border=4, dark="#000", light="#fff", omitsize=True, svgclass="pg-qr", lineclass=None
        )
    )


@bp.post("/mijn-account/beveiliging/app/ontkoppelen")
@fresh_proof
def remove_totp() -> ResponseReturnValue:
    """Switch the app off."""
    user_id, viewer = me()
    try:
        with transaction() as work:
            actions.remove_totp(
                work, viewer.actor, user_id, demanded=demands_second_factor(), now=clock.now()
            )
    except Conflict as error:
        return _refused(error)
    flash(_("De app is ontkoppeld. Haal de code ook weg in de app zelf."), "ok")
    return redirect(url_for("identity.security"), code=303)


@bp.post("/mijn-account/beveiliging/herstelcodes")
@fresh_proof
def recovery_codes() -> ResponseReturnValue:
    """Make ten new codes and show them this once."""
    user_id, viewer = me()
    try:
        with transaction() as work:
            shown = codes_actions.renew_codes(work, viewer.actor, user_id, seal(), now=clock.now())
    except Conflict as error:
        return _refused(error)
    return _show_codes(shown)


@bp.post("/mijn-account/beveiliging/herstelcodes/bestand")
def recovery_codes_file() -> ResponseReturnValue:
    """Hand the codes of the page back as a text file: they are in the form, because here nobody can read them again."""
    user_id, _viewer = me()
    codes = request.form.getlist("code")[:20]
    if not codes_actions.are_codes_of(reading(), user_id, codes, seal()):
        return redirect(url_for("identity.security"), code=303)
    text = render_template("identity/recovery_codes.txt", codes=codes, day=clock.now())
    response = make_response(text)
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{_("peergang-herstelcodes")}.txt"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _show_codes(codes: list[str], *, is_new: bool = False) -> Response:
    page = render_template("identity/recovery_codes.html", codes=codes, is_new=is_new, target=_go_on())
    return _private(page, 200)


def _go_on() -> str:
    """What somebody asked for when they were led to the choice of a factor, or the page about signing in."""
    return safe_next(session.pop(GO_ON, "")) or url_for("identity.security")


def _private(page: str, status: int) -> Response:
    """A page with a secret stays out of every cache."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(error: Conflict) -> ResponseReturnValue:
    flash(str(REFUSALS[error.reason]), "risk")
    return redirect(url_for("identity.security"), code=303)
