"""Selects about coursework, one file a page or subject."""
