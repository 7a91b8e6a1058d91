"""The shape of what people fill in on the pages of progress."""
