"""What the workers do with progress: compile it from the facts, and keep its history."""
