"""Pages of this feature: the conversations of a module or a meeting, one conversation, and changing what one wrote."""

from flask import Blueprint

bp = Blueprint("discussion", __name__)

# The modules below add their pages to `bp`, so they can only be read once it exists.
from peergang.discussion.views import block, changing, following, places, starting, thread  # noqa: E402, F401
