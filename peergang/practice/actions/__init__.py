"""Use cases of the library, one file a subject."""
