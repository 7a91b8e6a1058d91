"""Selects about cohorts and everybody's place in them, one file a subject."""
