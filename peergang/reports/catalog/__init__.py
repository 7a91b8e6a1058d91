"""What this feature tells people by mail, one file a rule; notifications/catalog.py finds them."""
