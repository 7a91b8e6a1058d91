"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("reminders", __name__)
