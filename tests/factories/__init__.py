"""Small makers of records, one file a feature: every one takes the session first and fills in what a test leaves out."""
