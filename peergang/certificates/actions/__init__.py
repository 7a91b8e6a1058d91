"""What people and workers do with certificates."""
