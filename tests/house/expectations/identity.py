"""Signing in, links by mail, one's account, institutions, one's own data."""

from uuid import uuid4

from peergang.identity.actions.signing_in import hash_token
from peergang.identity.models import SingleUseToken
from peergang.identity.rules import TOKEN_LIFETIME, TokenPurpose
from tests.factories.identity import make_user
from tests.house.expecting import everybody, only, signed_in
from tests.house.world import World

ORGANISERS = ("organiser", "admin")

EXPECTATIONS = {
    "identity.sign_in": everybody(302) | {"anonymous": 200},
    "identity.sign_in POST": everybody(
        422, form=lambda world: {"email": "niemand@school.example", "password": "mis"}
    ),
    # The two-click sign-in exists in demo and development only.
    "identity.demo_sign_in": everybody(
        404, form=lambda world: {"email": "amira.veldhaver@zevenbruggen.example"}
    ),
    "identity.passkey_sign_in_question": everybody(200),
    "identity.passkey_sign_in": everybody(422),
    "identity.passkeys": signed_in(200),
    "identity.passkey_question": signed_in(200),
    "identity.add_passkey": signed_in(422),
    "identity.rename_passkey": signed_in(303, args=lambda world: {"passkey_id": world.args["meeting_id"]}),
    "identity.remove_passkey": signed_in(404, args=lambda world: {"passkey_id": world.args["meeting_id"]}),
    "identity.sign_out": signed_in(303),
    "identity.sign_out_everywhere": signed_in(303),
    "identity.forgotten_password": everybody(200),
    "identity.forgotten_password POST": everybody(
        303, form=lambda world: {"email": "niemand@school.example"}
    ),
    "identity.link_sent": everybody(200),
    "identity.reset_password": everybody(200, args=lambda world: {"token": "reset"}),
    "identity.reset_password POST": everybody(
        303, args=lambda world: {"token": "reset"}, form=lambda world: {"password": "drie groene fietsen"}
    ),
    "identity.accept_invitation": everybody(200, args=lambda world: {"token": "invitation"}),
    "identity.accept_invitation POST": everybody(410, args=lambda world: {"token": "never-existed"}),
    "identity.account": signed_in(200),
    "identity.account POST": signed_in(
        303, form=lambda world: {"given_name": "Nieuw", "language": "nl", "theme": "auto"}
    ),
    "identity.change_address": signed_in(200),
    "identity.change_address POST": signed_in(303, form=lambda world: {"email": "nieuw@elders.example"}),
    "identity.resend_address": signed_in(303),
    "identity.withdraw_address": signed_in(303),
    # A link for an address works for the one who asked for it, and nobody of this world did.
    "identity.confirm_address": signed_in(410, args=lambda world: {"token": "address"}),
    "identity.confirm_address POST": signed_in(410, args=lambda world: {"token": "address"}),
    "identity.change_password": signed_in(200),
    "identity.change_password POST": signed_in(422),
    "identity.security": signed_in(200),
    # Nobody of this world signs in with one browser that is theirs and known here.
    "identity.end_session": signed_in(404, args=lambda world: {"session_id": uuid4()}),
    "identity.end_other_sessions": signed_in(303),
    "identity.factor_reset": only(("admin",), 200),
    "identity.factor_reset POST": only(("admin",), 303),
    "identity.choose_factor": signed_in(303),
    "identity.prove": signed_in(200),
    "identity.prove POST": signed_in(200),
    "identity.proof_question": signed_in(200),
    "identity.prove_with_passkey": signed_in(303),
    "identity.set_up_totp": signed_in(200),
    "identity.set_up_totp POST": signed_in(422),
    "identity.start_totp": signed_in(303),
    "identity.remove_totp": signed_in(303),
    "identity.recovery_codes": signed_in(303),
    "identity.recovery_codes_file": signed_in(303),
    # Half a sign-in is a matter of one browser; without one everybody goes back to the sign-in page.
    "identity.second_step": everybody(303),
    "identity.second_step POST": everybody(303),
    "identity.leave_second_step": everybody(303),
    # Nothing was kept for anybody of this world: they are led on to their first page.
    "identity.kept_form": signed_in(303, args=lambda world: {"form_id": uuid4()}),
    "identity.kept_form_drop": signed_in(303, args=lambda world: {"form_id": uuid4()}),
    "identity.set_language": everybody(303, form=lambda world: {"language": "en"}),
    "identity.set_theme": signed_in(303, form=lambda world: {"theme": "dark"}),
    # Nobody can look through a role that they do not have.
    "identity.set_role": only(("trainer", "other_trainer"), 303, form=lambda world: {"role": "trainer"}),
    "identity.institutions": only(ORGANISERS, 200),
    "identity.institution_add": only(ORGANISERS, 200),
    "identity.institution_add POST": only(ORGANISERS, 422),
    "identity.institution": only((*ORGANISERS, "contact"), 200),
    "identity.institution_edit": only(ORGANISERS, 200),
    "identity.institution_edit POST": only(
        ORGANISERS, 303, form=lambda world: {"name": "ROC Nieuw", "brin": "99ZZ"}
    ),
    "identity.institution_merge": only(ORGANISERS, 200),
    "identity.institution_merge POST": only(ORGANISERS, 422),
    # It did not merge, so there is nothing to take back.
    "identity.institution_unmerge": only(ORGANISERS, 404),
    "identity.institution_end": only(ORGANISERS, 200),
    "identity.institution_end POST": only(ORGANISERS, 422, form=lambda world: {"until": "2100-01-01"}),
    "identity.institution_reopen": only(ORGANISERS, 303),
    "identity.address_file": only(ORGANISERS, 200),
    "identity.address_file_read": only(ORGANISERS, 422),
    "identity.address_file_apply": only(ORGANISERS, 409),
    "identity.address_file_drop": only(ORGANISERS, 303),
    "identity.people": only(ORGANISERS, 200),
    # Where somebody works: an admin who is no organiser is first asked why.
    "identity.person": only(("organiser",), 200, admin=303),
    "identity.person_add": only(ORGANISERS, 200),
    "identity.person_add POST": only(ORGANISERS, 422),
    "identity.person_edit": only(ORGANISERS, 200),
    "identity.person_edit POST": only(ORGANISERS, 303),
    "identity.person_close": only(ORGANISERS, 200),
    "identity.person_close POST": only(ORGANISERS, 303),
    "identity.person_reopen": only(ORGANISERS, 303),
    "identity.work_change": only(ORGANISERS, 200),
    "identity.work_change POST": only(ORGANISERS, 422),
    "identity.work_correct": only(ORGANISERS, 200),
    "identity.work_correct POST": only(ORGANISERS, 303),
    "identity.work_remove": only(ORGANISERS, 303),
    "privacy.my_data": signed_in(200),
    "privacy.download": signed_in(200),
}


def extend(world: World) -> None:
    world.args["affiliation_id"] = world.enrolments["participant"].affiliation_id
    for purpose, secret, address in (
        (TokenPurpose.PASSWORD_RESET, "reset", None),
        (TokenPurpose.INVITATION, "invitation", None),
        (TokenPurpose.ADDRESS_PROOF, "address", "elders@school.example"),
    ):
        world.session.add(
            SingleUseToken(
                user_id=make_user(world.session).id,
                purpose=purpose,
                address=address,
                token_hash=hash_token(secret),
                requested_at=world.now,
                expires_at=world.now + TOKEN_LIFETIME[purpose],
            )
        )
