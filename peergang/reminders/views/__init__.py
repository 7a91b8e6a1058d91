"""Pages of this feature: who gets what and why, what comes for oneself, and what operators do about mail."""

from flask import Blueprint

bp = Blueprint("reminders", __name__)

from peergang.reminders.views import coming, operating, rules, settling  # noqa: E402, F401 they need bp
