"""Selects of this feature, one file a subject."""
