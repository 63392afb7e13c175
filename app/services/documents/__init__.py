"""Official papers with their numbers."""
