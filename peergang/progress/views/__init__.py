"""Pages of this feature: participation for organisers, and the grid of a cohort for its trainer."""

from flask import Blueprint

bp = Blueprint("progress", __name__)

from peergang.progress.views import (  # noqa: E402, F401 they need the blueprint  # noqa: E402, F401 they need the blueprint  # noqa: E402, F401 they need the blueprint
    bulk,
    calls,
    closing,
    cohort,
    compare,
    contact,
    hours,
    hours_file,
    network,
    participation,
    path,
    people,
    people_evidence,
    people_institution,
    risk,
    risks,
    runs,
    story,
    story_note,
)
