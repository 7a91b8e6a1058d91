"""Pages of this feature: who gets what and why, what comes for oneself, and what operators do about mail."""

from flask import Blueprint

bp = Blueprint("reminders", __name__)

from peergang.reminders.views import (  # noqa: E402 they need bp
    operating,  # noqa: F401
    settling,  # noqa: F401
)
