"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("coursework", __name__)

from peergang.coursework.views import (  # noqa: E402, F401 these register the pages
    attachment_parts,
    attachments,
    conversation,
    feedback,
    held,
    modules,
    moved,
    portfolio,
    portfolio_file,
    reflection,
    reflection_read,
    reflections,
    review,
    review_steps,
    this_week,
    topics,
)
