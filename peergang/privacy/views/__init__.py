"""Pages about one's own data, the log of what people may have to account for, and reading on behalf."""

from flask import Blueprint

bp = Blueprint("privacy", __name__)

# The modules below add their pages to `bp`, so they can only be read once it exists.
from peergang.privacy.views import audit, erasing, my_data, on_behalf  # noqa: E402, F401
