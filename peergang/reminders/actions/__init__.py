"""Use cases of this feature."""
