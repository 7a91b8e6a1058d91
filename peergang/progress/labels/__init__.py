"""Words of these pages, one file a subject."""
