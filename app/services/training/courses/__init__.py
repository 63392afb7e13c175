"""What is taught, by whom, and for whom."""
