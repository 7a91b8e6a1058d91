"""Signing in through an institution. The application of this walk knows no provider, and nobody has arrived."""

from uuid import UUID

from tests.house.expecting import everybody, signed_in

NOBODY = UUID(int=0)

EXPECTATIONS = {
    "identity.institution_sign_in": everybody(404, args=lambda world: {"name": "surfconext"}),
    "identity.institution_return": everybody(400),
    "identity.institution_arrival": everybody(400),
    "identity.institution_arrival POST": everybody(400),
    "identity.institution_proof_sent": everybody(200),
    "identity.institution_proof": everybody(410, args=lambda world: {"token": "never-existed"}),
    "identity.institution_proof POST": everybody(410, args=lambda world: {"token": "never-existed"}),
    # Nothing waits to be linked.
    "identity.institution_link": signed_in(303),
    "identity.institution_link POST": signed_in(303),
    "identity.institution_accounts": signed_in(200),
    "identity.institution_link_another": signed_in(404, args=lambda world: {"name": "surfconext"}),
    "identity.institution_unlink": signed_in(404, args=lambda world: {"account_id": NOBODY}),
}
