"""Selects of this feature."""
