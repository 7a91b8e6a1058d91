"""Pages of conversations: the card to prepare one, and the private log."""

from flask import Blueprint

bp = Blueprint("conversations", __name__)

from peergang.conversations.views import card, log  # noqa: E402, F401 these register the pages
