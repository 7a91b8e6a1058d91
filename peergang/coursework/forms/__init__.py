"""Input of coursework, one file a page."""
