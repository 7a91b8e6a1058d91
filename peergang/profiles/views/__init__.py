"""Pages of this feature: one's own profile, that of others, and the directory."""

from flask import Blueprint

bp = Blueprint("profiles", __name__)

# The modules below add their pages to `bp`, so they can only be read once it exists.
from peergang.profiles.views import directory, own_profile  # noqa: E402, F401
