"""Pages of certificates."""

from flask import Blueprint

bp = Blueprint("certificates", __name__)

from peergang.certificates.views import (  # noqa: E402, F401 these register the pages
    badge,
    changing,
    cohort,
    download,
    mine,
    public,
)
