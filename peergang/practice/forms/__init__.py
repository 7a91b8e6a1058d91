"""The shape of what people fill in about practice examples."""
