"""One module a feature. A task is under ten lines: it opens what the action needs and calls it."""
