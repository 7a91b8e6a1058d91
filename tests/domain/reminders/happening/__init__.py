"""Things that happen to everybody in the world, and what makes them over."""
