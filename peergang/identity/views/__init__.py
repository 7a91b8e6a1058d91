"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("identity", __name__)
