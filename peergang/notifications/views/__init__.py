"""Pages of this feature: choices about mail, stopping by a link, and what went out (in demo and development)."""

from flask import Blueprint

bp = Blueprint("notifications", __name__)

from peergang.notifications.views import bounces, inbox, outbox, preferences, push, unsubscribe  # noqa: E402, F401 they need bp
