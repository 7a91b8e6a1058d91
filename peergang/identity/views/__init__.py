"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("identity", __name__)

# The modules below add their pages to `bp`, so they can only be read once it exists.
from peergang.identity.views import account, choices, institutions, links, roles, signing_in  # noqa: E402, F401
