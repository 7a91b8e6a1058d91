"""Use cases about coursework, one file a subject."""
