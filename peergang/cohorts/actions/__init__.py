"""Use cases about cohorts, one file a subject."""
