"""Pages of this feature: participation for organisers, and the grid of a cohort for its trainer."""

from flask import Blueprint

bp = Blueprint("progress", __name__)

from peergang.progress.views import closing, cohort, contact, export, network, participation, people, runs  # noqa: E402, F401 they need the blueprint
