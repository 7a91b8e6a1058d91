"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("identity", __name__)

# The modules below add their pages to `bp`, so they can only be read once it exists.
from peergang.identity.views import (  # noqa: E402
    account,  # noqa: F401
    address_file,  # noqa: F401
    addresses,  # noqa: F401
    choices,  # noqa: F401
    duty,  # noqa: F401
    factor_reset,  # noqa: F401
    institution_accounts,  # noqa: F401
    institution_arrival,  # noqa: F401
    institution_sign_in,  # noqa: F401
    institutions,  # noqa: F401
    kept_forms,  # noqa: F401
    links,  # noqa: F401
    mergers,  # noqa: F401
    passkey_proofs,  # noqa: F401
    passkey_questions,  # noqa: F401
    passkeys,  # noqa: F401
    people,  # noqa: F401
    people_changes,  # noqa: F401
    proving,  # noqa: F401
    roles,  # noqa: F401
    second_step,  # noqa: F401
    security,  # noqa: F401
    signing_in,  # noqa: F401
    totp,  # noqa: F401
)
