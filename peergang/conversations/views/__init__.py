"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("conversations", __name__)
