"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("coursework", __name__)

from peergang.coursework.views import (  # noqa: E402, F401 these register the pages
    absences,
    attachment_parts,
    attachments,
    consent,
    conversation,
    feedback,
    feedback_given,
    feedback_list,
    handing_over,
    gaps,
    handing_on,
    held,
    modules,
    moved,
    phrases,
    portfolio,
    portfolio_file,
    promotion,
    reactions,
    reflection,
    reflection_read,
    reflections,
    review,
    review_overview,
    review_steps,
    this_week,
    topics,
)
