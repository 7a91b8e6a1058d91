"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("coursework", __name__)
