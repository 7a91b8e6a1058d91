"""Use cases about people, institutions, signing in and links by mail, one file a subject."""
