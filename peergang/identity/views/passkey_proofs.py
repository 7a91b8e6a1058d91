"""A passkey as proof of who one is, for what is sensitive."""

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from webauthn import generate_authentication_options, options_to_json
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.identity.actions.passkey_answers import check_passkey
from peergang.identity.actions.passkeys import ask_passkey
from peergang.identity.actions.sessions import prove_again
from peergang.identity.forms.passkeys import read_answer
from peergang.identity.queries.factors import list_passkeys
from peergang.identity.views import bp
from peergang.identity.views.browser import me
from peergang.identity.views.passkey_questions import asking_browser, this_party
from peergang.identity.views.proving import go_on
from peergang.web.database import reading, transaction
from peergang.web.gate import safe_next
from peergang.web.throttle import limiter


@bp.post("/mijn-account/bewijs/vraag")
@limiter.limit("30 per 15 minutes", key_func=lambda: str(me()[0]))
def proof_question() -> ResponseReturnValue:
    """A question that one's own passkeys may answer, as JSON."""
    user_id, _viewer = me()
    known = list_passkeys(reading(), user_id)
    with transaction() as work:
        challenge = ask_passkey(work, "proof", asking_browser(), now=clock.now(), user_id=user_id)
    options = generate_authentication_options(
        rp_id=this_party().id,
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    text = options_to_json(options)
    return Response(text, mimetype="application/json", headers={"Cache-Control": "no-store"})


@bp.post("/mijn-account/bewijs/passkey")
@limiter.limit("20 per 15 minutes", key_func=lambda: str(me()[0]))
def prove_with_passkey() -> ResponseReturnValue:
    """Go on when one's own passkey answered; else back to the page with the ways."""
    user_id, viewer = me()
    with transaction() as work:
        found = check_passkey(
            work,
            read_answer(request.form.get("answer")),
            party=this_party(),
            browser=asking_browser(),
            now=clock.now(),
            of_user=user_id,
        )
        if found.user_id is not None:
            prove_again(work, viewer.actor, viewer.session_id, "passkey", now=clock.now())
    if found.user_id is not None:
        return go_on()
    flash(_("Deze passkey hoort niet bij jou, of je wachtte te lang. Probeer het nog eens."), "risk")
    return redirect(url_for("identity.prove", next=safe_next(request.args.get("next"))), code=303)
