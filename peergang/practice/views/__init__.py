"""Pages of the library."""

from flask import Blueprint

bp = Blueprint("practice", __name__, url_prefix="/bibliotheek")

from peergang.practice.views import example, library, writing  # noqa: E402, F401 they register on bp
