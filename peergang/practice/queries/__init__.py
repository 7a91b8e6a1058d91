"""Selects about practice examples, one file a page."""
