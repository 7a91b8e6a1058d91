"""Selects about progress and participation, one file a subject."""
