"""What people and workers do with reports."""
