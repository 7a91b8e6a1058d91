"""Pages of this feature: participation for organisers, and the grid of a cohort for its trainer."""

from flask import Blueprint

bp = Blueprint("progress", __name__)

from peergang.progress.views import closing, cohort, compare, contact, export, network, participation, people, people_evidence, people_institution, runs  # noqa: E402, F401 they need the blueprint
from peergang.progress.views import bulk, calls, risk, risks, story  # noqa: E402, F401 they need the blueprint
from peergang.progress.views import hours, hours_file, path  # noqa: E402, F401 they need the blueprint
