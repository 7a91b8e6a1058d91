"""Passkeys: one's own list, and signing in with one."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import LazyText, gettext as _, lazy_gettext
from peergang.identity.actions import passkeys as actions
from peergang.identity.actions.passkey_answers import check_passkey
from peergang.identity.forms import TEXTS, SignInForm
from peergang.identity.forms.passkeys import PasskeyForm, PasskeyNameForm, read_answer
from peergang.identity.queries.factors import list_passkeys
from peergang.identity.rules import device_name
from peergang.identity.rules.passkeys import allows_passkeys
from peergang.identity.rules.second_factor import Method
from peergang.identity.views import bp
from peergang.identity.views.browser import me
from peergang.identity.views.entering import finish
from peergang.identity.views.fresh_proof import fresh_proof
from peergang.identity.views.passkey_questions import asking_browser, this_party
from peergang.identity.views.signing_in import FAILED, PER_ADDRESS, refused
from peergang.web.database import reading, transaction
from peergang.web.gate import public, safe_next
from peergang.web.throttle import limiter
from peergang.web.viewer import current_actor

REFUSALS: dict[str, LazyText] = {
    "passkey_refused": lazy_gettext("De passkey is niet gemaakt. Probeer het nog eens."),
    "passkey_known": lazy_gettext("Deze passkey heb je al."),
    "passkeys_many": lazy_gettext("Je hebt al zoveel passkeys als kan. Haal er eerst een weg."),
    "last_factor": lazy_gettext(
        "Dit is je laatste passkey, en voor jouw rol is er een nodig. Voeg eerst een andere toe."
    ),
}


@bp.post("/inloggen/passkey")
@public
@limiter.limit(PER_ADDRESS, deduct_when=refused)
def passkey_sign_in() -> ResponseReturnValue:
    """Sign in with what the authenticator answered; a passkey is both factors at once."""
    with transaction() as work:
        found = check_passkey(
            work,
            read_answer(request.form.get("answer")),
            party=this_party(),
            browser=asking_browser(),
            now=clock.now(),
        )
    if found.user_id is None:
        FAILED.inc()
        page = render_template("identity/sign_in.html", form=SignInForm(), passkey_failed=True)
        return page, 422
    target = safe_next(request.args.get("next")) or url_for("home")
    return finish(found.user_id, Method.PASSKEY, remember="remember" in request.form, target=target)


@bp.get("/mijn-account/passkeys")
@fresh_proof
def passkeys() -> ResponseReturnValue:
    """One's passkeys, and making another."""
    return _page(PasskeyForm(name=device_name(request.user_agent.string)))


@bp.post("/mijn-account/passkeys")
@fresh_proof
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that a device just made."""
    form = PasskeyForm()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction() as work:
            actions.add_passkey(
                work,
                current_actor(),
                me()[0],
                read_answer(form.answer.data),
                name=form.name.data or "",
                party=this_party(),
                browser=asking_browser(),
                now=clock.now(),
            )
    except Invalid as error:
        form.take(error, TEXTS)
        return _page(form), 422
    except Conflict as error:
        flash(str(REFUSALS[error.reason]), "risk")
    else:
        flash(_("Je passkey is toegevoegd. De volgende keer log je er zo mee in."), "ok")
    return redirect(url_for("identity.passkeys"), code=303)


@bp.post("/mijn-account/passkeys/<uuid:passkey_id>/naam")
def rename_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Call it something else."""
    form = PasskeyNameForm()
    if not form.validate():
        flash(form.name.errors[0], "risk")
    else:
        with transaction() as work:
            actions.rename_passkey(
                work, current_actor(), me()[0], passkey_id, form.name.data or "", now=clock.now()
            )
        flash(_("De naam is veranderd."), "ok")
    return redirect(url_for("identity.passkeys"), code=303)


@bp.post("/mijn-account/passkeys/<uuid:passkey_id>/weg")
@fresh_proof
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Throw one away: a device that is lost opens nothing any more."""
    demanded = current_app.extensions["peergang_settings"].demands_second_factor
    try:
        with transaction() as work:
            actions.remove_passkey(
                work, current_actor(), me()[0], passkey_id, demanded=demanded, now=clock.now()
            )
    except Conflict as error:
        flash(str(REFUSALS[error.reason]), "risk")
    else:
        flash(_("De passkey is weg. Wis hem ook op het apparaat zelf."), "ok")
    return redirect(url_for("identity.passkeys"), code=303)


def _page(form: PasskeyForm) -> str:
    return render_template(
        "identity/passkeys.html",
        form=form,
        passkeys=list_passkeys(reading(), me()[0]),
        possible=allows_passkeys(current_app.extensions["peergang_settings"].public_url),
    )
