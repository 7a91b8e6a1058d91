"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("coursework", __name__)

from peergang.coursework.views import (  # noqa: E402, F401 these register the pages
    absences,
    answer_text,
    attachment_parts,
    attachments,
    calibration,
    comment_box,
    consent,
    conversation,
    feedback,
    feedback_given,
    feedback_list,
    gaps,
    handing_on,
    handing_over,
    held,
    modules,
    moved,
    phrases,
    portfolio,
    portfolio_file,
    promotion,
    received,
    reflection,
    reflection_read,
    reflections,
    review,
    review_overview,
    review_steps,
    this_week,
    topics,
)
