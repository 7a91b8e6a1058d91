"""One module per reminder rule; adding a file adds the rule."""
