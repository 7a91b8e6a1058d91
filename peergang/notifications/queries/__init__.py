"""Selects of this feature."""

from peergang.notifications.queries.ledger import count_open, list_stopped, list_unsettled, warn_of_doubt

__all__ = ["count_open", "list_stopped", "list_unsettled", "warn_of_doubt"]
