"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("progress", __name__)
