"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("practice", __name__)
