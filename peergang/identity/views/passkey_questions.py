"""The questions that scripts ask of an authenticator, as JSON. They change nothing but the list of open questions."""

from secrets import token_urlsafe

from flask import Response, current_app, session
from flask.typing import ResponseReturnValue
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from peergang.core import clock
from peergang.core.config import Settings
from peergang.identity.actions.passkeys import ask_passkey
from peergang.identity.queries.factors import list_passkeys
from peergang.identity.rules.passkeys import RelyingParty, relying_party
from peergang.identity.views import bp
from peergang.identity.views.browser import me
from peergang.identity.views.fresh_proof import fresh_proof
from peergang.web.database import reading, transaction
from peergang.web.gate import public
from peergang.web.throttle import limiter

ASKED_BY = "passkey_browser"
PER_ADDRESS = "120 per 15 minutes"
"""A whole school shares one address, and every look at the sign-in page asks a question."""


def this_party() -> RelyingParty:
    """This site, as authenticators know it."""
    settings: Settings = current_app.extensions["peergang_settings"]
    return relying_party(settings.public_url, settings.organisation_name)


def asking_browser() -> str:
    """What ties a question to the browser that asked it."""
    if ASKED_BY not in session:
        session[ASKED_BY] = token_urlsafe(16)
    found: str = session[ASKED_BY]
    return found


@bp.post("/inloggen/passkey/vraag")
@public
@limiter.limit(PER_ADDRESS)
def passkey_sign_in_question() -> ResponseReturnValue:
    """A question that any passkey of this site may answer; the device says whose it is."""
    with transaction() as work:
        challenge = ask_passkey(work, "sign_in", asking_browser(), now=clock.now())
    options = generate_authentication_options(
        rp_id=this_party().id, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return _json(options_to_json(options))


@bp.post("/mijn-account/passkeys/vraag")
@fresh_proof
def passkey_question() -> ResponseReturnValue:
    """The question for a new passkey; devices that hold one already are told so."""
    user_id, viewer = me()
    known = list_passkeys(reading(), user_id)
    with transaction() as work:
        challenge = ask_passkey(work, "register", asking_browser(), now=clock.now(), user_id=user_id)
    party = this_party()
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user_id.bytes,
        user_name=viewer.email,
        user_display_name=viewer.full_name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
    )
    return _json(options_to_json(options))


def _json(text: str) -> Response:
    return Response(text, mimetype="application/json", headers={"Cache-Control": "no-store"})
