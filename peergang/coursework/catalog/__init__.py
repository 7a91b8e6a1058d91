"""Reminder rules of this feature; notifications/catalog.py finds them."""
