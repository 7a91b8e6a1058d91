"""Rules of messages about certificates."""
