"""What departments do for two-new work, by dates and by document."""
