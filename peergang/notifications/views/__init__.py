"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("notifications", __name__)
