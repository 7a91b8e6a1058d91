"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("reports", __name__)

from peergang.reports.views import ending, overview, report, subscribing  # noqa: E402, F401
