"""Selects of this feature."""

from peergang.notifications.queries.choices import Chosen, find_chosen, find_habits
from peergang.notifications.queries.ledger import count_open, list_stopped, list_unsettled, warn_of_doubt

__all__ = [
    "Chosen",
    "count_open",
    "find_chosen",
    "find_habits",
    "list_stopped",
    "list_unsettled",
    "warn_of_doubt",
]
