"""Which reminders there are: one file a rule in `catalog/`, found by listing the package."""
